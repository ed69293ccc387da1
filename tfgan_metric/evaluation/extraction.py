"""One pass of images through an extractor, and all that the metrics need of it."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from tfgan_metric.data.pixels import to_uint8
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation.extractor import Extractor
from tfgan_metric.metrics import FeatureStatistics

Batches = Iterable[tuple]
"""Of (images float (B, H, W, C) in [-1, 1], labels int (B,) or None)."""
Progress = Callable[[Batches, int, str], Batches]
"""(batches, number of images, what is measured) -> the batches, while it shows how far they are."""

BATCH = 256
KEPT_ROWS = 5000
"""Images whose features are kept for the metrics that compare pairs; every image counts in the others."""


def no_progress(batches: Batches, total: int, what: str) -> Batches:
    """The batches as they are, in place of a function that also shows how far they are."""
    return batches


class Extraction(NamedTuple):
    """What one pass left; the first rows are of the first images."""

    statistics: FeatureStatistics  # of all images
    features: np.ndarray  # float32 (min(N, KEPT_ROWS), D), or all for the cross-check
    logits: np.ndarray  # float32 (N, K)
    images: np.ndarray  # uint8 (min(N, KEPT_ROWS), H, W, C)
    labels: np.ndarray | None  # int (N,), what the images were asked to be


def feature_protocol(extractor: Extractor) -> dict:
    """What must agree between two sets of features for their statistics to be comparable."""
    return {
        "extractor": extractor.name,
        "extractor_sha256": extractor.sha256,
        "resize": extractor.resize,
        "quantisation": "uint8, rounded",
    }


def extract(batches: Batches, total: int, extractor: Extractor, keep: int | None = KEPT_ROWS) -> Extraction:
    """Runs images through an extractor; only `keep` of the images and features, and all logits, stay in memory.

    Args:
        total: how many images the batches are together.
        keep: rows of features and images to keep; None for all.
    Raises:
        InputError: another number of images than `total`, none, or features that are not finite.
    """
    statistics = FeatureStatistics(feature_protocol(extractor))
    features, kept, labels = [], [], []
    logits: Any = None
    for images, asked in batches:
        pixels = to_uint8(images)
        batch_features, batch_logits = extractor(pixels)
        start, end = statistics.count, statistics.count + len(pixels)
        if logits is None:
            logits = np.empty((total, batch_logits.shape[1]), np.float32)  # the one array that grows: never twice
        if end <= total:
            logits[start:end] = batch_logits
        statistics.update(batch_features)
        room = None if keep is None else max(0, keep - start)
        features.append(batch_features[:room])
        kept.append(pixels[:room])
        labels.append(asked)
    if statistics.count != total or not total:
        raise InputError(f"expected {total} images to measure, at least 1; got {statistics.count}")
    known = None if labels[0] is None else np.concatenate(labels)
    return Extraction(statistics, np.concatenate(features), logits, np.concatenate(kept), known)
