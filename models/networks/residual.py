"""Pairs of residual blocks.

A 1×1 convolution and a nearest-neighbour enlargement or a mean pool give the same in either order, so a block's
shortcut does its convolution at the smaller side.
"""

import itertools
import math
from typing import Any, NamedTuple

import keras

from tfgan_metric.errors import require_positive_int
from tfgan_metric.layers import Conv2D, SelfAttention, SpectralNormalization
from tfgan_metric.models.networks import parts
from tfgan_metric.models.networks.sizes import Shape, Side, sides_of

SIDES = {28: (7, 7, 14, 28), 32: (4, 8, 16, 32), 64: (4, 8, 16, 32, 64)}
DISCRIMINATOR_BLOCKS = 4
FILTERS = 128


class ResidualPair(NamedTuple):
    """A generator, by default with BatchNorm, and a discriminator without, whose blocks all have as many filters.

    Attributes:
        spectral: spectral normalisation of every convolution and dense layer.
        attention_sides: shorter sides of the resampling blocks' outputs that attend to themselves.
        batch_norm: BatchNorm in the generator.
    """

    spectral: bool = False
    attention_sides: range = range(0)
    batch_norm: bool = True

    def generator(
        self, image_shape: Shape, latent_dimension: int, num_classes: int | None = None, width: float = 1.0
    ) -> keras.Model:
        """Builds z (B, latent_dimension)[, labels int (B,)] -> images float32 (B, H, W, C) in [-1, 1]."""
        sides = sides_of(image_shape, SIDES)
        filters = parts.scaled(FILTERS, width)
        inputs, x = parts.latent_inputs(latent_dimension, num_classes)
        x = self._linear(keras.layers.Dense, x, math.prod(sides[0]) * filters)
        x = keras.layers.Reshape((*sides[0], filters))(x)
        for old, new in itertools.pairwise(sides):
            x = self._attend(self._up_block(x, resample=old != new), old, new)
        return parts.generator(inputs, self._convolve(self._activate(x), image_shape[-1], 3))

    def discriminator(
        self,
        image_shape: Shape,
        output_dimension: int | None,
        num_classes: int | None = None,
        width: float = 1.0,
        batch_norm: bool = True,
    ) -> keras.Model:
        """Builds images (B, H, W, C)[, labels int (B,)] -> float32 (B, output_dimension), never with BatchNorm."""
        require_positive_int("output_dimension", output_dimension)
        sides = sides_of(image_shape, SIDES)[:0:-1]  # down to the generator's second map
        sides += sides[-1:] * (DISCRIMINATOR_BLOCKS + 1 - len(sides))
        inputs, x = parts.image_inputs(image_shape, num_classes)
        filters = parts.scaled(FILTERS, width)
        for block, (old, new) in enumerate(itertools.pairwise(sides)):
            x = self._attend(self._down_block(x, filters, rectify=block > 0, resample=old != new), old, new)
        x = keras.layers.GlobalAveragePooling2D()(keras.layers.ReLU()(x))
        outputs = self._linear(keras.layers.Dense, x, output_dimension, dtype="float32")
        return keras.Model(inputs, outputs, name="discriminator")

    def _up_block(self, x: parts.Map, resample: bool) -> parts.Map:
        """BatchNorm, ReLU, ×2, 3×3, BatchNorm, ReLU, 3×3, plus the shortcut 1×1, ×2 or x itself."""
        filters = x.shape[-1]
        residual, shortcut = self._activate(x), x
        if resample:
            residual = keras.layers.UpSampling2D(2)(residual)
            shortcut = keras.layers.UpSampling2D(2)(self._convolve(x, filters, 1))
        residual = self._activate(self._convolve(residual, filters, 3))
        return keras.layers.Add()([self._convolve(residual, filters, 3), shortcut])

    def _down_block(self, x: parts.Map, filters: int, rectify: bool, resample: bool) -> parts.Map:
        """ReLU, 3×3, ReLU, 3×3, pool, plus the shortcut pool, 1×1 or x itself; images are not rectified."""
        residual = self._convolve(keras.layers.ReLU()(x) if rectify else x, filters, 3)
        residual = self._convolve(keras.layers.ReLU()(residual), filters, 3)
        if not resample:
            shortcut = x if x.shape[-1] == filters else self._convolve(x, filters, 1)
            return keras.layers.Add()([residual, shortcut])
        shortcut = self._convolve(keras.layers.AveragePooling2D(2)(x), filters, 1)
        return keras.layers.Add()([keras.layers.AveragePooling2D(2)(residual), shortcut])

    def _activate(self, x: parts.Map) -> parts.Map:
        return keras.layers.ReLU()(parts.batch_norm(x) if self.batch_norm else x)

    def _attend(self, x: parts.Map, old: Side, new: Side) -> parts.Map:
        return SelfAttention()(x) if old != new and min(new) in self.attention_sides else x

    def _convolve(self, x: parts.Map, filters: int, kernel_size: int) -> parts.Map:
        return self._linear(Conv2D, x, filters, kernel_size, padding="same")

    def _linear(self, layer: type[keras.Layer], x: parts.Map, *settings: Any, **keywords: Any) -> parts.Map:
        if self.spectral:
            return SpectralNormalization(layer(*settings, use_bias=False, **keywords))(x)
        return layer(*settings, **keywords)(x)


RESNET = ResidualPair()
"""Gulrajani et al. 2017 (arXiv:1704.00028), Appendix C, the ResNet of their CIFAR-10 experiments."""

RESNET_PLAIN = RESNET._replace(batch_norm=False)
"""The same without BatchNorm in either network, as Huang et al. 2024 (arXiv:2501.05441) have none in theirs."""

SAGAN = ResidualPair(spectral=True, attention_sides=range(9, 18))
"""Zhang et al. 2019 (arXiv:1805.08318), section 4, on the same blocks; attention once, at 16×16, in 28×28
images at 14×14, else from 9 to 17."""
