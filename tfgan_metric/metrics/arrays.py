"""Checks of a metric's arrays: a metric refuses what it cannot measure, and never answers NaN."""

import numpy as np
from numpy.typing import ArrayLike

from tfgan_metric.errors import InputError


def require_rows(name: str, values: ArrayLike, smallest: int = 1) -> np.ndarray:
    """Returns `values` as float64 (N, D), finite and of at least `smallest` rows, else raises `InputError`."""
    values = np.asarray(values)
    if values.ndim != 2 or not values.shape[1]:
        raise InputError(f"{name} must have shape (N, D); got {values.shape}")
    if len(values) < smallest:
        raise InputError(f"{name} must have at least {smallest} rows; got {len(values)}")
    return require_finite(name, values)


def require_finite(name: str, values: ArrayLike) -> np.ndarray:
    """Returns `values` as a float64 array; raises `InputError` where one is not a finite number."""
    try:
        values = np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name} must be numbers; got {np.asarray(values).dtype}") from None
    finite = np.isfinite(values)
    if not finite.all():
        raise InputError(f"{name} must be finite; {values.size - int(finite.sum())} of {values.size} values are not")
    return values


def require_distribution(name: str, values: ArrayLike, size: int) -> np.ndarray:
    """Returns `values` as float64 (size,) if they are probabilities that sum to 1, else raises `InputError`."""
    values = require_finite(name, values)
    if values.shape != (size,):
        raise InputError(f"{name} must have shape ({size},), one probability a class; got {values.shape}")
    if values.min() < 0 or abs(values.sum() - 1.0) > 1e-6:
        raise InputError(f"{name} must be probabilities that sum to 1; they sum to {values.sum():.6g}")
    return values


def require_features(features_a: ArrayLike, features_b: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Returns features as float64 (N, D) and (M, D), finite and of at least two rows, else raises `InputError`."""
    features_a = require_rows("features_a", features_a, smallest=2)
    features_b = require_rows("features_b", features_b, smallest=2)
    require_same_dimension(features_a, features_b)
    return features_a, features_b


def require_same_dimension(first: np.ndarray, second: np.ndarray) -> None:
    """Raises `InputError` where two arrays of features have not the same number of columns."""
    if first.shape[1] != second.shape[1]:
        raise InputError(f"both features must have the same dimension; got {first.shape[1]} and {second.shape[1]}")
