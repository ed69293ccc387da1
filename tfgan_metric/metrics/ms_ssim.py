"""MS-SSIM: how alike two images are; among images of one class, how little a generator varies."""

import numpy as np

from tfgan_metric.errors import InputError, require_positive_int
from tfgan_metric.metrics.arrays import require_finite

SCALE_WEIGHTS = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])
WINDOW, WINDOW_DEVIATION = 11, 1.5
C1, C2 = 0.01**2, 0.03**2  # of intensities in [0, 1]: the luminance term needs them not to be negative
SMALLEST_SIDE = 2  # of a scale: one pixel has no contrast
PAIRS_AT_ONCE = 256


def ms_ssim(images_a: np.ndarray, images_b: np.ndarray, absolute_covariance: bool = False) -> np.ndarray:
    """Multi-scale structural similarity of each pair, float64 (B,), from 0 to 1 for identical images.

    Intensities are taken to [0, 1]. Each scale halves the sides (rounded up); of the five as many are used as have
    sides of at least 2, their weights scaled to sum 1. The 11×11 Gaussian window shrinks to the image, with its
    deviation. Negative terms count as 0.

    Args:
        images_a, images_b: (B, H, W, C) in [-1, 1], black to white.
        absolute_covariance: take |σ₁₂| for σ₁₂, so that a negative counts as like its image: what AM-GAN's authors
            compute, and the scale of that paper's Table 2.
    Raises:
        InputError: shapes that differ, sides below 2, or values that are not finite or not in [-1, 1].
    Source: Wang, Simoncelli, Bovik 2003; for small images AM-GAN, section 6.
    """
    images_a, images_b = _intensities("images_a", images_a), _intensities("images_b", images_b)
    if images_a.ndim != 4 or images_a.shape != images_b.shape or min(images_a.shape[1:3]) < SMALLEST_SIDE:
        expected = f"both images must have one shape (B, H, W, C), sides of at least {SMALLEST_SIDE}"
        raise InputError(f"{expected}; got {images_a.shape} and {images_b.shape}")
    blocks = [slice(start, start + PAIRS_AT_ONCE) for start in range(0, len(images_a), PAIRS_AT_ONCE)]
    parts = [_ms_ssim(images_a[block], images_b[block], absolute_covariance) for block in blocks]
    return np.concatenate(parts) if parts else np.zeros(0)


def _intensities(name, images):
    """[-1, 1] -> [0, 1], float64."""
    images = require_finite(name, images)
    if images.size and not -1.0 <= images.min() <= images.max() <= 1.0:
        raise InputError(f"{name} must be in [-1, 1]; got {images.min():g} to {images.max():g}: uint8 / 127.5 - 1 is")
    return (images + 1.0) / 2.0


def _ms_ssim(a, b, absolute_covariance):
    terms: list[np.ndarray] = []  # of each scale (B, C)
    while True:
        luminance, structure = _ssim_terms(a, b, absolute_covariance)
        last = len(terms) + 1 == len(SCALE_WEIGHTS) or min(-(-side // 2) for side in a.shape[1:3]) < SMALLEST_SIDE
        terms.append(np.maximum(luminance if last else structure, 0.0))
        if last:
            break
        a, b = _halve(a), _halve(b)
    weights = SCALE_WEIGHTS[: len(terms)] / SCALE_WEIGHTS[: len(terms)].sum()
    return np.prod([term**weight for term, weight in zip(terms, weights, strict=True)], axis=0).mean(axis=-1)


def _ssim_terms(a, b, absolute_covariance):
    """SSIM, and its contrast-structure factor alone, averaged over the image: two arrays (B, C)."""
    rows, columns = _window_matrix(a.shape[1]), _window_matrix(a.shape[2])

    def blur(images):  # (B, H, W, C) -> (B, H-w+1, W-w+1, C)
        return np.einsum("ih,bhwc,jw->bijc", rows, images, columns, optimize=True)

    mean_a, mean_b = blur(a), blur(b)
    variances = blur(a * a + b * b) - mean_a**2 - mean_b**2
    covariance = blur(a * b) - mean_a * mean_b
    covariance = np.abs(covariance) if absolute_covariance else covariance
    structure = (2.0 * covariance + C2) / (variances + C2)
    luminance = (2.0 * mean_a * mean_b + C1) / (mean_a**2 + mean_b**2 + C1)
    return (luminance * structure).mean(axis=(1, 2)), structure.mean(axis=(1, 2))


def _window_matrix(side):
    """The Gaussian window at every place where it fits, (side - w + 1, side)."""
    size = min(WINDOW, side)
    offsets = np.arange(size) - (size - 1) / 2.0
    window = np.exp(-0.5 * (offsets / (WINDOW_DEVIATION * size / WINDOW)) ** 2)
    window /= window.sum()
    matrix = np.zeros((side - size + 1, side))
    for place in range(len(matrix)):
        matrix[place, place : place + size] = window
    return matrix


def _halve(images):
    """Means of 2×2 pixels; an odd side's last pixel counts twice."""
    images = np.pad(images, [(0, 0), (0, images.shape[1] % 2), (0, images.shape[2] % 2), (0, 0)], mode="symmetric")
    batch, height, width, channels = images.shape
    return images.reshape(batch, height // 2, 2, width // 2, 2, channels).mean(axis=(2, 4))


def intra_class_ms_ssim(
    images: np.ndarray, labels: np.ndarray, pairs: int = 100, seed: int = 0, absolute_covariance: bool = False
) -> dict[int, float]:
    """Class -> mean MS-SSIM of random pairs of it; high where a class has collapsed. AM-GAN reports the largest.

    A class of fewer than two images has no entry.

    Args:
        images: (N, H, W, C) in [-1, 1].
        labels: the class that each image was asked for (or assigned to), int (N,).
        pairs: of different images, for each class.
        seed: of the pairs.
        absolute_covariance: as `ms_ssim`.
    Raises:
        InputError: not one label an image, or no class of two images.
    Source: AM-GAN, section 6.
    """
    require_positive_int("pairs", pairs)
    images, labels = np.asarray(images), np.asarray(labels)
    if labels.shape != images.shape[:1]:
        raise InputError(f"labels must be one int an image, shape {images.shape[:1]}; got {labels.shape}")
    random = np.random.default_rng(seed)
    found = {}
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        if len(members) < 2:
            continue
        first = random.integers(len(members), size=pairs)
        second = (first + random.integers(1, len(members), size=pairs)) % len(members)  # never the same image
        similar = ms_ssim(images[members[first]], images[members[second]], absolute_covariance)
        found[int(label)] = float(similar.mean())
    if not found:
        raise InputError("the MS-SSIM within classes needs a class of at least two images; got none")
    return found
