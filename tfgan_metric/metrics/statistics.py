"""Mean and covariance of features that stream by."""

import json
import pathlib
import zipfile
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from tfgan_metric.errors import InputError
from tfgan_metric.files import replacing
from tfgan_metric.metrics.arrays import require_rows

KEYS = {"rows", "count", "mean", "scatter", "protocol"}
MOMENTS = {"mu", "sigma"}  # pytorch-fid's and clean-fid's files


class FeatureStatistics:
    """Count, mean and covariance of features, in float64, whatever the batches and the order of merges.

    Up to D rows are kept as they are, for from fewer rows than dimensions the Fréchet distance is exact by their Gram
    matrix; from then on the mean and the scatter matrix stand for them, so memory is at most D × D.

    Args:
        protocol: how the features came about; statistics of another protocol are not comparable. None is not known, and
            is compared with any.
    Source: Chan, Golub, LeVeque 1979, "Updating formulae and a pairwise algorithm for computing sample variances".
    """

    def __init__(self, protocol: dict | None = None) -> None:
        self.protocol = protocol
        self.count = 0
        self._rows: Any = None  # (N, D) while N <= D
        self._mean: Any = None  # (D,), once N > D
        self._scatter: Any = None  # Σ (f-mean)(f-mean)ᵀ, (D, D), once N > D

    def update(self, features: ArrayLike) -> None:
        """Takes in features (N, D), any finite numbers; raises `InputError` for others or another D."""
        rows = require_rows("features", features)
        other = FeatureStatistics(self.protocol)
        other.count, other._rows = len(rows), rows
        self.merge(other)

    def merge(self, other: Self) -> None:
        """Takes in another's features; raises `InputError` where dimension or protocol differ."""
        if not other.count:
            return
        if self.count:
            require_comparable(self, other)
        count = self.count + other.count
        if self._holds_rows and other._holds_rows and count <= (other.dimension or 0):
            self._rows = np.concatenate([*([] if self._rows is None else [self._rows]), other._rows])
        else:
            self._mean, self._scatter = _combine(self, other) if self.count else other._moments()
            self._rows = None
        self.count = count

    @property
    def _holds_rows(self):
        return self._scatter is None

    @property
    def dimension(self) -> int | None:
        """D, or None before the first features."""
        if not self.count:
            return None
        return self._rows.shape[1] if self._holds_rows else len(self._mean)

    @property
    def mean(self) -> np.ndarray:
        """float64 (D,)."""
        self._require(1)
        return self._moments()[0]

    @property
    def covariance(self) -> np.ndarray:
        """float64 (D, D), divided by N - 1; raises `InputError` below two rows."""
        self._require(2)
        return self._moments()[1] / (self.count - 1)

    @property
    def centered_rows(self) -> np.ndarray | None:
        """A, float64 (N, D) with AᵀA the covariance, where the rows are kept; else None."""
        self._require(2)
        return (self._rows - self._rows.mean(axis=0)) / np.sqrt(self.count - 1) if self._holds_rows else None

    def _require(self, count):
        if self.count < count:
            raise InputError(f"statistics need at least {count} feature row(s); got {self.count}")

    def _moments(self):
        if not self._holds_rows:
            return self._mean, self._scatter
        mean = self._rows.mean(axis=0)
        centered = self._rows - mean
        return mean, centered.T @ centered

    def save(self, path: str | pathlib.Path) -> None:
        """Writes a .npz, whole or not at all."""
        self._require(1)
        arrays = {"rows": self._rows} if self._holds_rows else {"mean": self._mean, "scatter": self._scatter}
        protocol = np.array(json.dumps(self.protocol, sort_keys=True))
        with replacing(path) as temporary, open(temporary, "wb") as file:
            np.savez(file, count=self.count, protocol=protocol, **arrays)

    @classmethod
    def of(cls, features: Any) -> Self:
        """Statistics as they are, or those of features (N, D), of a protocol that is not known."""
        if isinstance(features, cls):
            return features
        found = cls()
        found.update(features)
        return found

    @classmethod
    def from_moments(cls, mean: ArrayLike, covariance: ArrayLike) -> Self:
        """Statistics of which no more is known than the mean (D,) and the covariance (D, D); `count` is the least, 2.

        Raises:
            InputError: other shapes, or values that are not finite.
        """
        found = cls()
        if np.ndim(mean) != 1 or np.any(np.diag(np.atleast_2d(covariance)) < 0):
            raise InputError(f"expected a mean (D,) and variances of at least 0; got a mean of shape {np.shape(mean)}")
        found._mean = require_rows("mean", np.atleast_2d(mean))[0]
        found._scatter = require_rows("covariance", covariance)
        if found._scatter.shape != (len(found._mean),) * 2:
            raise InputError(f"a mean of {len(found._mean)} needs a square covariance; got {found._scatter.shape}")
        found.count = 2
        return found

    @classmethod
    def load(cls, path: str | pathlib.Path) -> Self:
        """Reads what `save` wrote, or the `mu` and `sigma` of another tool's .npz.

        Raises:
            InputError: a file that is missing, damaged or something else.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                if set(file.files) >= MOMENTS:
                    return cls.from_moments(file["mu"], file["sigma"])
                if not set(file.files) <= KEYS:
                    raise ValueError(f"it holds {', '.join(file.files)}")
                found = cls(json.loads(str(file["protocol"])))
                found.count = int(file["count"])
                if "rows" in file.files:
                    found._rows = require_rows("rows", file["rows"])
                else:
                    found._mean, found._scatter = file["mean"], require_rows("scatter", file["scatter"])
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
            damage = f"{path} holds no feature statistics, or is damaged: {error}"
            raise InputError(f"{damage}; compute them anew") from error
        return found


def _combine(first, second):
    """Mean and scatter of two sets of features from those of each."""
    (first_mean, first_scatter), (second_mean, second_scatter) = first._moments(), second._moments()
    count = first.count + second.count
    difference = second_mean - first_mean
    mean = first_mean + difference * (second.count / count)
    between = np.outer(difference, difference) * (first.count * second.count / count)
    return mean, first_scatter + second_scatter + between


def require_comparable(first: FeatureStatistics, second: FeatureStatistics) -> None:
    """Raises `InputError` where two `FeatureStatistics` differ in dimension or protocol."""
    if first.dimension != second.dimension:
        raise InputError(f"statistics of one dimension are comparable; got {first.dimension} and {second.dimension}")
    ours, theirs = first.protocol, second.protocol
    if ours is not None and theirs is not None and ours != theirs:
        names = sorted(name for name in ours | theirs if ours.get(name) != theirs.get(name))
        found = "; ".join(f"{name}: {ours.get(name)!r} and {theirs.get(name)!r}" for name in names)
        raise InputError(f"statistics of one protocol are comparable; these differ in {found}")
