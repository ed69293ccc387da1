"""One pass of images through an extractor, and all that the metrics need of it."""

import functools
import hashlib
import json
import operator
from typing import NamedTuple

import numpy as np

from tfgan_metric.data.pixels import to_uint8
from tfgan_metric.errors import InputError, choose
from tfgan_metric.evaluation.cache import cache_folder
from tfgan_metric.evaluation.extractor import fingerprint
from tfgan_metric.files import replacing
from tfgan_metric.metrics import FeatureStatistics, frechet_distance, nearest_rows

BATCH = 256
SPLITS = {name: operator.attrgetter(name) for name in ("train", "held_out")}
KEPT_ROWS = 5000
"""Images whose features are kept for the metrics that compare pairs; every image counts in the others."""


def no_progress(batches, total, what):
    """The batches as they are, in place of a function that also shows how far they are."""
    return batches


class Measured(NamedTuple):
    """What one pass left; the first rows are of the first images."""

    statistics: FeatureStatistics  # of all images
    features: np.ndarray  # float32 (min(N, KEPT_ROWS), D), or all for the cross-check
    logits: np.ndarray  # float32 (N, K)
    images: np.ndarray  # uint8 (min(N, KEPT_ROWS), H, W, C)
    labels: np.ndarray | None  # int (N,), what the images were asked to be


def feature_protocol(extractor):
    """What must agree between two sets of features for their statistics to be comparable."""
    return {
        "extractor": extractor.name,
        "extractor_sha256": extractor.sha256,
        "resize": extractor.resize,
        "quantisation": "uint8, rounded",
    }


def measure(batches, total, extractor, keep=KEPT_ROWS):
    """Runs images through an extractor; only `keep` of the images and features, and all logits, stay in memory.

    Args:
        batches: iterable of (images float (B, H, W, C) in [-1, 1], labels int (B,) or None).
        total: how many images these are together.
        extractor: an `Extractor`.
        keep: rows of features and images to keep; None for all.
    Returns:
        A `Measured`.
    Raises:
        InputError: another number of images than `total`, none, or features that are not finite.
    """
    statistics = FeatureStatistics(feature_protocol(extractor))
    features, kept, labels, logits = [], [], [], None
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
    return Measured(statistics, np.concatenate(features), logits, np.concatenate(kept), known)


class Reference:
    """Real images as an extractor sees them, in one random order that depends on nothing but their number.

    Attributes:
        folder: of the cache, named by the hash of `protocol`.
        protocol: dict that says which images and which extractor.
        statistics: of all, `FeatureStatistics`.
        halves: of the first and the second half of the order.
        features: float32 (N, D) on disk.
        images: uint8 (N, H, W, C) in the same order.
    """

    def __init__(self, folder, protocol, halves, features, images):
        self.folder, self.protocol, self.halves, self.features, self.images = folder, protocol, halves, features, images
        self.statistics = FeatureStatistics(halves[0].protocol)
        for half in halves:
            self.statistics.merge(half)

    @functools.cached_property
    def floor(self):
        """Fréchet distance of the two halves: what a perfect generator of half as many images gets."""
        return frechet_distance(*self.halves)

    def distances_to(self, other):
        """Distance of each image's features to the nearest of another `Reference`'s, float64 (N,), cached."""
        path = self.folder / f"distances_to_{other.folder.name}.npy"
        if not path.exists():
            _, distances = nearest_rows(self.features, other.features)
            with replacing(path) as temporary, open(temporary, "wb") as file:
                np.save(file, distances)
        return _load_array(path)


def real_reference(data, split, extractor, progress=no_progress):
    """Measures real images, or reads what was measured of the very same ones before.

    Args:
        data: a `Data`.
        split: "train" or "held_out".
        extractor: an `Extractor`.
        progress: wraps an iterable of batches; (batches, number of images, what is measured) -> batches.
    Returns:
        A `Reference`, cached under the hash of its protocol.
    Raises:
        InputError: the data have no such part, or fewer than 4 images.
    """
    real = choose("split", split, SPLITS)(data)
    if real is None:
        raise InputError(f"{data.name} has no held-out images; compare with its training images: --split train")
    if len(real) < 4:
        raise InputError(f"{data.name} has {len(real)} images; the floor needs two halves of at least 2")
    pixels = real.pixels[np.random.default_rng(0).permutation(len(real))]
    protocol = feature_protocol(extractor) | {
        "real_data": data.name,
        "real_split": split,
        "real": len(pixels),
        "real_sha256": fingerprint(pixels),
        "channels": "1, repeated to 3" if pixels.shape[-1] == 1 and extractor.resize else pixels.shape[-1],
    }
    key = hashlib.sha256(json.dumps(protocol, sort_keys=True).encode()).hexdigest()[:32]
    folder = cache_folder() / "real" / key
    if not folder.exists():
        batches = progress(_batches_of_halves(pixels), len(pixels), f"real images, {split.replace('_', ' ')}")
        _write_reference(folder, batches, protocol, extractor)
    halves = [FeatureStatistics.load(folder / f"half_{half}.npz") for half in (0, 1)]
    return Reference(folder, protocol, halves, _load_array(folder / "features.npy"), pixels)


def _load_array(path):
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, EOFError, ValueError) as error:
        raise InputError(f"{path.parent} is damaged: {error}; remove it and measure again") from error


def _batches_of_halves(pixels):
    """Yields (pixels (B, H, W, C), 0 or 1): batches of the first half and then of the second."""
    middle = len(pixels) // 2
    for half, part in enumerate((pixels[:middle], pixels[middle:])):
        for start in range(0, len(part), BATCH):
            yield part[start : start + BATCH], half


def _write_reference(folder, batches, protocol, extractor):
    with replacing(folder) as temporary:
        temporary.mkdir()
        halves = [FeatureStatistics(feature_protocol(extractor)) for _ in range(2)]
        features = None
        for pixels, half in batches:
            found, _ = extractor(pixels)
            if features is None:
                shape = (protocol["real"], found.shape[1])
                features = np.lib.format.open_memmap(temporary / "features.npy", "w+", np.float32, shape)
            start = sum(one.count for one in halves)
            features[start : start + len(found)] = found
            halves[half].update(found)
        features.flush()
        for index, one in enumerate(halves):
            one.save(temporary / f"half_{index}.npz")
        (temporary / "protocol.json").write_text(json.dumps(protocol, indent=2) + "\n", encoding="utf-8")
