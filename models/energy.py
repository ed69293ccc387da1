"""Energy GANs: the discriminator gives a loss or an energy that is low on real images."""

from typing import Any

import tensorflow as tf

from tfgan_metric.errors import InputError, choose, require_non_negative, require_positive
from tfgan_metric.losses import (
    energy_discriminator_loss,
    euclidean_energy,
    loss_sensitive_discriminator_loss,
    mean_squared_energy,
    repelling_term,
)
from tfgan_metric.models.adversarial import AdversarialModel
from tfgan_metric.models.batch import Batch
from tfgan_metric.optimizers import adam_settings

ENERGIES = {"mean_squared": mean_squared_energy, "euclidean": euclidean_energy}
LARGEST_MEAN_SQUARE = 4


class LossSensitiveGAN(AdversarialModel):
    """Keeps a real image's loss below that of its generated partner by a margin, their pixels' distance.

    Args:
        margin_scale: τ >= 0 of the sum of the pixels' differences; 2e-4 in the author's code.
        real_weight: >= 0, of E L(x) in the discriminator's loss, which Qi's paper has.
        weight_clip: 0.08 is ours.
    Source: Qi 2017 (arXiv:1701.06264), which MBGAN, section 3.2, compares with.
    """

    paper = "Qi 2017 (loss-sensitive GAN)"
    outputs = "1 loss"
    sees_labels = True

    def __init__(
        self,
        *args: Any,
        margin_scale: float = 2e-4,
        real_weight: float = 0.0,
        weight_clip: float | None = 0.08,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, weight_clip=weight_clip, **kwargs)
        self.margin_scale = require_non_negative("margin_scale", margin_scale)
        self.real_weight = require_non_negative("real_weight", real_weight)

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        ranking = loss_sensitive_discriminator_loss(
            batch.real_outputs, batch.fake_outputs, batch.real_images, batch.fake_images, self.margin_scale
        )
        return ranking + self.real_weight * tf.reduce_mean(batch.real_outputs)

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        return tf.reduce_mean(batch.fake_outputs)


class EBGAN(AdversarialModel):
    """An auto-encoder whose error is low on real images, with a term that drives the codes of generated ones apart.

    Args:
        margin: m > 0, the energy that generated images are driven up to; the paper has none for these data.
        repelling_weight: of PT, >= 0; 0.1 in the paper, 0 leaves EBGAN without it.
        energy: "euclidean" or "mean_squared" error of an image; the mean's margin must be below 4, its largest value.
    Source: Zhao et al. 2017 (arXiv:1609.03126), eqs 1-2 and section 2.4.
    """

    paper = "Zhao et al. 2017 (EBGAN)"
    paper_optimizers = (adam_settings(1e-3), adam_settings(1e-3))
    label_modes = ("none",)
    outputs = "reconstruction, code"
    default_network = "autoencoder"

    def __init__(
        self, *args: Any, margin: float = 10.0, repelling_weight: float = 0.1, energy: str = "euclidean", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.margin = require_positive("margin", margin)
        self.repelling_weight = require_non_negative("repelling_weight", repelling_weight)
        self.energy = energy
        self.energies = choose("energy", energy, ENERGIES)
        if energy == "mean_squared" and margin >= LARGEST_MEAN_SQUARE:
            raise InputError(
                f"a mean squared error of images in [-1, 1] is at most {LARGEST_MEAN_SQUARE}; got margin {margin}, "
                "which no image reaches: choose a smaller one"
            )

    @classmethod
    def output_dimension(cls, num_classes: int | None) -> int | None:
        return None

    def check_outputs(self, shapes: Any) -> None:
        wanted = f"[reconstructions (B, {', '.join(map(str, self.image_shape))}), codes (B, D)]"
        pair = isinstance(shapes, list | tuple) and len(shapes) == 2 and isinstance(shapes[1], tuple)
        if not (pair and shapes[0] == self.image_shape and len(shapes[1]) == 1):
            raise InputError(f"EBGAN needs a discriminator whose outputs are {wanted}; got {shapes} after the batch")

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        real_energies = self.energies(batch.real_images, batch.real_outputs[0])
        fake_energies = self.energies(batch.fake_images, batch.fake_outputs[0])
        return energy_discriminator_loss(real_energies, fake_energies, self.margin)

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        reconstructions, codes = batch.fake_outputs
        energies = self.energies(batch.fake_images, reconstructions)
        return tf.reduce_mean(energies) + self.repelling_weight * repelling_term(codes)
