"""What one update knows."""

from typing import Any, NamedTuple, Self

import tensorflow as tf

from tfgan_metric.replicas import gather


class Batch(NamedTuple):
    """What one update knows; without labels those of the real images are the scheme's `missing_label`."""

    real_images: tf.Tensor  # (B, H, W, C)
    labels: tf.Tensor  # int32 (B,), of the real images
    fake_images: tf.Tensor  # (B, H, W, C); of a scheme with `fakes_per_real` n the n·B partners, n neighbours for each
    fake_labels: tf.Tensor  # int32, of as many rows, that a conditional generator was given
    seed: tf.Tensor  # int64 (2,), of this update's noise
    real_outputs: Any = None  # D(x), float32; a pair for EBGAN; None where a loss has no use for it
    fake_outputs: Any = None  # D(G(z)), likewise

    def over_replicas(self) -> Self:
        """The global batch; see `tfgan_metric.replicas`."""
        return self._replace(**{name: gather(value) for name, value in self._asdict().items() if name != "seed"})
