"""Evaluation while a model trains."""

import pathlib
from collections.abc import Iterable
from typing import Any

import keras

from tfgan_metric.data.catalog import Data
from tfgan_metric.errors import require_positive_int
from tfgan_metric.evaluation.classifier import DatasetClassifier
from tfgan_metric.evaluation.comparison import SPLITS, Comparison
from tfgan_metric.evaluation.evaluate import generator_source
from tfgan_metric.evaluation.extraction import extract
from tfgan_metric.evaluation.extractor import Extractor
from tfgan_metric.evaluation.protocol import Result
from tfgan_metric.evaluation.records import DURING_TRAINING, append_evaluation
from tfgan_metric.evaluation.reference import real_reference


def first_values(results: Iterable[Result]) -> dict[str, float]:
    """Metric -> value, of the first extractor that has it."""
    found: dict[str, float] = {}
    for result in results:
        found.setdefault(result.metric, result.value)
    return found


class EvaluateGAN(keras.callbacks.Callback):
    """Measures a fixed number of generated images every few epochs; the numbers go into the epoch's logs.

    So they stand in the History that `fit` returns, and in TensorBoard where that callback comes after this one. The
    noise and the labels are the same each time, the real images measured once.

    Args:
        extractor: the dataset's classifier is the cheap one.
        every: epochs between two evaluations; the last epoch is evaluated too.
        count: generated images each time, at least 10.
        seed: of the noise.
        path: of a metrics.json to add each evaluation to, with the whole protocol; None writes none.
    Raises:
        InputError: `every` or `count` out of its range.
    """

    def __init__(
        self,
        data: Data,
        extractor: Extractor | list[Extractor],
        every: int = 1,
        count: int = 1000,
        seed: int = 0,
        path: str | pathlib.Path | None = None,
    ) -> None:
        super().__init__()
        self.data, self.extractors, self.seed, self.path = data, keras.tree.flatten(extractor), seed, path
        self.every = require_positive_int("every", every)
        self.count = require_positive_int("count", count, smallest=SPLITS)

    def on_train_begin(self, logs: Any = None) -> None:
        for extractor in self.extractors:
            if isinstance(extractor, DatasetClassifier):
                extractor.require_classes_of(self.data)
        self.references = [real_reference(self.data, "train", extractor) for extractor in self.extractors]

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if (epoch + 1) % self.every == 0 or epoch + 1 == self.params["epochs"]:
            logs.update(self.values())

    def values(self) -> dict[str, float]:
        """The numbers of the model as it is now, as `first_values` has them."""
        return first_values(self.results())

    def results(self) -> list[Result]:
        """Evaluates the model as it is now, and adds it to metrics.json: one extractor's results after the other's.

        They are `Comparison.by_any_extractor`, and by the data set's classifier its `class_scores` too.
        """
        about = {"step": self.model.steps_trained, "checkpoint": DURING_TRAINING}
        takes_labels = self.model.inference_classes is not None
        source = generator_source(self.model.generate, self.data, self.count, self.seed, about, takes_labels)
        results = []
        for extractor, reference in zip(self.extractors, self.references, strict=True):
            extraction = extract(source.batches(), source.total, extractor)
            comparison = Comparison(extraction, reference, source.about, extractor)
            results += comparison.by_any_extractor()
            if isinstance(extractor, DatasetClassifier):
                classes = (self.data.num_classes, self.data.class_names)
                results += comparison.class_scores(extractor.train_marginal, *classes)
        if self.path:
            append_evaluation(self.path, f"step {about['step']}", results)
        return results
