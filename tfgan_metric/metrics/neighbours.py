"""Nearest neighbours in a feature space: precision, recall, density, coverage, and memorisation."""

from typing import Any

import numpy as np

from tfgan_metric.errors import InputError, require_positive_int
from tfgan_metric.metrics.arrays import require_rows, require_same_dimension

ROWS_AT_ONCE = 1024
REFERENCES_AT_ONCE = 4096
ROUNDING = 1e-12  # of a squared distance, relative to the squared norms that it is the difference of


def prdc(real: np.ndarray, fake: np.ndarray, k: int = 5) -> dict[str, float]:
    """Precision, recall, density and coverage by balls that reach each point's k-th nearest neighbour.

    Precision: the share of generated points in a real point's ball; high with one perfect image. Recall: the share of
    real points in a generated point's ball. Density: how many real balls a generated point is in, over k; can exceed
    1. Coverage: the share of real balls that hold a generated point. Higher is better in all. A point on the radius
    is inside.

    Args:
        real, fake: features (N, D) and (M, D), more than k rows each.
        k: at least 1.
    Raises:
        InputError: too few rows, different D, or values that are not finite.
    Source: Kynkäänniemi et al. 2019 (arXiv:1904.06991); Naeem et al. 2020 (arXiv:2002.09797).
    """
    require_positive_int("k", k)
    real = require_rows("real features", real, smallest=k + 1)
    fake = require_rows("fake features", fake, smallest=k + 1)
    require_same_dimension(real, fake)
    real_radii, fake_radii = _squared_radii(real, k), _squared_radii(fake, k)
    balls = np.zeros(len(fake))  # how many real balls each generated point is in
    recalled, covered = [], []
    for start, squares, rounding in _squared_distances(real, fake):
        radii = real_radii[start : start + len(squares), None]
        inside = squares <= radii + rounding
        balls += inside.sum(axis=0)
        covered.append(inside.any(axis=1))
        recalled.append((squares <= fake_radii + rounding).any(axis=1))
    return {
        "precision": float(np.mean(balls > 0)),
        "recall": float(np.concatenate(recalled).mean()),
        "density": float(balls.mean() / k),
        "coverage": float(np.concatenate(covered).mean()),
    }


def _squared_radii(points, k):
    blocks = [np.partition(squares, k, axis=1)[:, k] for _, squares, _ in _squared_distances(points, points)]
    return np.concatenate(blocks)


def _squared_distances(a, b):
    """Yields (first row, squared distances of a block of a's rows to all of b's, their rounding error)."""
    center = b.mean(axis=0)  # large common offsets would cost digits
    a, b = a - center, b - center
    norms_b = (b**2).sum(axis=1)
    for start in range(0, len(a), ROWS_AT_ONCE):
        rows = a[start : start + ROWS_AT_ONCE]
        norms = (rows**2).sum(axis=1)[:, None] + norms_b
        yield start, np.maximum(norms - 2.0 * rows @ b.T, 0.0), ROUNDING * norms


def nearest_rows(queries: np.ndarray, references: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest reference of each query: indices int (N,) and Euclidean distances (N,).

    Args:
        queries: features (N, D).
        references: features (M, D); an array on disk (np.memmap) is read a part at a time.
    Raises:
        InputError: no rows, different D, or values that are not finite.
    """
    queries = require_rows("queries", queries, smallest=1)
    if not len(references):
        raise InputError("references must have at least 1 row; got 0")
    nearest, distances = np.zeros(len(queries), np.int64), np.full(len(queries), np.inf)
    for start in range(0, len(references), REFERENCES_AT_ONCE):
        part = require_rows("references", references[start : start + REFERENCES_AT_ONCE])
        require_same_dimension(queries, part)
        found = np.concatenate([squares.argmin(axis=1) for _, squares, _ in _squared_distances(queries, part)])
        found_distances = np.linalg.norm(queries - part[found], axis=1)
        nearer = found_distances < distances
        nearest[nearer], distances[nearer] = start + found[nearer], found_distances[nearer]
    return nearest, distances


def memorisation(train: np.ndarray, usual: np.ndarray, fake: np.ndarray) -> dict[str, Any]:
    """Whether generated images lie nearer to training images than new real images do.

    Args:
        train: features of the training images (N, D).
        usual: distances (M,) of real images that did not train to their nearest training images, by `nearest_rows`.
        fake: features of generated images (L, D).
    Returns:
        `share_nearer`, the probability that a generated image is nearer to its nearest training image than a
        held-out one is to its own (ties count half): about .5 for new images of the real distribution, 1 for copies,
        and high too for images more typical than real ones; `nearest`, the training image of each, int (L,);
        `distances` (L,).
    Raises:
        InputError: no rows, different D, or values that are not finite.
    Source: Meehan, Chaudhuri, Dasgupta 2020 (arXiv:2004.05675), the Mann-Whitney statistic of section 3.
    """
    nearest, distances = nearest_rows(fake, train)
    return {"share_nearer": share_nearer(usual, distances), "nearest": nearest, "distances": distances}


def share_nearer(usual: np.ndarray, distances: np.ndarray) -> float:
    """The probability that one of some distances (L,) is below one of the usual (M,), ties half: see `memorisation`."""
    if not len(usual):
        raise InputError("the memorisation check needs held-out real images; got none")
    usual = np.sort(usual)
    below, upto = np.searchsorted(usual, distances, side="left"), np.searchsorted(usual, distances, side="right")
    return 1.0 - float(np.mean(below + upto)) / (2.0 * len(usual))
