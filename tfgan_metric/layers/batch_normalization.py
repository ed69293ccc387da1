"""Batch normalisation in one operation instead of a dozen."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("tfgan_metric")
class BatchNormalization(keras.layers.BatchNormalization):
    """keras.layers.BatchNormalization, its maps (B, H, W, C) normalised by TensorFlow's fused operation.

    The same numbers but for rounding: the moving variance is the biased one, as Keras' is. Float16 and bfloat16 maps
    stay what they are, their statistics are float32. Where replicas share statistics, and for inputs of another rank,
    it is Keras' layer.

    Source: Ioffe & Szegedy 2015 (arXiv:1502.03167), algorithm 1.
    """

    def call(self, inputs: tf.Tensor, training: bool | None = None, mask: tf.Tensor | None = None) -> tf.Tensor:
        if self.synchronized or mask is not None or len(inputs.shape) != 4 or self.axis not in (-1, 3):
            return super().call(inputs, training=training, mask=mask)
        inputs = tf.convert_to_tensor(inputs)
        if not (training and self.trainable):
            return self._normalize(inputs, is_training=False)[0]
        outputs, mean, variance = self._normalize(inputs, is_training=True)
        count = tf.cast(tf.size(inputs) // inputs.shape[-1], tf.float32)
        biased = variance * (count - 1.0) / count
        for average, value in ((self.moving_mean, mean), (self.moving_variance, biased)):
            average.assign(average * self.momentum + value * (1.0 - self.momentum))
        return outputs

    def _normalize(self, inputs, is_training):
        statistics = {} if is_training else {"mean": self.moving_mean.value, "variance": self.moving_variance.value}
        ones, zeros = tf.ones(inputs.shape[-1:]), tf.zeros(inputs.shape[-1:])
        return tf.compat.v1.nn.fused_batch_norm(
            inputs,
            self.gamma.value if self.scale else ones,
            self.beta.value if self.center else zeros,
            epsilon=self.epsilon,
            is_training=is_training,
            **statistics,
        )
