"""The pair of AM-GAN: every layer weight-normalised, BatchNorm besides, noise and dropout in the discriminator."""

import math
from typing import NamedTuple

import keras

from tfgan_metric.errors import require_positive_int
from tfgan_metric.layers import Conv2D, Dropout, GaussianNoise, WeightNormalization
from tfgan_metric.models.networks import parts
from tfgan_metric.models.networks.sizes import Shape, sides_of

SIDES = {28: (4, 7, 14, 28), 32: (4, 8, 16, 32), 64: (4, 8, 16, 32, 64)}
GENERATOR_FILTERS = (768, 384, 192, 96, 96)
DISCRIMINATOR_FILTERS = (64, 128, 256, 512)
NOISE = 0.1
DROPOUT = 0.3


class WeightNormalizedPair(NamedTuple):
    """A generator and a discriminator of 3×3 convolutions.

    Attributes:
        extra_convolutions: of 512 filters and stride 1 at the end of the discriminator.
    """

    extra_convolutions: int = 0

    def generator(
        self, image_shape: Shape, latent_dimension: int, num_classes: int | None = None, width: float = 1.0
    ) -> keras.Model:
        """Builds z (B, latent_dimension)[, labels int (B,)] -> images float32 (B, H, W, C) in [-1, 1]."""
        sides = sides_of(image_shape, SIDES)
        repeated = GENERATOR_FILTERS[-1:] * (len(sides) - len(GENERATOR_FILTERS))
        first, *filters = [parts.scaled(count, width) for count in (GENERATOR_FILTERS + repeated)[: len(sides)]]
        inputs, x = parts.latent_inputs(latent_dimension, num_classes)
        x = WeightNormalization(keras.layers.Dense(math.prod(sides[0]) * first, use_bias=False))(x)
        x = parts.leaky_relu(parts.batch_norm(keras.layers.Reshape((*sides[0], first))(x)))
        for old, new, count in zip(sides[:-1], sides[1:], filters, strict=True):
            x = WeightNormalization(parts.up_convolution(count, 3, old, new))(x)
            x = parts.leaky_relu(parts.batch_norm(x))
        x = WeightNormalization(parts.up_convolution(image_shape[-1], 3, sides[-1], sides[-1]))(x)
        return parts.generator(inputs, x)

    def discriminator(
        self,
        image_shape: Shape,
        output_dimension: int | None,
        num_classes: int | None = None,
        width: float = 1.0,
        batch_norm: bool = True,
    ) -> keras.Model:
        """Builds images (B, H, W, C)[, labels int (B,)] -> float32 (B, output_dimension)."""
        require_positive_int("output_dimension", output_dimension)
        sides = sides_of(image_shape, SIDES)
        inputs, x = parts.image_inputs(image_shape, num_classes, corrupt=GaussianNoise(NOISE))
        more = max(0, len(sides) - len(SIDES[64]))
        strides = (2 if len(sides) > len(SIDES[32]) else 1, 2, 2, 2) + (2,) * more + (1,) * self.extra_convolutions
        filters = DISCRIMINATOR_FILTERS + DISCRIMINATOR_FILTERS[-1:] * (more + self.extra_convolutions)
        for count, stride in zip(filters, strides, strict=True):
            x = _convolve(x, parts.scaled(count, width), stride, batch_norm)
        x = Dropout(DROPOUT)(keras.layers.GlobalAveragePooling2D()(x))
        last = keras.layers.Dense(output_dimension, use_bias=False, dtype="float32")
        return keras.Model(inputs, WeightNormalization(last, name="outputs")(x), name="discriminator")


def _convolve(x: parts.Map, filters: int, strides: int, batch_norm: bool) -> parts.Map:
    x = WeightNormalization(Conv2D(filters, 3, strides=strides, padding="same", use_bias=False))(x)
    return Dropout(DROPOUT)(parts.leaky_relu(parts.batch_norm(x) if batch_norm else x))


AM = WeightNormalizedPair()
"""AM-GAN, Appendix F, without the layer of its class condition experiments."""

AM_CONDITIONAL = WeightNormalizedPair(extra_convolutions=1)
"""AM-GAN, Appendix F, with the layer of its class condition experiments."""
