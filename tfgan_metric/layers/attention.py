"""Self-attention over the positions of a map."""

import keras
import tensorflow as tf

from tfgan_metric.layers.normalization import SpectralNormalization


@keras.saving.register_keras_serializable("tfgan_metric")
class SelfAttention(keras.layers.Layer):
    """Adds to each position of a map what it finds at the others: y = x + s·W_o(softmax(θφᵀ)h).

    θ and φ are 1×1 convolutions of x to C/8 filters, h one to C/2; φ and h are pooled 2×2, and W_o goes back to C.
    All four are spectrally normalised. s is trained from 0, where the layer is the identity; the softmax is float32.
    (B, H, W, C) -> (B, H, W, C).

    Source: Zhang et al. 2019 (arXiv:1805.08318), section 3, with the pooling of the authors' code.
    """

    def build(self, input_shape: tuple) -> None:
        channels = input_shape[-1]
        narrow, wide = max(1, channels // 8), max(1, channels // 2)
        self.query = self._convolution(narrow, input_shape)
        self.key = self._convolution(narrow, input_shape)
        self.value = self._convolution(wide, input_shape)
        self.output_convolution = self._convolution(channels, (*input_shape[:-1], wide))
        self.scale = self.add_weight((), "zeros", name="scale")

    def _convolution(self, filters, input_shape):
        convolution = keras.layers.Conv2D(filters, 1, use_bias=False, dtype=self.dtype_policy)
        layer = SpectralNormalization(convolution)
        layer.build(input_shape)
        return layer

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        query = _positions(self.query(inputs, training=training))  # (B, HW, C/8)
        key = _positions(_pool(self.key(inputs, training=training)))  # (B, HW/4, C/8)
        value = _positions(_pool(self.value(inputs, training=training)))  # (B, HW/4, C/2)
        similarity = tf.cast(tf.matmul(query, key, transpose_b=True), tf.float32)  # (B, HW, HW/4)
        found = tf.matmul(tf.cast(tf.nn.softmax(similarity), value.dtype), value)  # (B, HW, C/2)
        found = tf.reshape(found, (-1, *_shape(inputs)[1:3], value.shape[-1]))
        return inputs + self.scale * self.output_convolution(found, training=training)

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        return input_shape


def _pool(maps):
    return tf.nn.max_pool2d(maps, 2, 2, "SAME")


def _positions(maps):
    _, height, width, channels = _shape(maps)
    return tf.reshape(maps, (-1, height * width, channels))  # -1, for LiteRT loses a height beside an unknown batch


def _shape(maps):
    """The shape as ints where known, else as scalars."""
    return [known or actual for known, actual in zip(maps.shape, tf.unstack(tf.shape(maps)), strict=True)]
