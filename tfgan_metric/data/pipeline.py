"""tf.data between arrays and the training step: order from a seed, checks off the step's path."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_metric.data.sources import DICTIONARIES, is_array, open_source
from tfgan_metric.errors import InputError, require_positive_int

RANGE_SLACK = 1e-3
SCALE = "divide 0..255 by 127.5 and subtract 1, as tfgan_metric.float_images(dataset) does"
RANGE_HELP = f"images must lie in -1 .. 1 ({SCALE}); this batch holds"


def shuffled_batches(
    images: np.ndarray, labels: np.ndarray | None, batch_size: int, seed: int, first_batch: int = 0
) -> tf.data.Dataset:
    """Endless full batches, epoch after epoch, in an order that the seed and the epoch's number alone decide.

    N // batch_size batches, of images or (images, labels), are an epoch.

    Args:
        images: (N, H, W, C), float in [-1, 1], or uint8 for `float_images`.
        labels: int (N,).
        batch_size: at least 2, at most N.
        first_batch: how many batches have been used before.
    Raises:
        InputError: no images, not one label an image, or a batch size out of its range.
    """
    images = _stacked(images)
    require_positive_int("batch_size", batch_size)
    if images.ndim != 4 or not len(images):
        raise InputError(f"images must be a non-empty array (N, height, width, channels); got shape {images.shape}")
    arrays: Any = images
    if labels is not None:
        labels = np.asarray(labels)
        if labels.shape != images.shape[:1]:
            raise InputError(f"labels must be one int an image, shape {images.shape[:1]}; got {labels.shape}")
        arrays = (images, labels)
    if not 2 <= batch_size <= len(images):
        raise InputError(f"batch_size must be between 2 and the {len(images)} images; got {batch_size}")

    def epoch_batches(epoch):
        rows = tf.random.experimental.stateless_shuffle(tf.range(len(images)), seed=tf.stack([seed, epoch]))
        return tf.data.Dataset.from_tensor_slices(rows).batch(batch_size, drop_remainder=True)

    def gather(rows):
        return tf.nest.map_structure(lambda tensor: tf.gather(tensor, rows), tensors)

    seed = tf.constant(seed, tf.int64)
    tensors = tf.nest.map_structure(tf.constant, arrays)
    first_epoch, used = divmod(first_batch, len(images) // batch_size)
    return tf.data.Dataset.counter(first_epoch).flat_map(epoch_batches).skip(used).map(gather)


def _stacked(images):
    """Images as one array."""
    try:
        return np.asarray(images)
    except ValueError as error:
        raise InputError(
            "images must be of one size to be an array (N, height, width, channels); got several"
        ) from error


def float_images(batches: tf.data.Dataset) -> tf.data.Dataset:
    """Turns images 0..255, uint8 or float, of batches, alone or with labels, into float32 in [-1, 1]: x / 127.5 - 1."""

    def convert(images, *labels):
        images = tf.cast(images, tf.float32) / 127.5 - 1.0
        return (images, *labels) if labels else images

    return batches.map(convert)


def held_out_batches(data: Any, batch_size: int) -> tf.data.Dataset:
    """Full batches of held-out arrays, images or (images, labels), in their order; a tf.data.Dataset stays as it is.

    Raises `InputError` where there are fewer images than a batch.
    """
    if not is_array(data):
        return open_source(data, repeats=False).batches
    dataset = tf.data.Dataset.from_tensor_slices(data).batch(batch_size, drop_remainder=True)
    if not len(dataset):
        raise InputError(f"held-out data must be at least one batch of {batch_size} images; got fewer")
    return dataset


def check_batches(
    dataset: tf.data.Dataset,
    image_shape: tuple,
    num_classes: int | None = None,
    accepts_unlabelled: bool = False,
    least_batch: int = 2,
    replicas: int = 1,
    darkest: tf.Variable | None = None,
) -> tf.data.Dataset:
    """Checks a dataset's batches: its types now, its values as they pass, on the pipeline's threads.

    Args:
        dataset: of images (B, H, W, C) or (images, labels); labels become int32.
        num_classes: K if labels are needed, else None.
        accepts_unlabelled: an image's label may be -1.
        least_batch: images that a batch must have.
        replicas: that a batch must be divisible by.
        darkest: a float32 scalar that becomes the lowest number of an image that has passed; None for none.
    Raises:
        InputError: wrong types or shapes. Wrong values raise one where the batch is used, within `input_errors`.
    """
    _check_specs(dataset.element_spec, image_shape, num_classes, replicas)

    def check(images, labels=None):
        images = _checked_images(images, image_shape, least_batch, replicas)
        if darkest is not None:
            darkest.assign(tf.minimum(darkest, tf.cast(tf.reduce_min(images), tf.float32)))
        if not num_classes:
            return images
        return images, _checked_labels(labels, tf.shape(images)[0], num_classes, accepts_unlabelled)

    options = tf.data.Options()
    options.autotune.enabled = False  # its thread can hold up the end of `fit` for seconds
    return dataset.map(check).prefetch(2).with_options(options)


def _check_specs(spec, image_shape, num_classes, replicas):
    """Raises `InputError` where the types of a dataset's elements already show that they do not fit."""
    parts = spec if isinstance(spec, tuple) else (spec,)
    if isinstance(spec, dict):
        names = ", ".join(map(str, spec))
        raise InputError(f"the dataset must yield images or (images, labels); got a dict of {names}: {DICTIONARIES}")
    if len(parts) == 3:
        raise InputError("the losses know no weights of images: the dataset must yield images or (images, labels)")
    if len(parts) not in (1, 2) or not all(isinstance(part, tf.TensorSpec) for part in parts):
        raise InputError(f"the dataset must yield images or (images, labels), each one tensor; got {spec}")
    image_spec, label_spec = parts[0], parts[-1]
    rows = image_spec.shape[0] if image_spec.shape.rank else None
    if rows is not None and rows % replicas:
        raise InputError(f"{replicas} replicas need batches divisible by {replicas}; got {rows} images")
    expected = _batch_shape(image_shape)
    if not image_spec.shape.is_compatible_with((None, *image_shape)):
        raise InputError(f"images must have shape {expected}; got {image_spec.shape}")
    if not image_spec.dtype.is_floating:
        raise InputError(f"images must be float in [-1, 1]; got {image_spec.dtype.name}: {SCALE}")
    if num_classes and len(parts) == 1:
        raise InputError("this scheme needs labels: the dataset must yield (images, labels); got images alone")
    if num_classes and not (label_spec.dtype.is_integer and label_spec.shape.is_compatible_with((None,))):
        raise InputError(f"labels must be ints of shape (batch,); got {label_spec.dtype.name} {label_spec.shape}")


