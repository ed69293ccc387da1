"""Feature centers, one a class, that follow the features they are shown."""

from typing import Any

import keras
import tensorflow as tf

from tfgan_metric.errors import require_non_negative, require_positive_int
from tfgan_metric.variables import add_state


@keras.saving.register_keras_serializable("tfgan_metric")
class ClassCenters(keras.layers.Layer):
    """One center a class in feature space, moved towards the features of its class and never by a gradient.

    The centers start at 0 and are a float32 non-trainable weight under every dtype policy, so Keras saves them.

    Args:
        num_classes: K >= 1; 1 treats all data as one class.
        dimension: D >= 1 of the features.
        update_ratio: γ >= 0; 0 keeps the centers where they are.
    Raises:
        InputError: an argument out of its range.
    Source: DMGAN, eqs 3-4 (which print x_j for the feature D(x_j)).
    """

    def __init__(self, num_classes: int, dimension: int, update_ratio: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_classes = require_positive_int("num_classes", num_classes)
        self.dimension = require_positive_int("dimension", dimension)
        self.update_ratio = require_non_negative("update_ratio", update_ratio)
        self.value = add_state(self, "value", (num_classes, dimension))
        self.built = True

    def lookup(self, labels: tf.Tensor) -> tf.Tensor:
        """Returns the center of each label: int (B,) in 0..K-1 -> float32 (B, D)."""
        return tf.gather(self.value, labels)

    def update(self, features: tf.Tensor, labels: tf.Tensor) -> None:
        """Moves each center: c_i <- c_i - γ Σ_j δ(y_j=i)(c_i - f_j) / (1 + n_i); absent classes stay.

        Features are float32 (B, D), labels int (B,) in 0..K-1.
        """
        sums = tf.math.unsorted_segment_sum(features, labels, self.num_classes)  # (K, D)
        counts = tf.math.unsorted_segment_sum(tf.ones_like(features[:, :1]), labels, self.num_classes)  # (K, 1)
        steps = (counts * self.value - sums) / (1.0 + counts)
        self.value.assign_sub(self.update_ratio * steps)

    def get_config(self) -> dict[str, Any]:
        own = {"num_classes": self.num_classes, "dimension": self.dimension, "update_ratio": self.update_ratio}
        return super().get_config() | own
