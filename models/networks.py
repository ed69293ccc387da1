"""Generator and discriminator pairs, each a table of sizes and filters over two builders."""

from typing import NamedTuple

import keras

from tfgan_metric.errors import InputError, require_positive, require_positive_int

LEAK = 0.2


class NetworkPair(NamedTuple):
    """A generator and a discriminator made for each other.

    Attributes:
        sizes: side of the square image -> sides of the generator's maps, from its start to the image; the
            discriminator's convolutions go the same way back.
        generator_filters: of the generator's maps up to the one before the image; a generator with fewer maps uses
            the last of these, and z itself is the map where the start is 1×1.
        discriminator_filters: of the discriminator's convolutions; one with fewer uses the first of these.
        generator_activation: "leaky_relu" or "relu".
        normalize_image: BatchNorm and activation before the generator's tanh too.
        normalize_input: BatchNorm after the discriminator's first convolution too.
    """

    sizes: dict
    generator_filters: tuple
    discriminator_filters: tuple
    generator_activation: str = "leaky_relu"
    normalize_image: bool = False
    normalize_input: bool = True

    def generator(self, image_shape, latent_dimension, num_classes=None, width=1.0):
        """Builds z (B, latent_dimension)[, labels int (B,)] -> images float32 (B, H, W, C) in [-1, 1]."""
        sides = self._sides(image_shape)
        latents = keras.Input((latent_dimension,), name="latents")
        inputs, x = latents, latents
        if num_classes:
            labels = keras.Input((), dtype="int32", name="labels")
            inputs = [latents, labels]
            x = keras.layers.Concatenate()([latents, keras.ops.one_hot(labels, num_classes)])
        start = 1 if sides[0] == 1 else 0  # z is the map at 1×1
        filters = [_scaled(count, width) for count in self.generator_filters[start - len(sides) + 1 :]]
        x = keras.layers.Reshape((1, 1, x.shape[-1]))(x) if start else self._project(x, sides[0], filters.pop(0))
        for old, new, count in zip(sides[:-2], sides[1:-1], filters, strict=True):
            x = self._activate(_up_convolution(x, count, old, new))
        x = _up_convolution(x, image_shape[-1], *sides[-2:], use_bias=not self.normalize_image)
        if self.normalize_image:
            x = self._activate(x)
        return keras.Model(inputs, keras.layers.Activation("tanh", dtype="float32", name="images")(x), name="generator")

    def discriminator(self, image_shape, output_dimension, num_classes=None, width=1.0):
        """Builds images (B, H, W, C)[, labels int (B,)] -> float32 (B, output_dimension)."""
        require_positive_int("output_dimension", output_dimension)
        sides = self._sides(image_shape)[::-1]
        images = keras.Input(image_shape, name="images")
        inputs, x = images, images
        if num_classes:
            labels = keras.Input((), dtype="int32", name="labels")
            inputs = [images, labels]
            maps = keras.layers.Reshape((1, 1, num_classes))(keras.ops.one_hot(labels, num_classes))
            x = keras.layers.Concatenate()([images, keras.layers.UpSampling2D(image_shape[:2])(maps)])
        for index, (old, new, count) in enumerate(zip(sides, sides[1:], self.discriminator_filters, strict=False)):
            normalize = self.normalize_input or index > 0
            x = keras.layers.Conv2D(
                _scaled(count, width), 5, strides=1 if old == new else 2, padding="same", use_bias=not normalize
            )(x)
            if normalize:
                x = _batch_norm(x)
            x = keras.layers.LeakyReLU(LEAK)(x)
        outputs = keras.layers.Dense(output_dimension, dtype="float32", name="outputs")(keras.layers.Flatten()(x))
        return keras.Model(inputs, outputs, name="discriminator")

    def _sides(self, image_shape):
        if len(image_shape) != 3:
            raise InputError(f"image_shape must be (height, width, channels); got {tuple(image_shape)}")
        height, width, channels = image_shape
        require_positive_int("channels", channels)
        if height != width or height not in self.sizes:
            valid = ", ".join(f"{side}×{side}" for side in self.sizes)
            raise InputError(f"this network makes images of {valid}; got {height}×{width}")
        return self.sizes[height]

    def _project(self, x, side, filters):
        x = keras.layers.Dense(side * side * filters, use_bias=False)(x)
        return self._activate(keras.layers.Reshape((side, side, filters))(x))

    def _activate(self, x):
        x = _batch_norm(x)
        return keras.layers.ReLU()(x) if self.generator_activation == "relu" else keras.layers.LeakyReLU(LEAK)(x)


def _scaled(filters, width):
    return max(1, round(filters * require_positive("width", width)))


def _batch_norm(x):
    return keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)


def _up_convolution(x, filters, old_side, new_side, use_bias=False):
    """5×5 transposed convolution to `new_side`: the old one, its double, or its double less 1."""
    strides = 1 if old_side == new_side else 2
    output_padding = 0 if new_side == 2 * old_side - 1 else None
    return keras.layers.Conv2DTranspose(
        filters, 5, strides=strides, padding="same", output_padding=output_padding, use_bias=use_bias
    )(x)


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
"""MBGAN, Tables 1-2; at 32×32 the generator's last and the discriminator's first convolution have stride 1."""

DCGAN = NetworkPair(
    sizes={28: (4, 7, 14, 28), 32: (4, 8, 16, 32), 64: (4, 8, 16, 32, 64)},
    generator_filters=(512, 256, 128, 64),
    discriminator_filters=(64, 128, 256, 512),
    generator_activation="relu",
    normalize_input=False,
)
"""Radford et al. 2016 (arXiv:1511.06434), section 3; their Figure 1 is twice as wide: width=2."""
