"""Generated images against real ones: every metric that an extractor allows, each with its protocol."""

from typing import Any

import numpy as np

from tfgan_metric.data.pixels import to_float
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation import tfgan
from tfgan_metric.evaluation.extraction import KEPT_ROWS, Extraction
from tfgan_metric.evaluation.extractor import Extractor
from tfgan_metric.evaluation.protocol import Result, library_versions
from tfgan_metric.evaluation.reference import Reference
from tfgan_metric.metrics import (
    am_score,
    entropy_terms,
    frechet_distance,
    inception_score,
    intra_class_ms_ssim,
    kernel_distance,
    marginal_divergence,
    memorisation,
    mode_score,
    nearest_rows,
    prdc,
)
from tfgan_metric.metrics.inception_score import cut_into_splits

SPLITS = 10
KERNEL_BLOCK = 1000
NEIGHBOURS = 5
PAIRS = 100


class Comparison:
    """Generated images measured beside real ones.

    Args:
        about: what else decided the numbers, such as the generator's seed and step.
        extractor: that measured both.
    """

    def __init__(self, extraction: Extraction, reference: Reference, about: dict, extractor: Extractor) -> None:
        self.extraction, self.reference = extraction, reference
        self.names, self.term_names = extractor.metric_names, extractor.term_names
        self.gives_logits = extractor.gives_logits
        self.protocol = (
            reference.protocol | {"generated": extraction.statistics.count} | about | {"versions": library_versions()}
        )

    def result(self, metric: str, value: float, better: str, spread: float | None = None, **details: Any) -> Result:
        """A `Result` under this comparison's protocol and the metric's own details."""
        return Result(metric, float(value), spread, better, self.protocol | details)

    def by_any_extractor(self, cross_check: bool = False) -> list[Result]:
        """Distances and neighbours, and the score and its entropies where there are logits."""
        of_logits = [self.score(cross_check), *self.entropies()] if self.gives_logits else []
        return [*self.distances(cross_check), *of_logits, *self.neighbours()]

    def distances(self, cross_check: bool = False) -> list[Result]:
        """Fréchet and kernel distance; with `cross_check` by TF-GAN too, from all features in memory.

        Raises:
            InputError: the images were measured by different extractors, or are too few.
        """
        real, fake = self.reference, self.extraction
        kept_real, kept_fake = np.asarray(real.features[:KEPT_ROWS]), fake.features[:KEPT_ROWS]
        details: dict[str, Any] = {"rows": f"first {len(kept_real)} real, {len(kept_fake)} generated"}
        value = frechet_distance(real.statistics, fake.statistics)
        frechet = self.result(self.names[0], value, "lower", covariance="N - 1, float64")._replace(floor=real.floor)
        value, error = kernel_distance(kept_real, kept_fake, KERNEL_BLOCK)
        if error is not None:
            details |= {"block_size": KERNEL_BLOCK, "spread_is": "standard error over blocks"}
        kernel = self.result(self.names[1], value, "lower", error, **details)
        if cross_check:
            theirs = tfgan.tfgan_frechet_distance(np.asarray(real.features), fake.features)
            frechet = frechet._replace(tfgan=theirs)
            kernel = kernel._replace(tfgan=tfgan.tfgan_kernel_distance(kept_real, kept_fake, KERNEL_BLOCK)[0])
        return [frechet, kernel]

    def score(self, cross_check: bool = False) -> Result:
        """The Inception Score formula on the extractor's logits."""
        logits = self.extraction.logits
        value, spread = inception_score(logits, SPLITS)
        details: dict[str, Any] = {"splits": SPLITS, "spread_is": "population deviation over splits"}
        found = self.result(self.names[2], value, "higher", spread, **details)
        return found._replace(tfgan=tfgan.tfgan_inception_score(logits, SPLITS)[0]) if cross_check else found

    def entropies(self) -> list[Result]:
        """The two entropies that the score is made of; Inception's need not move as the image quality does."""
        pairs = zip(self.term_names, entropy_terms(self.extraction.logits), strict=True)
        return [self.result(name, value, "a term of the score", unit="nats") for name, value in pairs]

    def neighbours(self) -> list[Result]:
        """Precision, recall, density and coverage."""
        real, fake = np.asarray(self.reference.features[:KEPT_ROWS]), self.extraction.features[:KEPT_ROWS]
        details: dict[str, Any] = {"k": NEIGHBOURS, "rows": f"first {len(real)} real, {len(fake)} generated"}
        return [self.result(name, value, "higher", **details) for name, value in prdc(real, fake, NEIGHBOURS).items()]

    def memorised(self, train: Reference, held_out: Reference) -> Result:
        """The memorisation check, by `Reference`s of the training and the held-out images."""
        fake = self.extraction.features[:KEPT_ROWS]
        found = memorisation(train.features, held_out.distances_to(train), fake)
        rows = f"{len(train.features)} training, {len(held_out.features)} held out, {len(fake)} generated"
        return self.result("nearer_to_training", found["share_nearer"], "near 0.5; 1 for copies", rows=rows)

    def nearest(self, train: Reference, count: int) -> np.ndarray:
        """The index of the nearest image of a `Reference` to each of the first generated ones, int (count,)."""
        return nearest_rows(self.extraction.features[:count], train.features)[0]

    def class_scores(
        self, train_marginal: np.ndarray, num_classes: int | None, class_names: list[str] | None = None
    ) -> list[Result]:
        """What a classifier of the data set itself tells: AM Score, Mode Score, class accuracy, that of each name."""
        logits = self.extraction.logits
        if num_classes is not None and logits.shape[1] != num_classes:
            raise InputError(f"the classifier has {logits.shape[1]} classes; the data set has {num_classes}")
        spread_is = "population deviation over splits, each against the whole marginal"
        details: dict[str, Any] = {"unit": "nats", "splits": SPLITS, "spread_is": spread_is}
        of_splits = [am_score(part, train_marginal) for part in cut_into_splits(logits, SPLITS)]
        results = [
            self.result("am_score", am_score(logits, train_marginal), "lower", float(np.std(of_splits)), **details),
            self.result("mode_score", mode_score(logits, train_marginal), "higher"),
        ]
        if self.extraction.labels is not None:
            asked = self.extraction.labels
            right = logits.argmax(axis=1) == asked
            of_names = {name: right[asked == label] for label, name in enumerate(class_names or ())}
            by_class = {name: float(np.mean(found)) for name, found in of_names.items() if len(found)}
            named: dict[str, Any] = {"of_classes": by_class} if by_class else {}
            results.append(self.result("class_accuracy", np.mean(right), "higher", **named))
        divergence = marginal_divergence(logits, train_marginal)
        return [*results, self.result("marginal_divergence", divergence, "a term of the AM Score", unit="nats")]

    def similarity(self) -> list[Result]:
        """MS-SSIM of pairs within a class, the highest and the mean of the classes; with σ₁₂ and with |σ₁₂|."""
        logits, images = self.extraction.logits, to_float(self.extraction.images, np.float64)
        asked = logits.argmax(axis=1) if self.extraction.labels is None else self.extraction.labels
        results = []
        for prefix, absolute in (("ms_ssim", False), ("ms_ssim_absolute", True)):
            similar = intra_class_ms_ssim(images, asked[: len(images)], PAIRS, absolute_covariance=absolute)
            details: dict[str, Any] = {
                "pairs_a_class": PAIRS,
                "classes": "predicted" if self.extraction.labels is None else "asked for",
                "intensities": "0 to 1",
                "covariance": "absolute, as AM-GAN's authors" if absolute else "as it is",
            }
            for name, value in (("max", max(similar.values())), ("mean", float(np.mean(list(similar.values()))))):
                results.append(self.result(f"{prefix}_in_class_{name}", value, "near the real images'", **details))
        return results
