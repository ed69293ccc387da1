"""DMGAN: features near the center of their class, generated ones drawn to real ones."""

from typing import Any

import tensorflow as tf

from tfgan_metric.centers import ClassCenters
from tfgan_metric.errors import require_non_negative
from tfgan_metric.losses import adaptive_weights, dmgan_discriminator_loss
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.features import PairModel


class CenterModel(PairModel):
    """Keeps real and generated features near moving centers, and each pair apart.

    For λ > 1 the discriminator's loss is unbounded below, hence the clip.

    Args:
        discriminative_weight: λ >= 0.
        center_update_ratio: γ >= 0.
        weight_clip: 0.1 in DMGAN's paper.
    """

    def __init__(
        self,
        *args: Any,
        discriminative_weight: float = 1.2,
        center_update_ratio: float = 1.0,
        weight_clip: float | None = 0.1,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, weight_clip=weight_clip, **kwargs)
        self.discriminative_weight = require_non_negative("discriminative_weight", discriminative_weight)
        self.center_update_ratio = require_non_negative("center_update_ratio", center_update_ratio)

    def add_centers(self, count: int) -> None:
        """Makes `count` centers of the real and as many of the generated features."""
        dimension, ratio = self.outputs_shape[-1], self.center_update_ratio
        self.real_centers = ClassCenters(count, dimension, ratio, name="real_centers")
        self.fake_centers = ClassCenters(count, dimension, ratio, name="fake_centers")


class DMGAN(CenterModel):
    """A center for each class; without labels one for all.

    Source: DMGAN, eqs 1-6, algorithm 1.
    """

    paper = "Chen et al. 2020 (DMGAN)"
    label_modes = ("none", "conditional", "paired")
    loss_uses_labels = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        classes = self.num_classes if self.needs_labels else None
        self.add_centers(classes or 1)

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        return dmgan_discriminator_loss(
            batch.real_outputs,
            batch.fake_outputs,
            self.real_centers.lookup(batch.labels),
            self.fake_centers.lookup(batch.labels),
            self.discriminative_weight,
            self.sample_weights(batch),
        )

    def sample_weights(self, batch: Batch) -> tf.Tensor | None:
        """The weight of each pair's distance, (B,), by which waDMGAN differs; None for all 1."""
        return None

    def update_state(self, batch: Batch) -> None:
        self.real_centers.update(batch.real_outputs, batch.labels)
        self.fake_centers.update(batch.fake_outputs, batch.labels)


class DMGANFixed(DMGAN):
    """DMGAN-f: the centers stay at 0, where they start.

    For λ <= 1 the lowest discriminator loss is at D = 0, and only there for λ < 1.

    Source: DMGAN, section 4.2.
    """

    fixed = frozenset({"center_update_ratio"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, center_update_ratio=0.0)

    def update_state(self, batch: Batch) -> None:
        pass


class WaDMGAN(DMGAN):
    """waDMGAN: DMGAN whose pairs weigh the more in the discriminator's loss the closer their pixels are.

    The weights average about e, so λ is about e times smaller than DMGAN's for the same balance.

    Source: DMGAN, eqs 7-8, algorithm 2.
    """

    def sample_weights(self, batch: Batch) -> tf.Tensor | None:
        return adaptive_weights(batch.real_images, batch.fake_images)
