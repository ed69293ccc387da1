"""Generated images against real ones, by every metric that the extractors allow."""

import contextlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from tfgan_metric.data.catalog import Data
from tfgan_metric.data.pixels import to_float
from tfgan_metric.data.split import Split
from tfgan_metric.errors import InputError, require_positive_int
from tfgan_metric.evaluation.classifier import DatasetClassifier
from tfgan_metric.evaluation.comparison import Comparison
from tfgan_metric.evaluation.extraction import BATCH, KEPT_ROWS, Batches, Progress, extract, no_progress
from tfgan_metric.evaluation.extractor import Extractor, in_parts
from tfgan_metric.evaluation.protocol import Result
from tfgan_metric.evaluation.reference import real_reference
from tfgan_metric.evaluation.tfgan import import_tfgan
from tfgan_metric.metrics import share_nearer

STRIPS = 10


class Source(NamedTuple):
    """Generated images."""

    batches: Callable[[], Batches]  # the same each time
    total: int  # images
    about: dict  # what the protocol must say of them


class Evaluation(NamedTuple):
    """What an evaluation found; the images are uint8 (STRIPS, H, W, C)."""

    results: list[Result]
    generated: np.ndarray
    nearest: np.ndarray  # the training image nearest to each generated one
    real: np.ndarray


def generator_source(
    generate: Callable[..., np.ndarray],
    data: Data | None,
    count: int,
    seed: int,
    about: dict,
    takes_labels: bool = True,
) -> Source:
    """Images of a generator, for labels drawn as the training images', or by itself where there are none.

    Args:
        generate: (count, labels, seed) -> float images (count, H, W, C).
        seed: of the noise and the labels.
        about: what else the protocol must say, such as the step.
        takes_labels: whether the generator does; labels are None otherwise.
    """
    require_positive_int("count", count)
    labels, drawn = None, "uniformly, by the generator" if takes_labels else "none"
    if takes_labels and data is not None and data.train.labels is not None:
        labels = np.random.default_rng(seed).choice(data.train.labels, count).astype(np.int32)
        drawn = "as the training images'"

    def batches():
        for index, start in enumerate(range(0, count, BATCH)):
            asked = None if labels is None else labels[start : start + BATCH]
            yield generate(min(BATCH, count - start), asked, np.int64((seed << 20) + index)), asked

    return Source(batches, count, {"labels": drawn, "seed": seed} | about)


def image_source(split: Split, about: dict) -> Source:
    """Images that are there already, in a random order that depends on their number alone."""
    order = np.random.default_rng(1).permutation(len(split))

    def batches():
        for rows in in_parts(order, BATCH):
            yield to_float(split.pixels[rows]), None

    return Source(batches, len(order), about)


def evaluate(
    source: Source,
    data: Data,
    extractors: Sequence[Extractor],
    split: str = "train",
    cross_check: bool = False,
    progress: Progress = no_progress,
) -> Evaluation:
    """Measures generated images against real ones.

    Inception gives fid, kid and inception_score; a classifier of the data set gives frechet_distance,
    kernel_distance and classifier_score on its own features, and am_score, mode_score, class_accuracy and MS-SSIM
    within a class; both give the entropies of the score, precision, recall, density, coverage and, where there are
    held-out images, the memorisation check. Beside each stands what as many held-out images get, or all of them where
    there are fewer, unless they are those compared with.

    Args:
        data: whose images are the real ones.
        split: "train" or "held_out", which of them.
        cross_check: compute the distances and the score with TF-GAN too; this keeps all features in memory.
    Raises:
        InputError: images that an extractor cannot take, too few of them, or values that are not finite, or a
            cross-check where TF-GAN cannot be imported.
    """
    if cross_check:
        import_tfgan()  # before the long work
    results: list[Result] = []
    for extractor in extractors:
        if isinstance(extractor, DatasetClassifier):
            extractor.require_classes_of(data)
        reference = real_reference(data, split, extractor, progress)
        keep = None if cross_check else KEPT_ROWS
        batches = progress(source.batches(), source.total, "generated images")
        extraction = extract(batches, source.total, extractor, keep)
        comparison = Comparison(extraction, reference, source.about, extractor)
        found = _all_but_memorisation(comparison, extractor, data, cross_check)
        train = reference if split == "train" else real_reference(data, "train", extractor, progress)
        if data.held_out is not None:
            held_out = real_reference(data, "held_out", extractor, progress)
            found.append(comparison.memorised(train, held_out))
            if split == "train":
                found = _beside_real(found, extraction, held_out, train, extractor, data)
        results += found
    generated = extraction.images[:STRIPS]
    nearest = train.images[comparison.nearest(train, len(generated))]
    return Evaluation(results, generated, nearest, reference.images[:STRIPS])


def _all_but_memorisation(comparison, extractor, data, cross_check=False):
    results = comparison.by_any_extractor(cross_check)
    if isinstance(extractor, DatasetClassifier):
        scores = comparison.class_scores(extractor.train_marginal, data.num_classes, data.class_names)
        results += scores + comparison.similarity()
    return results


def _beside_real(results, extraction, held_out, train, extractor, data):
    """The results, each with what as many held-out images get in the place of the generated ones, where they can."""
    real = held_out.extraction(len(extraction.logits))
    if extraction.labels is None:
        real = real._replace(labels=None)  # MS-SSIM then takes the predicted classes of both
    count, usual = len(real.logits), held_out.distances_to(train)
    values = {"nearer_to_training": share_nearer(usual, usual[:count])}
    with contextlib.suppress(InputError):  # too few of them
        of_real = _all_but_memorisation(Comparison(real, train, {}, extractor), extractor, data)
        values |= {result.metric: result.value for result in of_real}
    beside = {"real_split": "held_out", "real": count, "real_sha256": held_out.protocol["real_sha256"]}
    return [
        result._replace(real=values.get(result.metric), protocol=result.protocol | {"beside": beside})
        for result in results
    ]
