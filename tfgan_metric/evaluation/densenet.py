"""DenseNet-BC for small images: a classifier whose last features measure images too, and its training's images."""

from typing import NamedTuple

import keras
import tensorflow as tf

from tfgan_metric.errors import InputError, require_positive_int

BLOCKS = 3


class Preset(NamedTuple):
    """A DenseNet-BC's size, as in `densenet_bc`, and how it trains."""

    depth: int
    growth: int
    epochs: int
    batch_size: int
    shift: float  # of the images, at most this share of the side, in whole pixels
    fill_mode: str  # what a shift leaves behind: "constant" for 0, "nearest" for the pixels at the edge
    mirror: bool  # half of the images, where the data allow it


PRESETS = {
    # AM-GAN's size, trained as Huang et al., section 4, train theirs on CIFAR-10+: 4.5 pixels round to 4 at most
    "paper": Preset(40, 40, epochs=300, batch_size=64, shift=4.5 / 32, fill_mode="constant", mirror=True),
    # the embedded digits in minutes on two CPU cores: up to 2 pixels of 28 or 32
    "small": Preset(16, 8, epochs=12, batch_size=32, shift=0.07, fill_mode="nearest", mirror=False),
}


def as_many_steps(preset: Preset, images: int) -> int:
    """Epochs in which so many images give about as many steps as the 4,000 embedded digits do in the preset's."""
    return max(1, preset.epochs * 4_000 // images)


def densenet_bc(
    image_shape: tuple[int, ...], num_classes: int, depth: int = 40, growth: int = 40, compression: float = 0.5
) -> keras.Model:
    """A DenseNet-BC, images (B, H, W, C) -> float32 [features (B, D), logits (B, K)], drawn from Keras' global seed.

    Args:
        image_shape: (H, W, C) of images in [-1, 1], at least 4×4.
        depth: 6n + 4 for n bottleneck layers in each of three blocks.
        growth: k, the feature maps that a layer adds.
        compression: θ, the share of feature maps that a transition keeps, above 0 and at most 1.
    Raises:
        InputError: a size out of its range.
    Source: Huang et al. 2017 (arXiv:1608.06993), section 3.
    """
    if len(image_shape) != 3 or min(image_shape[:2]) < 4:
        raise InputError(f"image_shape must be (height, width, channels), at least 4×4; got {tuple(image_shape)}")
    layers, remainder = divmod(require_positive_int("depth", depth) - 4, 2 * BLOCKS)
    if layers < 1 or remainder:
        raise InputError(f"depth must be 6n + 4, such as 10, 16, 22 or 40; got {depth}")
    if not 0 < compression <= 1:
        raise InputError(f"compression must be above 0 and at most 1; got {compression}")
    require_positive_int("growth", growth)

    images = keras.Input(image_shape, name="images")
    x = _convolution(images, 2 * growth, 3)
    for block in range(BLOCKS):
        if block:
            x = keras.layers.AveragePooling2D(2)(_convolution(_activate(x), int(compression * x.shape[-1]), 1))
        for _ in range(layers):
            maps = _convolution(_activate(x), 4 * growth, 1)
            x = keras.layers.Concatenate()([x, _convolution(_activate(maps), growth, 3)])
    features = keras.layers.GlobalAveragePooling2D(dtype="float32", name="features")(_activate(x))
    logits = keras.layers.Dense(num_classes, dtype="float32", name="logits")(features)
    return keras.Model(images, [features, logits], name="densenet_bc")


def augment(images: tf.Tensor, preset: Preset, mirror: bool) -> tf.Tensor:
    """Shifts each image by whole pixels of its own, and mirrors half of them if the preset does and `mirror` allows.

    Images are float32 (B, H, W, C); `mirror` says whether a mirrored one keeps its class.

    Source: Huang et al. 2017 (arXiv:1608.06993), section 4.1.
    """
    share, fill = preset.shift, preset.fill_mode
    images = keras.layers.RandomTranslation(share, share, fill_mode=fill, interpolation="nearest")(images)
    return keras.layers.RandomFlip("horizontal")(images) if mirror and preset.mirror else images


def _activate(x):
    return keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x))


def _convolution(x, filters, size):
    return keras.layers.Conv2D(filters, size, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
