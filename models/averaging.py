"""A copy of a layer that follows the average of its weights over the updates."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from tfgan_metric.errors import InputError


def averaging_copy(layer: keras.Layer, build: Callable[[keras.Layer], Any] = lambda copy: None) -> keras.Layer:
    """A layer with its own equal weights, not trained; `build` makes the weights of one restored without them.

    Raises:
        InputError: a layer of a class that Keras cannot restore.
    """
    try:
        copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    except Exception as error:  # whatever Keras raises for a class it cannot find or may not load
        raise InputError(f"ema_momentum needs a copy of {layer.name!r}, which Keras cannot make: {error}") from error
    build(copy)
    copy.trainable = False
    copy.set_weights(layer.get_weights())
    return copy


def refuse_shipping(generator: keras.Model) -> None:
    """Makes `export` and `save` of a generator that is trained raise `InputError`: `generate` uses its average."""

    def refused(*args: Any, **kwargs: Any) -> None:
        raise InputError(
            f"{generator.name!r} is the generator that is trained; `generate` uses its average: call the whole model's "
            "export or save, or those of its inference_generator"
        )

    generator.export = generator.save = refused


def move_average(average: keras.Layer, layer: keras.Layer, momentum: float, updates: tf.Tensor) -> None:
    """Moves the weights of `average` towards those of `layer`: a <- a - (1 - m)(a - w), m = min(momentum, (1+t)/(4+t)).

    Args:
        average: what `averaging_copy` made of `layer`.
        momentum: in [0, 1).
        updates: t, how many updates there were before, an integer. While (1+t)/(4+t) is the lower one, the
            average is over about the last third of the updates.
    """
    updates = tf.cast(updates, tf.float32)
    momentum = tf.minimum(momentum, (1.0 + updates) / (4.0 + updates))
    for mean, value in zip(average.weights, layer.weights, strict=True):
        if keras.backend.is_float_dtype(mean.dtype):
            mean.assign_sub((1.0 - momentum) * (mean - value))
        else:
            mean.assign(value)
