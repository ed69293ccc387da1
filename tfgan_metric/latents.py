"""Latent distributions: where the generator's noise comes from."""

import keras
import tensorflow as tf

from tfgan_metric.errors import InputError, require_positive, require_positive_int


class Latent(keras.layers.Layer):
    """A distribution over vectors of `dimension` entries, sampled without state: same seed, same vectors."""

    def __init__(self, dimension, **kwargs):
        super().__init__(**kwargs)
        self.dimension = require_positive_int("dimension", dimension)
        self.built = True

    def sample(self, count, seed):
        """Draws `count` vectors.

        Args:
            count: how many, an int or an int32 scalar.
            seed: int32 (2,), as tf.random.stateless_* take it; philox draws the same with and without XLA.
        Returns:
            float32 (count, dimension).
        """
        raise NotImplementedError

    def get_config(self):
        return super().get_config() | {"dimension": self.dimension}


@keras.saving.register_keras_serializable("tfgan_metric")
class UniformLatent(Latent):
    """Uniform in [low, high) in each entry; DMGAN and DCGAN use U(-1, 1)^100, MBGAN U(0, 1)^100.

    Raises:
        InputError: `dimension` below 1, or `low` not below `high`.
    """

    def __init__(self, dimension, low=-1.0, high=1.0, **kwargs):
        super().__init__(dimension, **kwargs)
        if not low < high:
            raise InputError(f"low must be below high; got low={low!r}, high={high!r}")
        self.low, self.high = low, high

    def sample(self, count, seed):
        return tf.random.stateless_uniform((count, self.dimension), seed, self.low, self.high, alg="philox")

    def get_config(self):
        return super().get_config() | {"low": self.low, "high": self.high}


@keras.saving.register_keras_serializable("tfgan_metric")
class NormalLatent(Latent):
    """Normal with mean 0 and standard deviation `scale` in each entry.

    Raises:
        InputError: `dimension` below 1 or `scale` not above 0.
    """

    def __init__(self, dimension, scale=1.0, **kwargs):
        super().__init__(dimension, **kwargs)
        self.scale = require_positive("scale", scale)

    def sample(self, count, seed):
        return tf.random.stateless_normal((count, self.dimension), seed, stddev=self.scale, alg="philox")

    def get_config(self):
        return super().get_config() | {"scale": self.scale}


def draw_inputs(latent, num_classes, count, seed, labels=None):
    """Draws what a generator takes, from a seed alone.

    Args:
        latent: a `Latent`.
        num_classes: K of a generator that takes labels, else None.
        count: how many, an int or an int32 scalar.
        seed: an int or an integer scalar.
        labels: int (count,); drawn uniformly from 0..K-1 if None.
    Returns:
        latents (count, dimension), or for a generator that takes labels [latents, labels int32 (count,)].
    """
    seed = tf.cast(seed, tf.int64)
    latents = latent.sample(count, tf.stack([seed, tf.constant(0, tf.int64)]))
    if num_classes is None:
        return latents
    if labels is None:
        label_seed = tf.stack([seed, tf.constant(1, tf.int64)])
        labels = tf.random.stateless_uniform((count,), label_seed, 0, num_classes, tf.int32, alg="philox")
    return [latents, tf.cast(labels, tf.int32)]
