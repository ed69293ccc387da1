"""Between pixels of 8 bits and the float images of [-1, 1] that models take and give."""

import numpy as np

from tfgan_metric.errors import InputError


def to_float(pixels: np.ndarray, dtype: type = np.float32) -> np.ndarray:
    """uint8 0..255, of any shape -> `dtype` in [-1, 1]."""
    return pixels.astype(dtype) / dtype(127.5) - dtype(1)


def to_uint8(images: np.ndarray) -> np.ndarray:
    """Float in [-1, 1], of any shape -> uint8 0..255, rounded and cut; raises `InputError` where one is not finite."""
    images = np.asarray(images)
    if not np.isfinite(images).all():
        raise InputError("images must be finite; some generated values are NaN or infinite: was the training stable?")
    return np.clip(np.rint((images + 1.0) * 127.5), 0, 255).astype(np.uint8)
