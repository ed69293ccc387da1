"""What a discriminator may be shown instead of the images: differentiable augmentation, and mirrored images."""

from collections.abc import Callable

import tensorflow as tf

from tfgan_metric.errors import choose
from tfgan_metric.random import uniform
from tfgan_metric.replicas import local_rows

NUMBERS = 3  # uniform ones in [0, 1) that a transformation has for each image


def _recolor(images: tf.Tensor, numbers: tf.Tensor) -> tf.Tensor:
    """Adds -.5 to .5, then spreads the channels about a pixel's mean by 0 to 2, then all about theirs by .5 to 1.5."""
    brightness, saturation, contrast = (numbers[:, place, None, None, None] for place in range(NUMBERS))
    images += brightness - 0.5
    gray = tf.reduce_mean(images, axis=3, keepdims=True)
    images = gray + 2.0 * saturation * (images - gray)
    mean = tf.reduce_mean(images, axis=[1, 2, 3], keepdims=True)
    return mean + (contrast + 0.5) * (images - mean)


def _translate(images: tf.Tensor, numbers: tf.Tensor) -> tf.Tensor:
    """Moves an image by whole pixels, at most an eighth of its side either way; what comes in is 0."""
    for axis in (1, 2):
        side = images.shape[axis]
        shifts = _whole(numbers[:, axis], 2 * (side // 8) + 1) - side // 8
        places = tf.clip_by_value(tf.range(side) + shifts + 1, 0, side + 1)  # (B, side), in the padded image
        padded = tf.pad(images, [[0, 0], *([int(axis == other)] * 2 for other in (1, 2)), [0, 0]])
        images = tf.gather(padded, places, axis=axis, batch_dims=1)
    return images


def _cut_out(images: tf.Tensor, numbers: tf.Tensor) -> tf.Tensor:
    """Sets a rectangle of half the sides to 0, its middle anywhere in the image."""
    inside = tf.ones_like(numbers[:, 0])[:, None, None]
    for axis in (1, 2):
        side = images.shape[axis]
        size = side // 2
        first = _whole(numbers[:, axis], side + 1 - size % 2) - size // 2
        covered = tf.cast((tf.range(side) >= first) & (tf.range(side) < first + size), tf.float32)  # (B, side)
        inside *= tf.expand_dims(covered, 3 - axis)
    return images * (1.0 - inside[..., None])


def _whole(numbers: tf.Tensor, count: int) -> tf.Tensor:
    """0..count - 1, alike, from numbers in [0, 1), (B,) -> int32 (B, 1)."""
    return tf.cast(numbers * count, tf.int32)[:, None]


TRANSFORMATIONS: dict[str, Callable[[tf.Tensor, tf.Tensor], tf.Tensor]] = {
    "color": _recolor,
    "translation": _translate,
    "cutout": _cut_out,
}


def transformations(policy: str) -> list[Callable[[tf.Tensor, tf.Tensor], tf.Tensor]]:
    """Those that a policy such as "color,translation,cutout" names, in its order; raises `InputError` for another."""
    return [choose("augmentation", name, TRANSFORMATIONS) for name in str(policy).split(",")]


def augment(images: tf.Tensor, policy: str, seed: tf.Tensor) -> tf.Tensor:
    """Transforms each image by random numbers of its own, with the strengths of the paper; gradients pass.

    What is new in an image is 0, which is grey, as in the authors' code; values may leave [-1, 1].

    Args:
        images: float32 (B, H, W, C) in [-1, 1].
        policy: keys of TRANSFORMATIONS with commas between.
        seed: int64 (2,).
    Source: Zhao et al. 2020 (arXiv:2006.10738), section 4, and its code (mit-han-lab/data-efficient-gans).
    """
    chosen = transformations(policy)
    numbers = local_rows(lambda rows: uniform((rows, len(chosen), NUMBERS), seed), tf.shape(images)[0])
    for place, transform in enumerate(chosen):
        images = transform(images, numbers[:, place])
    return images


def flip(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Mirrors each image (B, H, W, C) left to right with probability ½, by an int64 seed (2,)."""
    numbers = local_rows(lambda rows: uniform((rows,), seed), tf.shape(images)[0])
    return tf.where(numbers[:, None, None, None] < 0.5, tf.reverse(images, [2]), images)
