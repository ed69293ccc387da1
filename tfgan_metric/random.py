"""Random numbers from a seed alone, the same with and without XLA.

TensorFlow makes floats of the same random bits in one way and XLA in another, so here they are made of bits.
"""

import math
from collections.abc import Sequence

import tensorflow as tf

MANTISSA_BITS = 23
LEAST_UNIFORM = 1e-7  # under the logarithm


def uniform(shape: Sequence, seed: tf.Tensor, low: float = 0.0, high: float = 1.0) -> tf.Tensor:
    """Uniform in [low, high), with the values of tf.random.stateless_uniform with philox outside XLA.

    The shape is of ints or int32 scalars, the seed integer (2,), the outcome float32.
    """
    return _unit(_bits(shape, seed)) * (high - low) + low


def normal(shape: Sequence, seed: tf.Tensor, scale: float = 1.0) -> tf.Tensor:
    """As `uniform`, normal with mean 0 and standard deviation `scale`, by Box and Muller from pairs of its numbers."""
    count = tf.reduce_prod(tf.stack(shape))
    pairs = _unit(_bits(((count + 1) // 2, 2), seed))
    radius = tf.sqrt(-2.0 * tf.math.log(tf.maximum(pairs[:, 0], LEAST_UNIFORM)))
    angle = 2.0 * math.pi * pairs[:, 1]
    values = tf.stack([radius * tf.sin(angle), radius * tf.cos(angle)], axis=1)
    return scale * tf.reshape(tf.reshape(values, (-1,))[:count], shape)


def _bits(shape, seed):
    return tf.random.stateless_uniform(shape, seed, minval=None, maxval=None, dtype=tf.uint32, alg="philox")


def _unit(bits):
    """Uniform in [0, 1) from each number's last 23 bits."""
    last = tf.bitwise.bitwise_and(bits, tf.constant((1 << MANTISSA_BITS) - 1, tf.uint32))
    return tf.cast(tf.cast(last, tf.int32), tf.float32) * 2.0**-MANTISSA_BITS
