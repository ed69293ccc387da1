"""Real images as an extractor sees them: measured once, then read from the cache."""

import dataclasses
import functools
import hashlib
import json
import operator
import pathlib
from typing import Any, Self

import numpy as np

from tfgan_metric.data.catalog import Data
from tfgan_metric.errors import InputError, choose
from tfgan_metric.evaluation.cache import cache_folder
from tfgan_metric.evaluation.extraction import BATCH, KEPT_ROWS, Extraction, Progress, feature_protocol, no_progress
from tfgan_metric.evaluation.extractor import Extractor, fingerprint, in_parts
from tfgan_metric.files import replacing
from tfgan_metric.metrics import FeatureStatistics, frechet_distance, nearest_rows

SPLITS = {name: operator.attrgetter(name) for name in ("train", "held_out")}


@dataclasses.dataclass
class Reference:
    """Real images as an extractor sees them, in one random order that depends on nothing but their number."""

    folder: pathlib.Path  # of the cache, named by the hash of `protocol`
    protocol: dict  # which images and which extractor
    halves: list[FeatureStatistics]  # of the first and the second half of the order
    features: np.ndarray  # float32 (N, D) on disk
    logits: np.ndarray  # float32 (N, K) on disk
    images: np.ndarray  # uint8 (N, H, W, C)
    labels: np.ndarray | None  # int32 (N,)

    @functools.cached_property
    def statistics(self) -> FeatureStatistics:
        """Of all images."""
        whole = FeatureStatistics(self.halves[0].protocol)
        for half in self.halves:
            whole.merge(half)
        return whole

    @functools.cached_property
    def floor(self) -> float:
        """Fréchet distance of the two halves: what a perfect generator of half as many images gets."""
        return frechet_distance(*self.halves)

    def extraction(self, count: int) -> Extraction:
        """Of the first images, as many as there are of `count`: real ones in the place of generated ones."""
        statistics = self.statistics
        if count < len(self.features):
            statistics = FeatureStatistics(self.halves[0].protocol)
            statistics.update(self.features[:count])
        kept = min(count, KEPT_ROWS)
        labels = None if self.labels is None else self.labels[:count]
        return Extraction(statistics, self.features[:kept], self.logits[:count], self.images[:kept], labels)

    def distances_to(self, other: Self) -> np.ndarray:
        """Distance of each image's features to the nearest of another `Reference`'s, float64 (N,), cached."""
        path = self.folder / f"distances_to_{other.folder.name}.npy"
        if not path.exists():
            _, distances = nearest_rows(self.features, other.features)
            with replacing(path) as temporary, open(temporary, "wb") as file:
                np.save(file, distances)
        return _load_array(path)


def real_reference(data: Data, split: str, extractor: Extractor, progress: Progress = no_progress) -> Reference:
    """Measures the real images of "train" or "held_out", or reads what was measured of the very same ones before.

    Raises:
        InputError: the data have no such part, or fewer than 4 images.
    """
    real = choose("split", split, SPLITS)(data)
    if real is None:
        raise InputError(f"{data.name} has no held-out images; compare with its training images: --split train")
    if len(real) < 4:
        raise InputError(f"{data.name} has {len(real)} images; the floor needs two halves of at least 2")
    order = np.random.default_rng(0).permutation(len(real))
    pixels, labels = real.pixels[order], None if real.labels is None else real.labels[order]
    protocol = feature_protocol(extractor) | {
        "real_data": data.name,
        "real_split": split,
        "real": len(pixels),
        "real_sha256": fingerprint(pixels),
        "channels": "1, repeated to 3" if pixels.shape[-1] == 1 and extractor.resize else pixels.shape[-1],
    }
    key = hashlib.sha256(json.dumps(protocol, sort_keys=True).encode()).hexdigest()[:32]
    folder = cache_folder() / "real" / key
    if not (folder / "logits.npy").exists():  # or kept by an earlier version, without them
        batches = progress(_batches_of_halves(pixels), len(pixels), f"real images, {split.replace('_', ' ')}")
        _write_reference(folder, batches, protocol, extractor)
    halves = [FeatureStatistics.load(folder / f"half_{half}.npz") for half in (0, 1)]
    features, logits = (_load_array(folder / f"{name}.npy") for name in ("features", "logits"))
    return Reference(folder, protocol, halves, features, logits, pixels, labels)


def _load_array(path):
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, EOFError, ValueError) as error:
        raise InputError(f"{path.parent} is damaged: {error}; remove it and measure again") from error


def _batches_of_halves(pixels):
    """Yields (pixels (B, H, W, C), 0 or 1): batches of the first half and then of the second."""
    middle = len(pixels) // 2
    for half, part in enumerate((pixels[:middle], pixels[middle:])):
        for batch in in_parts(part, BATCH):
            yield batch, half


def _write_reference(folder, batches, protocol, extractor):
    with replacing(folder) as temporary:
        temporary.mkdir()
        halves = [FeatureStatistics(feature_protocol(extractor)) for _ in range(2)]
        features: Any = None
        logits = []
        for pixels, half in batches:
            found, outputs = extractor(pixels)
            if features is None:
                shape = (protocol["real"], found.shape[1])
                features = np.lib.format.open_memmap(temporary / "features.npy", "w+", np.float32, shape)
            start = sum(one.count for one in halves)
            features[start : start + len(found)] = found
            logits.append(outputs)
            halves[half].update(found)
        features.flush()
        np.save(temporary / "logits.npy", np.concatenate(logits))
        for index, one in enumerate(halves):
            one.save(temporary / f"half_{index}.npz")
        (temporary / "protocol.json").write_text(json.dumps(protocol, indent=2) + "\n", encoding="utf-8")
