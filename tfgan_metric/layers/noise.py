"""Noise and dropout whose draws are the same with and without XLA, differ between replicas, and are saved."""

import random
from typing import Any

import keras
import tensorflow as tf

from tfgan_metric.errors import require_decay, require_non_negative
from tfgan_metric.random import normal, uniform
from tfgan_metric.variables import add_state


class _RandomLayer(keras.layers.Layer):
    """Counts its calls in training in a weight; a call's seed is that number and the layer's own."""

    def __init__(self, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = random.randrange(2**31) if seed is None else seed
        self.calls = add_state(self, "calls", dtype="int64")
        self.built = True

    def next_seed(self) -> tf.Tensor:
        """int64 (2,), another one in each call and on each replica."""
        context = tf.distribute.get_replica_context()
        replica = tf.cast(context.replica_id_in_sync_group, tf.int64)
        seed = tf.stack([self.seed + replica * (1 << 32), self.calls.value])
        self.calls.assign_add(1)
        return seed

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"seed": self.seed}


@keras.saving.register_keras_serializable("tfgan_metric")
class GaussianNoise(_RandomLayer):
    """Adds normal noise in training.

    Args:
        scale: its standard deviation, >= 0.
        seed: of the layer; None draws one.
    """

    def __init__(self, scale: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = require_non_negative("scale", scale)

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        if not training:
            return inputs
        noise = normal(tf.unstack(tf.shape(inputs)), self.next_seed(), self.scale)
        return inputs + tf.cast(noise, inputs.dtype)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"scale": self.scale}


@keras.saving.register_keras_serializable("tfgan_metric")
class Dropout(_RandomLayer):
    """Puts entries to 0 in training, each with probability `rate`, and divides the others by 1 - rate.

    Args:
        rate: in [0, 1).
        seed: of the layer; None draws one.
    """

    def __init__(self, rate: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = require_decay("rate", rate)

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        if not training:
            return inputs
        kept = uniform(tf.shape(inputs), self.next_seed()) >= self.rate
        return tf.where(kept, inputs / (1.0 - self.rate), tf.zeros((), inputs.dtype))

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"rate": self.rate}