def _batch_shape(image_shape):
    return "(batch, " + ", ".join(map(str, image_shape)) + ")"


def _checked_images(images, image_shape, least_batch, replicas):
    shape = tf.shape(images)
    fits = tf.cond(tf.size(shape) == 4, lambda: tf.reduce_all(shape[1:] == tf.constant(image_shape)), lambda: False)
    wanted = f"images must have shape {_batch_shape(image_shape)}; this batch has"
    with tf.control_dependencies([_assert(fits, wanted, shape)]):
        images = tf.ensure_shape(images, (None, *image_shape))
    size = tf.shape(images)[0]
    few = f"a batch needs at least {least_batch} images (use drop_remainder=True); this one holds"
    _assert(size >= least_batch, few, size)
    uneven = f"{replicas} replicas need batches divisible by {replicas} (use drop_remainder=True); this one holds"
    _assert(size % replicas == 0, uneven, size)
    low, high = tf.reduce_min(images), tf.reduce_max(images)
    slack = tf.cast(RANGE_SLACK, images.dtype)
    _assert((low >= -1 - slack) & (high <= 1 + slack), RANGE_HELP, low, "to", high)
    return images


def _checked_labels(labels, size, num_classes, accepts_unlabelled):
    one_each = tf.equal(tf.size(labels), size) & tf.equal(tf.rank(labels), 1)
    with tf.control_dependencies([_assert(one_each, "expected one label an image; got shape", tf.shape(labels))]):
        labels = tf.ensure_shape(tf.cast(labels, tf.int32), (None,))
    lowest = -1 if accepts_unlabelled else 0
    hint = () if accepts_unlabelled else ("(-1, an unlabelled image, is for a scheme that can use it)",)
    first, last = tf.reduce_min(labels), tf.reduce_max(labels)
    valid = (first >= lowest) & (last < num_classes)
    _assert(valid, f"labels must lie in {lowest} .. {num_classes - 1}; this batch holds", first, "to", last, *hint)
    return labels


def group_batches(dataset: tf.data.Dataset, size: int, replicas: int = 1) -> tf.data.Dataset:
    """Joins `size` batches, equally large, to one of as many rows.

    The rows are such that each replica's equal share of them holds its share of each batch, one after the other.
    """
    if size == 1:
        return dataset

    def join(tensor):  # (size, B, ...)
        rows = tf.shape(tensor)[1]
        shares = tf.reshape(tensor, (size, replicas, rows // replicas, *tensor.shape[2:]))
        shares = tf.transpose(shares, [1, 0, *range(2, shares.shape.rank)])
        return tf.reshape(shares, (size * rows, *tensor.shape[2:]))

    def join_each(images, *labels):
        return (join(images), join(*labels)) if labels else join(images)

    return dataset.batch(size, drop_remainder=True).map(join_each)


@contextlib.contextmanager
def input_errors() -> Iterator[None]:
    """Turns the failed check of a batch into the `InputError` that it describes."""
    try:
        yield
    except tf.errors.InvalidArgumentError as error:
        if "Cannot batch tensors with different shapes" in error.message:
            expected = "a step that takes several batches needs batches of one size"
            raise InputError(f"{expected}; this dataset's differ: use drop_remainder=True") from error
        in_graph = re.search(r"assertion failed: ((?:\[[^\]]*\] ?)+)", error.message)
        eagerly = re.search(r"Summarized data: (.*)", error.message, re.DOTALL)
        if in_graph:
            raise InputError(" ".join(re.findall(r"\[([^\]]*)\]", in_graph.group(1)))) from error
        if eagerly:
            words = [line.removeprefix("b").strip("'") for line in eagerly.group(1).split("\n")]
            raise InputError(" ".join(words)) from error
        raise


def _assert(holds, *message):
    return tf.debugging.Assert(holds, list(message), summarize=8)
