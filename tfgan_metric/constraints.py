"""Weight clipping as a Keras constraint."""

from typing import Any

import keras
import tensorflow as tf

from tfgan_metric.errors import require_positive


@keras.saving.register_keras_serializable("tfgan_metric")
class WeightClip(keras.constraints.Constraint):
    """Keeps each entry of a variable in [-limit, limit], `limit` above 0.

    Keras applies a constraint after each optimizer step, so not at initialisation.

    Raises:
        InputError: `limit` out of its range.
    Source: WGAN (arXiv:1701.07875), algorithm 1, which clips every parameter of the critic.
    """

    def __init__(self, limit: float) -> None:
        self.limit = require_positive("limit", limit)

    def __call__(self, value: tf.Tensor) -> tf.Tensor:
        # One operation; keras.ops.clip makes a minimum and a maximum.
        value = tf.convert_to_tensor(value)
        return tf.raw_ops.ClipByValue(t=value, clip_value_min=-self.limit, clip_value_max=self.limit)

    def attach(self, network: keras.Model) -> None:
        """Clips every trainable variable of `network`, BatchNormalization's included, after each of its updates."""
        for variable in network.trainable_variables:
            variable.constraint = self

    def get_config(self) -> dict[str, Any]:
        return {"limit": self.limit}
