"""Generated images against real ones: every metric that an extractor allows, each with its protocol."""

import numpy as np

from tfgan_metric.data.pixels import to_float
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation import tfgan
from tfgan_metric.evaluation.measure import KEPT_ROWS
from tfgan_metric.evaluation.protocol import Result, library_versions
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
        measured: `Measured` of the generated images.
        reference: `Reference` of the real ones.
        about: dict of what else decided the numbers, such as the generator's seed and step.
        extractor: that measured both.
    """

    def __init__(self, measured, reference, about, extractor):
        self.measured, self.reference = measured, reference
        self.names, self.term_names = extractor.metric_names, extractor.term_names
        self.protocol = (
            reference.protocol | {"generated": measured.statistics.count} | about | {"versions": library_versions()}
        )

    def result(self, metric, value, better, spread=None, floor=None, other=None, **details):
        """A `Result` under this comparison's protocol and the metric's own details."""
        return Result(metric, float(value), spread, better, self.protocol | details, floor, other)

    def distances(self, cross_check=False):
        """Fréchet and kernel distance; with `cross_check` by TF-GAN too, from all features in memory.

        Raises:
            InputError: the images were measured by different extractors, or are too few.
        """
        real, fake = self.reference, self.measured
        frechet = frechet_distance(real.statistics, fake.statistics)
        kept_real, kept_fake = np.asarray(real.features[:KEPT_ROWS]), fake.features[:KEPT_ROWS]
        kernel, error = kernel_distance(kept_real, kept_fake, KERNEL_BLOCK)
        theirs = [None, None]
        if cross_check:
            theirs[0] = tfgan.tfgan_frechet_distance(np.asarray(real.features), fake.features)
            theirs[1] = tfgan.tfgan_kernel_distance(kept_real, kept_fake, KERNEL_BLOCK)[0]
        rows = {"rows": f"first {len(kept_real)} real, {len(kept_fake)} generated"}
        block = {"block_size": KERNEL_BLOCK, "spread_is": "standard error over blocks"} if error is not None else {}
        return [
            self.result(
                self.names[0], frechet, "lower", floor=real.floor, other=theirs[0], covariance="N - 1, float64"
            ),
            self.result(self.names[1], kernel, "lower", error, other=theirs[1], **rows, **block),
        ]

    def score(self, cross_check=False):
        """The Inception Score formula on the extractor's logits."""
        logits = self.measured.logits
        value, spread = inception_score(logits, SPLITS)
        theirs = tfgan.tfgan_inception_score(logits, SPLITS)[0] if cross_check else None
        details = {"splits": SPLITS, "spread_is": "population deviation over splits"}
        return self.result(self.names[2], value, "higher", spread, other=theirs, **details)

    def entropies(self):
        """The two entropies that the score is made of; Inception's need not move as the image quality does."""
        pairs = zip(self.term_names, entropy_terms(self.measured.logits), strict=True)
        return [self.result(name, value, "a term of the score", unit="nats") for name, value in pairs]

    def neighbours(self):
        """Precision, recall, density and coverage."""
        real, fake = np.asarray(self.reference.features[:KEPT_ROWS]), self.measured.features[:KEPT_ROWS]
        details = {"k": NEIGHBOURS, "rows": f"first {len(real)} real, {len(fake)} generated"}
        return [self.result(name, value, "higher", **details) for name, value in prdc(real, fake, NEIGHBOURS).items()]

    def memorised(self, train, held_out):
        """The memorisation check, by `Reference`s of the training and the held-out images."""
        fake = self.measured.features[:KEPT_ROWS]
        found = memorisation(train.features, held_out.distances_to(train), fake)
        rows = f"{len(train.features)} training, {len(held_out.features)} held out, {len(fake)} generated"
        return self.result("nearer_to_training", found["share_nearer"], "near 0.5; 1 for copies", rows=rows)

    def nearest(self, train, count):
        """The index of the nearest image of a `Reference` to each of the first generated ones, int (count,)."""
        return nearest_rows(self.measured.features[:count], train.features)[0]

    def class_scores(self, train_marginal, num_classes):
        """What a classifier of the data set itself tells: AM Score, Mode Score, class accuracy."""
        logits = self.measured.logits
        if num_classes is not None and logits.shape[1] != num_classes:
            raise InputError(f"the classifier has {logits.shape[1]} classes; the data set has {num_classes}")
        splits = {"splits": SPLITS, "spread_is": "population deviation over splits, each against the whole marginal"}
        of_splits = [am_score(part, train_marginal) for part in cut_into_splits(logits, SPLITS)]
        results = [
            self.result(
                "am_score", am_score(logits, train_marginal), "lower", float(np.std(of_splits)), unit="nats", **splits
            ),
            self.result("mode_score", mode_score(logits, train_marginal), "higher"),
        ]
        if self.measured.labels is not None:
            accuracy = np.mean(logits.argmax(axis=1) == self.measured.labels)
            results.append(self.result("class_accuracy", accuracy, "higher"))
        divergence = marginal_divergence(logits, train_marginal)
        return [*results, self.result("marginal_divergence", divergence, "a term of the AM Score", unit="nats")]

    def similarity(self):
        """MS-SSIM of pairs within a class, the highest and the mean of the classes; with σ₁₂ and with |σ₁₂|."""
        logits, images = self.measured.logits, to_float(self.measured.images, np.float64)
        asked = logits.argmax(axis=1) if self.measured.labels is None else self.measured.labels
        results = []
        for prefix, absolute in (("ms_ssim", False), ("ms_ssim_absolute", True)):
            similar = intra_class_ms_ssim(images, asked[: len(images)], PAIRS, absolute_covariance=absolute)
            details = {
                "pairs_a_class": PAIRS,
                "classes": "predicted" if self.measured.labels is None else "asked for",
                "intensities": "0 to 1",
                "covariance": "absolute, as AM-GAN's authors" if absolute else "as it is",
            }
            found = {"max": max(similar.values()), "mean": np.mean(list(similar.values()))}
            results += [
                self.result(f"{prefix}_in_class_{name}", value, "near the real images'", **details)
                for name, value in found.items()
            ]
        return results
