"""Kernel distance: KID, whatever the features."""

import math

import numpy as np

from tfgan_metric.errors import InputError, require_positive_int
from tfgan_metric.metrics.arrays import require_features


def kernel_distance(
    features_a: np.ndarray, features_b: np.ndarray, block_size: int | None = None
) -> tuple[float, float | None]:
    """Unbiased squared MMD with the kernel (xᵀy/D + 1)³; 0 for one distribution, lower is closer.

    On Inception's pool_3 features it is KID. The rows are cut, in their order, into ⌈max(N, M) / block_size⌉ blocks
    of nearly equal size each way, and the blocks' values averaged.

    Args:
        features_a, features_b: (N, D) and (M, D), at least two rows each.
        block_size: the most rows in a block; None for a single block.
    Returns:
        (value, standard error of the mean over the blocks, or None with one block). The value may be below 0.
    Raises:
        InputError: fewer than two rows in a block, different D, or values that are not finite.
    Source: Bińkowski et al. 2018 (arXiv:1801.01401), section 4.
    """
    features_a, features_b = require_features(features_a, features_b)
    blocks = 1 if block_size is None else count_blocks(features_a, features_b, block_size)
    pairs = zip(_cut(features_a, blocks), _cut(features_b, blocks), strict=True)
    values = [_squared_discrepancy(a, b) for a, b in pairs]
    standard_error = None if blocks == 1 else float(np.std(values, ddof=1) / math.sqrt(blocks))
    return float(np.mean(values)), standard_error


def count_blocks(features_a: np.ndarray, features_b: np.ndarray, block_size: int) -> int:
    """⌈max(N, M) / block_size⌉; raises `InputError` where a block would have fewer than two rows of each set."""
    fewest, most = sorted([len(features_a), len(features_b)])
    blocks = math.ceil(most / require_positive_int("block_size", block_size))
    if fewest < 2 * blocks:
        raise InputError(f"{blocks} blocks need at least {2 * blocks} rows each; got {fewest}: raise block_size")
    return blocks


def _cut(features, blocks):
    """Blocks that differ by one row at most, the smaller ones first, as TF-GAN cuts."""
    sizes = [(len(features) + block) // blocks for block in range(blocks)]
    return np.split(features, np.cumsum(sizes)[:-1])


def _squared_discrepancy(a, b):
    return _mean_off_diagonal(_kernel(a, a)) + _mean_off_diagonal(_kernel(b, b)) - 2.0 * _kernel(a, b).mean()


def _kernel(a, b):
    return (a @ b.T / a.shape[1] + 1.0) ** 3


def _mean_off_diagonal(matrix):
    return (matrix.sum() - np.trace(matrix)) / (len(matrix) * (len(matrix) - 1))
