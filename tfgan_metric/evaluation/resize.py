"""How images come to Inception's 299×299 pixels: each way gives another FID."""

import numpy as np
import tensorflow as tf

from tfgan_metric.errors import InputError, choose

SIDE = 299


def _tf1(images):
    # What tf.compat.v1.image.resize_bilinear runs, without its deprecation warning.
    return tf.raw_ops.ResizeBilinear(images=images, size=(SIDE, SIDE), align_corners=False, half_pixel_centers=False)


def _clean(images):
    resized = tf.image.resize(images, (SIDE, SIDE), tf.image.ResizeMethod.BICUBIC, antialias=True)
    return tf.clip_by_value(resized, 0.0, 255.0)  # bicubic overshoots at edges


def _torch(images):
    return tf.image.resize(images, (SIDE, SIDE), tf.image.ResizeMethod.BILINEAR)


RESIZE_MODES = {"tf1": _tf1, "clean": _clean, "torch": _torch}


def require_images(images: np.ndarray) -> np.ndarray:
    """Returns `images` as NumPy uint8 (B, H, W, C), C 1 or 3, nothing empty; else raises `InputError`."""
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[-1] not in (1, 3) or not images.size:
        expected = "images must be uint8 of shape (B, H, W, 1) or (B, H, W, 3), at least one"
        raise InputError(f"{expected}; got {images.dtype} of shape {images.shape}")
    return images


def resize_for_inception(images: np.ndarray, mode: str) -> tf.Tensor:
    """Brings images to 299×299 pixels and three channels: float32 (B, 299, 299, 3) in 0..255, not rounded.

    Args:
        images: uint8 (B, H, W, C) in 0..255, C 1 or 3; one channel is repeated three times.
        mode: "tf1", TensorFlow 1's bilinear: pixel i is read at i·H/299, so the picture shifts (the papers');
            "clean", antialiased bicubic, clipped to [0, 255]; "torch", bilinear between the pixels' centers.
    Raises:
        InputError: an unknown mode, or images of another type or shape.
    Source: Parmar, Zhang, Zhu 2022 (arXiv:2104.11222), on what the mode does to FID.
    """
    resize = choose("resize mode", mode, RESIZE_MODES)
    resized = resize(tf.cast(require_images(images), tf.float32))
    return tf.image.grayscale_to_rgb(resized) if resized.shape[-1] == 1 else resized
