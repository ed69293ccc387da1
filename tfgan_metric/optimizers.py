"""Adam in one operation a variable instead of a dozen."""

import keras
import tensorflow as tf

from tfgan_metric.keras_private import adam_moments


@keras.saving.register_keras_serializable("tfgan_metric")
class Adam(keras.optimizers.Adam):
    """keras.optimizers.Adam, each dense update of a float32 variable done by TensorFlow's fused operation.

    The same numbers but for rounding; arguments, state and files are those of Keras' Adam.

    Source: Kingma & Ba 2015 (arXiv:1412.6980), the last paragraph of section 2.
    """

    def update_step(self, gradient, variable, learning_rate):
        fuses = not self.amsgrad and isinstance(gradient, tf.Tensor) and variable.dtype == tf.float32
        if not fuses:
            super().update_step(gradient, variable, learning_rate)
            return
        first_moment, second_moment = adam_moments(self, variable)
        step = tf.cast(self.iterations + 1, tf.float32)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=first_moment.value.handle,
            v=second_moment.value.handle,
            beta1_power=tf.pow(self.beta_1, step),
            beta2_power=tf.pow(self.beta_2, step),
            lr=tf.cast(learning_rate, tf.float32),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )
