"""What `fit` and `evaluate` make of a user's dataset or arrays, before a model's step sees them."""

from collections.abc import Iterable
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.data.pipeline import check_batches, group_batches, held_out_batches, shuffled_batches
from tfgan_metric.data.sources import Source, is_array, open_source
from tfgan_metric.errors import InputError
from tfgan_metric.models.compiling import CompiledModel

DEFAULT_BATCH_SIZE = 64
REFUSED = {
    "validation_split": "split the arrays and give validation_data",
    "class_weight": "the losses know no weights of classes; draw the images of a class more often",
    "sample_weight": "the losses know no weights of images; draw an image more often",
}
Labels: TypeAlias = np.ndarray | None
Data: TypeAlias = tf.data.Dataset | keras.utils.PyDataset | Iterable | Labels


def training_source(
    model: CompiledModel, x: Any, y: Labels, batch_size: int | None, resumes: bool, darkest: tf.Variable | None
) -> Source:
    """Checked batches, `batches_per_step` of them joined to one, from where the model's training stands.

    Args:
        x, y, batch_size: as `fit` takes them.
        resumes: whether an endless dataset starts anew, so that what was used of it is left out.
        darkest: that follows the lowest number of an image; None for none.
    Returns:
        The joined batches, and how many of them are an epoch where the dataset does not say so.
    Raises:
        InputError: data that the model cannot train on.
    """
    used = model.steps_trained * model.batches_per_step
    if isinstance(x, tuple):
        raise InputError(f"images and labels are given apart, fit(images, labels); got a tuple of {len(x)} as images")
    if is_array(x):
        size = DEFAULT_BATCH_SIZE if batch_size is None else batch_size
        source = Source(shuffled_batches(x, y, size, model.seed, used), len(x) // size)
    else:
        _refuse_for_datasets(y=y, batch_size=batch_size)
        source = open_source(x, repeats=True)
        if resumes and source.batches.cardinality() == tf.data.INFINITE_CARDINALITY:
            source = source._replace(batches=source.batches.skip(used))
    joined = group_batches(_checked(model, source.batches, darkest), model.batches_per_step, _replicas(model))
    return Source(joined, None if source.epoch is None else max(1, source.epoch // model.batches_per_step))


def _refuse_for_datasets(**given: Any) -> None:
    for name, value in given.items():
        if value is not None:
            raise InputError(f"{name} is for arrays; a dataset yields whole batches of images or (images, labels)")


def validation_batches(model: CompiledModel, data: Any, batch_size: int) -> tf.data.Dataset:
    """Checked batches of held-out data, a tf.data.Dataset, an array of images or (images, labels)."""
    return _checked(model, held_out_batches(data, batch_size))


def fit_keywords(model: CompiledModel, x: Any, batch_size: int | None, keywords: dict[str, Any]) -> dict[str, Any]:
    """The keywords of keras.Model.fit, with what follows from the data.

    Raises:
        InputError: what arrays and datasets do not have here, such as `validation_split` and weights.
    """
    for name, reason in REFUSED.items():
        if np.any(keywords.get(name)):
            raise InputError(f"{name} is not supported: {reason}")
    if is_array(x) and keywords.get("shuffle", True) is not True:
        raise InputError("arrays are shuffled by the model's seed: for an order of your own give a tf.data.Dataset")
    keywords = keywords | {"shuffle": False}  # the dataset's own order; Keras warns otherwise
    of_validation = keywords.pop("validation_batch_size", None) or batch_size or DEFAULT_BATCH_SIZE
    if keywords.get("validation_data") is not None:
        keywords["validation_data"] = validation_batches(model, keywords["validation_data"], of_validation)
    return keywords


def split_updates(model: CompiledModel, data: Any, updates: int) -> list[tuple[tf.Tensor, tf.Tensor]]:
    """(images, labels int32 (B,)) of each update of a step that has its own, as `training_batches` has joined them."""
    images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
    if not model.needs_labels:
        labels = tf.fill(tf.shape(images)[:1], model.missing_label)
    return list(zip(tf.split(images, updates), tf.split(tf.cast(labels, tf.int32), updates), strict=True))


def too_few_batches(model: CompiledModel) -> InputError:
    """The error of a dataset that ended before the first step."""
    return InputError(
        f"the data ended before the first step, which takes {model.batches_per_step} batch(es), each divisible by the "
        f"number of replicas, {_replicas(model)}: give smaller batches, or repeat() the dataset"
    )


def _checked(model: CompiledModel, batches: tf.data.Dataset, darkest: tf.Variable | None = None) -> tf.data.Dataset:
    classes = model.num_classes if model.needs_labels else None
    return check_batches(
        batches, model.image_shape, classes, model.accepts_unlabelled, model.least_batch, _replicas(model), darkest
    )


def _replicas(model: CompiledModel) -> int:
    return model.distribute_strategy.num_replicas_in_sync
