"""MLGAN: features held near two fixed centers, or in a box by a clip."""

from typing import Any

import tensorflow as tf

from tfgan_metric.errors import require_non_negative
from tfgan_metric.losses import mlgan_discriminator_loss
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.features import PairModel

REAL_CENTER, FAKE_CENTER = 1.0, -1.0  # in every entry; DMGAN calls them hand-set and does not say where


class MLGAN(PairModel):
    """Drives the features of each pair apart, real ones near all ones and generated ones near all minus ones.

    Args:
        center_weight: μ >= 0; below 1 the discriminator's loss is unbounded without a clip.
    Source: DMGAN, section 2, describes it; a reconstruction from there.
    """

    paper = "MLGAN as in Chen et al. 2020"
    reconstruction = True
    label_modes = ("none",)

    def __init__(self, *args: Any, center_weight: float = 1.0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.center_weight = require_non_negative("center_weight", center_weight)

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        return mlgan_discriminator_loss(
            batch.real_outputs, batch.fake_outputs, REAL_CENTER, FAKE_CENTER, self.center_weight
        )


class MLGANClipping(MLGAN):
    """MLGAN without centers, its features bounded by the clip alone.

    Args:
        weight_clip: 0.01.
    Source: DMGAN, section 4.3, compares with it; a reconstruction from there.
    """

    fixed = frozenset({"center_weight"})

    def __init__(self, *args: Any, weight_clip: float | None = 0.01, **kwargs: Any) -> None:
        super().__init__(*args, weight_clip=weight_clip, center_weight=0.0, **kwargs)
