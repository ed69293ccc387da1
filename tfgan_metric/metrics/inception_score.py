"""Inception Score, whatever the classifier."""

import numpy as np

from tfgan_metric.errors import InputError, require_positive_int
from tfgan_metric.metrics.arrays import require_rows

ROWS_AT_ONCE = 1024


def inception_score(logits: np.ndarray, splits: int = 10) -> tuple[float, float]:
    """exp(E KL(p(y|x) ‖ p(y))), from 1 to K; higher is better.

    It rewards images that the classifier is sure of and classes that are balanced. It does not see the real images,
    nor variety within a class.

    Args:
        logits: (N, K), in an order that has nothing to do with the class; split s is rows sN/S to (s+1)N/S.
        splits: S, from 1 to N; the papers use 10 on 50,000 images.
    Returns:
        (mean over the splits, population standard deviation over the splits).
    Raises:
        InputError: more splits than rows, or logits that are not finite.
    Source: Salimans et al. 2016 (arXiv:1606.03498), section 4.
    """
    require_positive_int("splits", splits)
    count = len(np.asarray(logits))
    if count < splits:
        raise InputError(f"the Inception Score over {splits} splits needs at least {splits} images; got {count}")
    scores = [_score(split) for split in cut_into_splits(logits, splits)]
    return float(np.mean(scores)), float(np.std(scores))


def cut_into_splits(rows: np.ndarray, splits: int) -> list[np.ndarray]:
    """S parts of N rows in their order: part s is rows sN/S to (s+1)N/S."""
    count = len(rows)
    return [rows[split * count // splits : (split + 1) * count // splits] for split in range(splits)]


def _score(logits):
    """exp(H(E p) - E H(p)), which is exp(E KL), by sums over a few rows at a time."""
    marginal, negative_entropy = np.zeros(1), 0.0
    for start in range(0, len(logits), ROWS_AT_ONCE):
        log_p = log_softmax(logits[start : start + ROWS_AT_ONCE])  # (B, K)
        p = np.exp(log_p)
        marginal = marginal + p.sum(axis=0) / len(logits)
        negative_entropy += np.sum(p * log_p) / len(logits)
    present = marginal[marginal > 0]
    return np.exp(negative_entropy - np.sum(present * np.log(present)))


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """float64 log-probabilities (N, K) of logits (N, K); raises `InputError` where they are not finite."""
    logits = require_rows("logits", logits)
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def log_marginal(log_p: np.ndarray) -> np.ndarray:
    """log of the mean probabilities, (K,), of log-probabilities (N, K); finite where the mean itself underflows."""
    largest = log_p.max(axis=0)
    return largest + np.log(np.mean(np.exp(log_p - largest), axis=0))
