"""The figures that need no training: of real images as classifiers see them, and of numbers alone."""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from tfgan_metric import pictures
from tfgan_metric.data.catalog import load_data
from tfgan_metric.data.pixels import to_float
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation import Extractor
from tfgan_metric.metrics.inception_score import log_marginal, log_softmax
from tfgan_metric.trainers.papers import mode_dropping
from tfgan_metric.trainers.papers.findings import Findings
from tfgan_metric.trainers.runs.build import load_extractors

Drawn = tuple[Figure, list[str]]  # sentences that say what it shows beyond the table
Draw = Callable[[Findings], Drawn]
IMAGES = 10_000
ENTROPY_BANDS = ((0, 1), (3, 4), (6, 7))  # nats, of 7 that the logarithm of Inception's 1,008 classes is
BAND_COLUMNS, BAND_ROWS = 6, 5


def _mode_dropping(found: Findings) -> Drawn:
    """E KL and its exp over the number of kept classes, the mean and the range of the droppings."""
    densities = {"uniform": mode_dropping.uniform_density(), "Gaussian": mode_dropping.gaussian_density()}
    kept = range(1, mode_dropping.CLASSES + 1)
    figure, axes = pictures.figure(2, 2, width=10, height=7)
    sentences = []
    for column, (name, density) in enumerate(densities.items()):
        divergences = np.stack([mode_dropping.kept_divergences(density, count) for count in kept])
        both = {"E KL": divergences, "exp of KL": np.exp(divergences)}
        for axis, (label, values) in zip(axes[:, column], both.items(), strict=True):
            mean = values.mean(axis=1)
            bars = np.maximum([mean - values.min(axis=1), values.max(axis=1) - mean], 0.0)  # but for rounding
            axis.errorbar(kept, mean, bars, errorevery=5, capsize=2, label=f"{name}, mean, min and max")
            axis.set_xlabel("classes kept")
            axis.set_ylabel(f"{label}(C(x), C̄_G)")
            axis.grid(alpha=0.3)
            axis.legend(fontsize=8)
        mean = divergences.mean(axis=1)
        grows = "at every step" if np.all(np.diff(mean) > 0) else f"at {np.mean(np.diff(mean) > 0):.0%} of the steps"
        sentences.append(f"{name} density: the mean grows {grows}, from {mean[0]:.3g} to {mean[-1]:.4g} nats")
    return figure, sentences


def _class_entropies(found: Findings) -> Drawn:
    """The mean prediction over the classifier's classes, and how sure it is of each class's real images."""
    split = load_data(found.data_name).train
    if split.labels is None:
        raise InputError(f"the figure is drawn class by class: expected labelled images; {found.data_name} has none")
    pixels, labels = split.pixels[:IMAGES], split.labels[:IMAGES]
    seen = _log_predictions(found, pixels)
    figure, axes = pictures.figure(len(seen), 2, width=11, height=0.6 + 3.2 * len(seen))
    sentences = []
    for row, (name, log_p) in zip(axes, seen.items(), strict=True):
        entropies = _entropies(log_p)
        row[0].bar(np.arange(log_p.shape[1]), np.exp(log_marginal(log_p)), width=1.0)
        row[0].set_xlabel(f"class of {name}")
        row[0].set_ylabel("mean prediction")
        of_class = [entropies[labels == label] for label in np.unique(labels)]
        row[1].boxplot(of_class, tick_labels=[str(label) for label in np.unique(labels)], sym=",")
        row[1].set_xlabel("class of the data")
        row[1].set_ylabel("H(C(x)), nats")
        means = [values.mean() for values in of_class]
        sure = np.mean(entropies < 0.05)
        sentences.append(
            f"{name}: E H(C(x)) from {min(means):.3g} (class {int(np.argmin(means))}) to {max(means):.3g} (class "
            f"{int(np.argmax(means))}) nats; {sure:.1%} of {len(pixels):,} real images below 0.05"
        )
    return figure, sentences


def _entropy_bands(found: Findings) -> Drawn:
    """Real images of which the classifier is sure, half sure and unsure: bands of H(C(x)) as shares of ln K."""
    pixels = load_data(found.data_name).train.pixels[:IMAGES]
    name, log_p = next(reversed(_log_predictions(found, pixels).items()))
    entropies, unit = _entropies(log_p), np.log(log_p.shape[1]) / 7
    figure, axes = pictures.figure(1, len(ENTROPY_BANDS), width=10, height=4)
    sentences = []
    for axis, (low, high) in zip(axes[0], ENTROPY_BANDS, strict=True):
        inside = np.flatnonzero((entropies >= low * unit) & (entropies < high * unit))
        shown = to_float(pixels[inside[: BAND_COLUMNS * BAND_ROWS]])
        axis.set_axis_off()
        axis.set_anchor("N")
        if len(shown):
            pictures.show_grid(axis, shown, BAND_COLUMNS)
        axis.set_title(f"{low * unit:.2f} < H(C(x)) < {high * unit:.2f}", fontsize=9)
        sentences.append(
            f"{name}: {len(inside):,} of {len(pixels):,} real images between {low * unit:.2f} and {high * unit:.2f}"
        )
    return figure, sentences


def _log_predictions(found: Findings, pixels: np.ndarray) -> dict[str, np.ndarray]:
    """An extractor's name -> log-probabilities (N, K) of real images; Inception's last where there is one."""
    extractors = load_extractors(found.data_name, found.evaluate_by)
    return {extractor.name: log_softmax(_logits(extractor, pixels)) for extractor in extractors}


def _logits(extractor: Extractor, pixels: np.ndarray, at_once: int = 256) -> np.ndarray:
    return np.concatenate([extractor(pixels[start : start + at_once])[1] for start in range(0, len(pixels), at_once)])


def _entropies(log_p: np.ndarray) -> np.ndarray:
    return -np.sum(np.exp(log_p) * log_p, axis=1)


DATA_FIGURES: dict[str, Draw] = {
    "mode dropping": _mode_dropping,
    "class entropies": _class_entropies,
    "entropy bands": _entropy_bands,
}
