"""What `fit` and `evaluate` make of a user's dataset or arrays, before a model's step sees them."""

from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.data.pipeline import check_batches, group_batches, held_out_batches, shuffled_batches
from tfgan_metric.errors import InputError
from tfgan_metric.models.compiling import CompiledModel

DEFAULT_BATCH_SIZE = 64
Labels: TypeAlias = np.ndarray | None
Data: TypeAlias = tf.data.Dataset | Labels


def training_batches(model: CompiledModel, x: Any, y: Labels, batch_size: int, resumes: bool) -> tf.data.Dataset:
    """Checked batches, `batches_per_step` of them joined to one, from where the model's training stands.

    Args:
        x, y, batch_size: as `fit` takes them.
        resumes: whether an endless dataset starts anew, so that what was used of it is left out.
    Raises:
        InputError: data that the model cannot train on.
    """
    used = model.steps_trained * model.batches_per_step
    if not isinstance(x, tf.data.Dataset):
        batches = shuffled_batches(x, y, batch_size, model.seed, used)
    elif resumes and x.cardinality() == tf.data.INFINITE_CARDINALITY:
        batches = x.skip(used)
    else:
        batches = x
    return group_batches(_checked(model, batches), model.batches_per_step, _replicas(model))


def validation_batches(model: CompiledModel, data: Any, batch_size: int) -> tf.data.Dataset:
    """Checked batches of held-out data, a tf.data.Dataset, an array of images or (images, labels)."""
    return _checked(model, held_out_batches(data, batch_size))


def fit_keywords(model: CompiledModel, x: Any, batch_size: int, keywords: dict[str, Any]) -> dict[str, Any]:
    """The keywords of keras.Model.fit, with what follows from the data.

    Raises:
        InputError: `validation_split`, which a dataset does not have.
    """
    keywords = {"shuffle": False} | keywords  # the dataset's own order; Keras warns otherwise
    if keywords.get("validation_split"):
        raise InputError("validation_split is not supported: split the arrays and give validation_data")
    if keywords.get("validation_data") is not None:
        keywords["validation_data"] = validation_batches(model, keywords["validation_data"], batch_size)
    if not isinstance(x, tf.data.Dataset) and keywords.get("steps_per_epoch") is None:
        keywords["steps_per_epoch"] = max(1, len(x) // batch_size // model.batches_per_step)
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
        f"the dataset is empty: expected at least {model.batches_per_step} batch(es), "
        f"divisible by the number of replicas, {_replicas(model)}; got fewer"
    )


def _checked(model: CompiledModel, batches: tf.data.Dataset) -> tf.data.Dataset:
    classes = model.num_classes if model.needs_labels else None
    return check_batches(
        batches, model.image_shape, classes, model.accepts_unlabelled, model.least_batch, _replicas(model)
    )


def _replicas(model: CompiledModel) -> int:
    return model.distribute_strategy.num_replicas_in_sync
