"""Adversarial losses as pure functions of float32 tensors, one file per paper family."""

from tfgan_metric.losses.adversarial import gan_discriminator_loss, gan_generator_loss
from tfgan_metric.losses.metric import (
    adaptive_weights,
    data_dependent_margin,
    dmgan_discriminator_loss,
    dmgan_generator_loss,
    euclidean_norm,
    mbgan_discriminator_loss,
    mbgan_generator_loss,
)

__all__ = [
    "adaptive_weights",
    "data_dependent_margin",
    "dmgan_discriminator_loss",
    "dmgan_generator_loss",
    "euclidean_norm",
    "gan_discriminator_loss",
    "gan_generator_loss",
    "mbgan_discriminator_loss",
    "mbgan_generator_loss",
]
