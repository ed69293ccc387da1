"""What a model's methods are given besides data sets, checked before Keras or TensorFlow meet it."""

from typing import Any

import keras
import numpy as np

from tfgan_metric.data.pipeline import RANGE_SLACK, SCALE
from tfgan_metric.errors import MOST_NAMED, InputError, reason


def checked_labels(labels: Any, count: int, classes: int | None) -> np.ndarray:
    """Labels, one or `count` of them, as int32 (count,); `classes` is K, None for a generator that takes none."""
    if classes is None:
        raise InputError(
            "this generator takes no labels: expected labels=None (with label_mode='paired' the loss alone uses them)"
        )
    array = _array("labels", labels)
    array = np.broadcast_to(array, (count,)) if array.ndim == 0 else array
    valid = array.shape == (count,) and array.dtype.kind in "iu"
    if not valid or array.min() < 0 or array.max() >= classes:
        got = array.tolist() if array.size <= MOST_NAMED else _described(array)
        raise InputError(f"labels must be {count} ints in 0..{classes - 1}; got {got}")
    return array.astype(np.int32)


def checked_inputs(inputs: Any, dimension: int, classes: int | None) -> Any:
    """What a generator takes, as arrays: latents float32 (B, dimension), or [latents, labels int32 (B,)]."""
    pair = isinstance(inputs, list | tuple) and len(inputs) == 2 and np.ndim(_array("latents", inputs[0])) == 2
    if pair != (classes is not None):
        labels = "" if classes is None else " and labels (B,), [latents, labels]"
        raise InputError(f"expected latents (B, {dimension}){labels}; got {_described(inputs)}")
    latents = _array("latents", inputs[0] if pair else inputs)
    if latents.dtype.kind not in "fiu" or latents.ndim != 2 or latents.shape[1] != dimension or not len(latents):
        raise InputError(
            f"latents must be numbers (B, {dimension}), at least one row; got {_described(latents, inputs)}"
        )
    latents = latents.astype(np.float32)
    return [latents, checked_labels(inputs[1], len(latents), classes)] if pair else latents


def check_noise(spec: Any, dimension: int, classes: int | None) -> None:
    """Raises `InputError` where a tf.data.Dataset of this element_spec does not yield what a generator takes."""
    parts = keras.tree.flatten(spec[0] if isinstance(spec, tuple) and spec else spec)
    shapes: list[tuple] = [(None, dimension)] if classes is None else [(None, dimension), (None,)]
    fits = len(parts) == len(shapes) and parts[0].dtype.is_floating
    if not fits or not all(part.shape.is_compatible_with(shape) for part, shape in zip(parts, shapes, strict=True)):
        expected = f"latents (B, {dimension})" if classes is None else f"((latents (B, {dimension}), labels (B,)),)"
        got = ", ".join(f"{part.dtype.name} {part.shape}" for part in parts)
        raise InputError(f"the dataset must yield {expected}; got {got}")


def checked_batch(model: Any, x: Any, y: Any, updates: int) -> tuple[np.ndarray, np.ndarray | None]:
    """A batch as a step takes it, as many updates' images float32 and, where the model needs them, labels int32."""
    images = _array("images", x)
    shape = ", ".join(map(str, model.image_shape))
    if images.shape[1:] != model.image_shape or images.dtype.kind != "f":
        raise InputError(f"images must be float (batch, {shape}) in [-1, 1]; got {_described(images, x)}: {SCALE}")
    least = model.least_batch * updates
    if len(images) < least or len(images) % updates:
        raise InputError(f"a step needs at least {least} images, divisible by {updates}; got {len(images)}")
    low, high = images.min(), images.max()
    if not (low >= -1 - RANGE_SLACK and high <= 1 + RANGE_SLACK):
        raise InputError(f"images must lie in -1 .. 1 ({SCALE}); got {low:.3g} to {high:.3g}")
    images = images.astype(np.float32)
    if not model.needs_labels:
        return images, None
    if y is None:
        raise InputError("this scheme needs labels: expected x and y; got images alone")
    labels = _array("labels", y)
    if model.accepts_unlabelled and labels.shape == (len(images),):
        checked_labels(np.maximum(labels, 0) if labels.dtype.kind in "iu" else labels, len(images), model.num_classes)
        return images, np.maximum(labels, -1).astype(np.int32)
    return images, checked_labels(labels, len(images), model.num_classes)


def symbolic_call(network: keras.Layer, inputs: Any) -> Any:
    """What a network gives for inputs without values; makes the weights of one that has none yet."""
    if not isinstance(network, keras.Layer):
        raise InputError(f"a network must be a Keras model; got {network!r}")
    taken, given = getattr(network, "inputs", None), keras.tree.flatten(inputs)
    if taken is not None and len(taken) == 1 and len(given) == 2:
        raise InputError(
            f"network {network.name!r} takes no labels, yet is to be given them: leave num_classes out, or use "
            'label_mode="paired", where the loss alone uses labels, or "dynamic", as far as the scheme has them'
        )
    try:
        return network.compute_output_spec(inputs) if taken is not None else network(inputs)
    except Exception as error:  # whatever the network's layers raise
        shapes = ", ".join(str(tuple(tensor.shape)) for tensor in given)
        raise InputError(f"network {network.name!r} cannot take inputs of shapes {shapes}: {reason(error)}") from error


def _array(name: str, value: Any) -> np.ndarray:
    try:
        return np.asarray(value)
    except Exception as error:  # rows of several lengths, or whatever an object's conversion raises
        raise InputError(f"{name} must be one array; got {_described(value)}") from error


def _described(value: Any, given: Any = None) -> str:
    """A value's type and shape, never its content; `given` is what an array without numbers was made of."""
    if value is None:
        return "None"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    if not hasattr(value, "shape"):
        return type(value).__name__
    if isinstance(value, np.ndarray) and value.dtype == object:
        return _described(given)
    return f"{value.dtype} {tuple(value.shape)}"
