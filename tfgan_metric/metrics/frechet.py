"""Fréchet distance: FID, whatever the features."""

import numpy as np
from numpy.typing import ArrayLike

from tfgan_metric.metrics.statistics import FeatureStatistics, require_comparable


def frechet_distance(first: FeatureStatistics | ArrayLike, second: FeatureStatistics | ArrayLike) -> float:
    """Squared 2-Wasserstein distance of two Gaussians, ‖μ₁-μ₂‖² + Tr(Σ₁ + Σ₂ - 2(Σ₁Σ₂)^½) >= 0; lower is closer.

    On Inception's 2048 pool_3 features it is FID. No constant is added to a covariance, so scaling all features by c
    scales the distance by c².

    Args:
        first, second: `FeatureStatistics`, or features (N, D) of which nothing else is known, of at least two rows
            each, of one dimension and protocol.
    Raises:
        InputError: dimension or protocol differ, fewer than two rows, or values that are not finite.
    Source: Heusel et al. 2017 (arXiv:1706.08500), eq. 6.
    """
    first, second = FeatureStatistics.of(first), FeatureStatistics.of(second)
    require_comparable(first, second)
    difference = first.mean - second.mean
    traces = _trace(first) + _trace(second)
    return max(0.0, float(difference @ difference + traces - 2.0 * _trace_of_root(first, second)))


def _trace(statistics):
    rows = statistics.centered_rows
    return np.trace(statistics.covariance) if rows is None else np.sum(rows**2)


def _trace_of_root(first, second):
    """Tr (Σ₁Σ₂)^½.

    Σ = AᵀA where the rows are kept, and Σ₁Σ₂ has the eigenvalues of A₁Σ₂A₁ᵀ, the squared singular values of A₁A₂ᵀ;
    singular values need no root, which would make 1e-8 of a rounding error of 1e-16.
    """
    first_rows, second_rows = first.centered_rows, second.centered_rows
    if first_rows is not None and second_rows is not None:
        return np.linalg.svd(first_rows @ second_rows.T, compute_uv=False).sum()
    if first_rows is None:
        values, vectors = np.linalg.eigh(first.covariance)
        first_rows = (vectors * np.sqrt(np.maximum(values, 0.0))).T
    product = first_rows @ second.covariance @ first_rows.T
    return np.sqrt(np.maximum(np.linalg.eigvalsh(product), 0.0)).sum()
