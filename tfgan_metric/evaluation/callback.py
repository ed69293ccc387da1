"""Evaluation while a model trains."""

import keras

from tfgan_metric.errors import require_positive_int
from tfgan_metric.evaluation.classifier import DatasetClassifier
from tfgan_metric.evaluation.comparison import SPLITS, Comparison
from tfgan_metric.evaluation.evaluate import generator_source
from tfgan_metric.evaluation.measure import measure, real_reference
from tfgan_metric.evaluation.records import DURING_TRAINING, append_evaluation


class EvaluateGAN(keras.callbacks.Callback):
    """Measures a fixed number of generated images every few epochs; the numbers go into the epoch's logs.

    So they stand in the History that `fit` returns, and in TensorBoard where that callback comes after this one. The
    noise and the labels are the same each time, the real images measured once.

    Args:
        data: a `Data`.
        extractor: an `Extractor`; the dataset's classifier is the cheap one.
        every: epochs between two evaluations; the last epoch is evaluated too.
        count: generated images each time, at least 10.
        seed: of the noise.
        path: of a metrics.json to add each evaluation to, with the whole protocol; None writes none.
    Raises:
        InputError: `every` or `count` out of its range.
    """

    def __init__(self, data, extractor, every=1, count=1000, seed=0, path=None):
        super().__init__()
        self.data, self.extractor, self.seed, self.path = data, extractor, seed, path
        self.every = require_positive_int("every", every)
        self.count = require_positive_int("count", count, smallest=SPLITS)

    def on_train_begin(self, logs=None):
        self.reference = real_reference(self.data, "train", self.extractor)

    def on_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % self.every == 0 or epoch + 1 == self.params["epochs"]:
            logs.update({result.metric: result.value for result in self.measure()})

    def measure(self):
        """Evaluates the model as it is now, and adds it to metrics.json.

        Returns:
            A list of `Result`: Fréchet and kernel distance, score, precision, recall, density, coverage; by the data
            set's classifier AM Score and its terms, Mode Score and class accuracy too.
        """
        about = {"step": self.model.steps_trained, "checkpoint": DURING_TRAINING}
        takes_labels = self.model.inference_classes is not None
        source = generator_source(self.model.generate, self.data, self.count, self.seed, about, takes_labels)
        measured = measure(source.batches(), source.total, self.extractor)
        comparison = Comparison(measured, self.reference, source.about, self.extractor.metric_names)
        results = [*comparison.distances(), comparison.score(), *comparison.neighbours()]
        if isinstance(self.extractor, DatasetClassifier):
            results += comparison.class_scores(self.extractor.train_marginal, self.data.num_classes)
        if self.path:
            append_evaluation(self.path, f"step {about['step']}", results)
        return results
