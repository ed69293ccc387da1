"""What the pairs share: inputs with labels, the check of sizes, scaled filters, and a few layers."""

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import keras
import tensorflow as tf

from tfgan_metric.errors import InputError, require_positive, require_positive_int
from tfgan_metric.layers import BatchNormalization, Conv2DTranspose

LEAK = 0.2
Shape = tuple[int, ...]  # (H, W, C) of an image
Map: TypeAlias = keras.KerasTensor  # (B, H, W, C) or (B, D), without values


def sides_of(image_shape: Shape, sizes: Mapping[int, tuple[int, ...]]) -> tuple[int, ...]:
    """Returns `sizes[side]` for an image_shape (side, side, channels); raises `InputError` for one that it lacks."""
    if len(image_shape) != 3:
        raise InputError(f"image_shape must be (height, width, channels); got {tuple(image_shape)}")
    height, width, channels = image_shape
    require_positive_int("channels", channels)
    if height != width or height not in sizes:
        valid = ", ".join(f"{side}×{side}" for side in sizes)
        raise InputError(f"this network makes images of {valid}; got {height}×{width}")
    return sizes[height]


def latent_inputs(latent_dimension: int, num_classes: int | None) -> tuple[Any, Map]:
    """Returns the inputs z[, labels] and the one map of both, z (B, D) or z ⊕ onehot(labels) (B, D + K)."""
    latents = keras.Input((latent_dimension,), name="latents")
    if not num_classes:
        return latents, latents
    labels = keras.Input((), dtype="int32", name="labels")
    return [latents, labels], keras.layers.Concatenate()([latents, keras.ops.one_hot(labels, num_classes)])


def image_inputs(image_shape: Shape, num_classes: int | None, corrupt: keras.Layer | None = None) -> tuple[Any, Map]:
    """Returns the inputs images[, labels] and the one map of both (B, H, W, C) or (B, H, W, C + K).

    `corrupt` is a layer that the images alone go through.
    """
    images = keras.Input(image_shape, name="images")
    x = corrupt(images) if corrupt else images
    if not num_classes:
        return images, x
    labels = keras.Input((), dtype="int32", name="labels")
    maps = keras.layers.Reshape((1, 1, num_classes))(keras.ops.one_hot(labels, num_classes))
    return [images, labels], keras.layers.Concatenate()([x, keras.layers.UpSampling2D(image_shape[:2])(maps)])


def scaled(filters: int, width: float) -> int:
    """Returns `filters` times `width`, at least 1."""
    return max(1, round(filters * require_positive("width", width)))


def batch_norm(x: Map) -> Map:
    """BatchNorm with the momentum and ε that all networks use, over the global batch where there are replicas."""
    synchronized = tf.distribute.get_strategy().num_replicas_in_sync > 1
    return BatchNormalization(momentum=0.9, epsilon=1e-5, synchronized=synchronized)(x)


def leaky_relu(x: Map) -> Map:
    """Leaky ReLU with the slope that all networks use."""
    return keras.layers.LeakyReLU(LEAK)(x)


def up_convolution(filters: int, kernel_size: int, old_side: int, new_side: int, use_bias: bool = False) -> keras.Layer:
    """A transposed convolution layer to `new_side`: a multiple of the old one, or its double less 1."""
    cropped = new_side == 2 * old_side - 1
    return Conv2DTranspose(
        filters,
        kernel_size,
        strides=math.ceil(new_side / old_side),
        padding="same",
        output_padding=1 - kernel_size % 2 if cropped else None,
        use_bias=use_bias,
    )


def generator(inputs: Any, x: Map) -> keras.Model:
    """The model whose images are tanh(x) in float32."""
    return keras.Model(inputs, keras.layers.Activation("tanh", dtype="float32", name="images")(x), name="generator")
