"""Pairs of strided convolutions, each a table of sizes and filters over two builders."""

import math
from typing import Any, NamedTuple

import keras

from tfgan_metric.errors import require_positive_int
from tfgan_metric.layers import Conv2D
from tfgan_metric.models.networks import parts
from tfgan_metric.models.networks.sizes import Shape, Side, sides_of


class NetworkPair(NamedTuple):
    """A generator and a discriminator made for each other.

    Attributes:
        sizes: side of a square image -> sides of the generator's maps, from its start to the image; others are as
            `sides_of` says, and the discriminator's convolutions go the same way back.
        generator_filters: of the generator's maps up to the one before the image; a generator with fewer maps uses
            the last of these, one with more repeats the first; z itself is the map where the start is 1×1.
        discriminator_filters: of the discriminator's convolutions; one with fewer uses the first of these, one of
            larger images than in `sizes` repeats the last.
        kernel_size: of all convolutions that may have a stride.
        extra_convolutions: 3×3 convolutions of stride 1 next to the generator's last and the discriminator's first.
        generator_activation: "leaky_relu" or "relu".
        normalize_image: BatchNorm and activation before the generator's tanh too.
        normalize_input: BatchNorm after the discriminator's first convolution too.
    """

    sizes: dict[int, tuple[int, ...]]
    generator_filters: tuple[int, ...]
    discriminator_filters: tuple[int, ...]
    kernel_size: int = 5
    extra_convolutions: int = 0
    generator_activation: str = "leaky_relu"
    normalize_image: bool = False
    normalize_input: bool = True

    def generator(
        self, image_shape: Shape, latent_dimension: int, num_classes: int | None = None, width: float = 1.0
    ) -> keras.Model:
        """Builds z (B, latent_dimension)[, labels int (B,)] -> images float32 (B, H, W, C) in [-1, 1]."""
        sides = sides_of(image_shape, self.sizes)
        inputs, x = parts.latent_inputs(latent_dimension, num_classes)
        start = 1 if sides[0] == (1, 1) else 0  # z is the map at 1×1
        number = len(sides) - 1 - start
        repeated = self.generator_filters[:1] * (number - len(self.generator_filters))
        filters = [parts.scaled(count, width) for count in (repeated + self.generator_filters)[-number:]]
        x = keras.layers.Reshape((1, 1, x.shape[-1]))(x) if start else self._project(x, sides[0], filters.pop(0))
        for old, new, count in zip(sides[:-2], sides[1:-1], filters, strict=True):
            x = self._activate(parts.up_convolution(count, self.kernel_size, old, new)(x))
        for _ in range(self.extra_convolutions):
            x = self._activate(Conv2D(x.shape[-1], 3, padding="same", use_bias=False)(x))
        last = parts.up_convolution(
            image_shape[-1], self.kernel_size, sides[-2], sides[-1], use_bias=not self.normalize_image
        )
        return parts.generator(inputs, self._activate(last(x)) if self.normalize_image else last(x))

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
        inputs, x = self.features(image_shape, num_classes, width, batch_norm)
        outputs = keras.layers.Dense(output_dimension, dtype="float32", name="outputs")(keras.layers.Flatten()(x))
        return keras.Model(inputs, outputs, name="discriminator")

    def features(
        self, image_shape: Shape, num_classes: int | None, width: float, batch_norm: bool
    ) -> tuple[Any, parts.Map]:
        """Returns the discriminator's inputs and its last map (B, height, width, filters)."""
        sides = sides_of(image_shape, self.sizes)[::-1]
        inputs, x = parts.image_inputs(image_shape, num_classes)
        counts = self.filters_back(len(sides))
        for index, (old, new, count) in enumerate(zip(sides, sides[1:], counts, strict=False)):
            filters, strides = parts.scaled(count, width), 1 if old == new else 2
            x = _convolve(x, filters, self.kernel_size, strides, batch_norm and (self.normalize_input or index > 0))
            for _ in range(self.extra_convolutions if index == 0 else 0):
                x = _convolve(x, filters, 3, 1, batch_norm)
        return inputs, x

    def filters_back(self, maps: int) -> tuple[int, ...]:
        """Those of the discriminator for as many maps, at width 1."""
        more = maps - len(self.sizes[max(self.sizes)])
        return self.discriminator_filters + self.discriminator_filters[-1:] * more

    def _project(self, x: parts.Map, side: Side, filters: int) -> parts.Map:
        x = keras.layers.Dense(math.prod(side) * filters, use_bias=False)(x)
        return self._activate(keras.layers.Reshape((*side, filters))(x))

    def _activate(self, x: parts.Map) -> parts.Map:
        x = parts.batch_norm(x)
        return keras.layers.ReLU()(x) if self.generator_activation == "relu" else parts.leaky_relu(x)


def _convolve(x: parts.Map, filters: int, kernel_size: int, strides: int, normalize: bool) -> parts.Map:
    x = Conv2D(filters, kernel_size, strides=strides, padding="same", use_bias=not normalize)(x)
    return parts.leaky_relu(parts.batch_norm(x) if normalize else x)


METRIC = NetworkPair(
    sizes={28: (1, 2, 4, 7, 14, 28), 32: (1, 2, 4, 8, 16, 32), 64: (2, 4, 8, 16, 32, 64)},
    generator_filters=(512, 512, 256, 128, 64),
    discriminator_filters=(64, 128, 256, 512),
)
"""DMGAN, Table 1, without its BatchNorm and leaky ReLU before the tanh."""

METRIC_LITERAL = METRIC._replace(normalize_image=True)
"""DMGAN, Table 1, to the letter."""

MBGAN = NetworkPair(
    sizes={28: (4, 7, 14, 28, 28), 32: (4, 8, 16, 32, 32), 64: (4, 8, 16, 32, 64)},
    generator_filters=(512, 256, 128, 64),
    discriminator_filters=(64, 128, 256, 512),
)
"""MBGAN, Tables 1-2; at 32×32 the generator's last and the discriminator's first convolution have stride 1.

Without Table 1's BatchNorm and leaky ReLU before the tanh, and its first layer is a dense one.
"""

MBGAN_LITERAL = MBGAN._replace(sizes={side: (1, *sides) for side, sides in MBGAN.sizes.items()}, normalize_image=True)
"""MBGAN, Tables 1-2, to the letter: z is the map at 1×1 that the first up-convolution takes to 4×4."""

DCGAN = NetworkPair(
    sizes={28: (4, 7, 14, 28), 32: (4, 8, 16, 32), 64: (4, 8, 16, 32, 64)},
    generator_filters=(512, 256, 128, 64),
    discriminator_filters=(64, 128, 256, 512),
    generator_activation="relu",
    normalize_input=False,
)
"""Radford et al. 2016 (arXiv:1511.06434), section 3; their Figure 1 is twice as wide: width=2."""

FISHER = DCGAN._replace(kernel_size=4, extra_convolutions=2)
"""Mroueh & Sercu 2017 (arXiv:1705.09675), the DCGAN with 2 extra layers of their CIFAR-10 experiments."""
