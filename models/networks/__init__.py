"""Pairs of a generator and a discriminator, for images of any height and width that doubling reaches.

Each pair has
    generator(image_shape, latent_dimension, num_classes=None, width=1.0):
        z (B, latent_dimension)[, labels int (B,)] -> images float32 (B, H, W, C) in [-1, 1];
    discriminator(image_shape, output_dimension, num_classes=None, width=1.0, batch_norm=True):
        images (B, H, W, C)[, labels int (B,)] -> float32 (B, output_dimension); `batch_norm=False` leaves BatchNorm
        out, as a gradient penalty needs.
"""

from tfgan_metric.models.networks.autoencoder import AUTOENCODER
from tfgan_metric.models.networks.convolutional import DCGAN, FISHER, MBGAN, MBGAN_LITERAL, METRIC, METRIC_LITERAL
from tfgan_metric.models.networks.residual import RESNET, RESNET_PLAIN, SAGAN
from tfgan_metric.models.networks.weight_normalized import AM, AM_CONDITIONAL

__all__ = [
    "AM",
    "AM_CONDITIONAL",
    "AUTOENCODER",
    "DCGAN",
    "FISHER",
    "MBGAN",
    "MBGAN_LITERAL",
    "METRIC",
    "METRIC_LITERAL",
    "RESNET",
    "RESNET_PLAIN",
    "SAGAN",
]
