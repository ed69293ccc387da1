"""What the pairs share: inputs with labels, scaled filters, and a few layers."""

import math
from typing import Any, TypeAlias

import keras
import tensorflow as tf

from tfgan_metric.errors import require_positive
from tfgan_metric.layers import BatchNormalization, Conv2DTranspose
from tfgan_metric.models.networks.sizes import Shape, Side

LEAK = 0.2
Map: TypeAlias = keras.KerasTensor  # (B, H, W, C) or (B, D), without values


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


def up_convolution(filters: int, kernel_size: int, old: Side, new: Side, use_bias: bool = False) -> keras.Layer:
    """A transposed convolution layer between sides: to a multiple of the old ones, or their double less 1."""
    strides = tuple(math.ceil(after / before) for before, after in zip(old, new, strict=True))
    cropped = new == tuple(2 * side - 1 for side in old)
    return Conv2DTranspose(
        filters,
        tuple(max(kernel_size, stride) for stride in strides),  # so that no pixel is out of its reach
        strides=strides,
        padding="same",
        output_padding=1 - kernel_size % 2 if cropped else None,
        use_bias=use_bias,
    )


def generator(inputs: Any, x: Map) -> keras.Model:
    """The model whose images are tanh(x) in float32."""
    return keras.Model(inputs, keras.layers.Activation("tanh", dtype="float32", name="images")(x), name="generator")
