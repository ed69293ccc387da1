"""Optimizers and their settings; Adam in one operation a variable instead of a dozen."""

from typing import Any, NamedTuple

import keras
import tensorflow as tf

from tfgan_metric.keras_private import adam_moments


@keras.saving.register_keras_serializable("tfgan_metric")
class Adam(keras.optimizers.Adam):
    """keras.optimizers.Adam, each dense update of a float32 variable done by TensorFlow's fused operation.

    The same numbers but for rounding; arguments, state and files are those of Keras' Adam.

    Source: Kingma & Ba 2015 (arXiv:1412.6980), the last paragraph of section 2.
    """

    def update_step(self, gradient: tf.Tensor, variable: keras.Variable, learning_rate: tf.Tensor) -> None:
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


class OptimizerSettings(NamedTuple):
    """An optimizer as one value.

    Attributes:
        optimizer: "adam", or "rmsprop" as in WGAN's code.
        learning_rate: a number or a Keras schedule.
        beta_1, beta_2: of Adam; None for RMSprop.
    """

    optimizer: str
    learning_rate: Any
    beta_1: float | None = None
    beta_2: float | None = None

    def build(self) -> keras.optimizers.Optimizer:
        """Makes the optimizer."""
        if self.optimizer == "rmsprop":
            return rmsprop(self.learning_rate)
        return Adam(self.learning_rate, self.beta_1, self.beta_2)


def adam_settings(learning_rate: float, beta_1: float = 0.5, beta_2: float = 0.999) -> OptimizerSettings:
    """Adam with β₁ .5, as most papers of GANs have it."""
    return OptimizerSettings("adam", learning_rate, beta_1, beta_2)


def rmsprop(learning_rate: Any) -> keras.optimizers.RMSprop:
    """RMSprop as in WGAN's code, a step of g / (√v + 1e-8) with the smoothing constant .99.

    Keras adds its epsilon under the root, so it is the square of theirs.
    """
    return keras.optimizers.RMSprop(learning_rate, rho=0.99, epsilon=1e-16)
