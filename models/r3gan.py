"""A modern baseline: a paired loss, both networks without tricks, and a discriminator that is flat at both ends."""

from typing import Any

import tensorflow as tf

from tfgan_metric.losses import relativistic_discriminator_loss, relativistic_generator_loss
from tfgan_metric.models.adversarial import AdversarialModel
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.declaration import normal_noise
from tfgan_metric.optimizers import adam_settings


class R3GAN(AdversarialModel):
    """Tells which of a pair is real, by a logit of small slope at both; with labels both networks see them.

    Args:
        r1_weight, r2_weight: γ >= 0, .05 in the paper's code for CIFAR-10, which anneals it to .005.
    Raises:
        InputError: a discriminator with BatchNorm, or an argument out of its range.
    Source: Huang et al. 2024 (arXiv:2501.05441), section 2.
    """

    paper = "Huang et al. 2024 (R3GAN)"
    paper_optimizers = (adam_settings(2e-4, 0.0, 0.99), adam_settings(2e-4, 0.0, 0.99))
    default_network = "resnet_plain"
    discriminator_batch_norm = False
    generator_loss_uses_real = True
    sees_labels = True
    default_latent = staticmethod(normal_noise)

    def __init__(self, *args: Any, r1_weight: float = 0.05, r2_weight: float = 0.05, **kwargs: Any) -> None:
        super().__init__(*args, r1_weight=r1_weight, r2_weight=r2_weight, **kwargs)

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        return relativistic_discriminator_loss(batch.real_outputs, batch.fake_outputs)

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        return relativistic_generator_loss(batch.real_outputs, batch.fake_outputs)
