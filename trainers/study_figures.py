"""The figure of an experiment, in the form that the paper's has."""

import pathlib
import re
import textwrap

import numpy as np

from tfgan_metric.errors import choose
from tfgan_metric.trainers import pictures
from tfgan_metric.trainers.callbacks import read_history, sample_grid
from tfgan_metric.trainers.results import summarise
from tfgan_metric.trainers.study import AM_SCORE, INCEPTION_SCORE

SCORE_TERMS = ("classifier_score", "am_score", "marginal_entropy", "marginal_divergence", "sample_entropy")
LETTERS_AN_INCH = 11


def write_figure(path, experiment, records, runs, data_name):
    """Writes an experiment's PNG.

    Args:
        path: of the file.
        experiment: an `Experiment`.
        records: a setting's label -> its runs' records.
        runs: the folder of all runs.
        data_name: of the real images.
    """
    choose("figure", experiment.figure, FIGURES)(path, experiment, records, runs, data_name)


def _curve(path, experiment, records, runs, data_name):
    """The leading measure over the rows' place, a line a series with bars of one deviation; the paper's dashed."""
    measure = experiment.measures[0]
    figure, axes = pictures.figure(1, 1, width=6.5, height=4)
    axis = axes[0, 0]
    for series in dict.fromkeys(row.series for row in experiment.rows):
        rows = [row for row in experiment.rows if row.series == series]
        points = [(row.at, *summarise(records[row.label], measure)) for row in rows]
        points = [(at, mean, spread) for at, mean, spread, _ in points if mean is not None]
        if points:
            axis.errorbar(*zip(*points, strict=True), marker="o", capsize=3, label=f"{series}, here")
        printed = [(row.at, number_of(row.paper[measure.title])) for row in rows if measure.title in row.paper]
        if printed:
            other = axis.twinx()
            other.plot(*zip(*printed, strict=True), "k--", marker="x", alpha=0.6)
            other.set_ylabel(f"{measure.title}, paper (dashed)")
    axis.set_xlabel(experiment.axis)
    axis.set_ylabel(f"{measure.title}, here")
    _finish(figure, axis, path, experiment, data_name)


def _bars(path, experiment, records, runs, data_name):
    """The leading measure of each setting beside the paper's."""
    measure = experiment.measures[0]
    printed = {row.label: number_of(row.paper.get(measure.title, "")) for row in experiment.rows}
    found = {row.label: summarise(records[row.label], measure) for row in experiment.rows}
    figure, axes = pictures.figure(1, 2, width=9, height=0.9 + 0.35 * len(experiment.rows))
    places = np.arange(len(experiment.rows))[::-1]
    values = [[mean for mean, _, _ in found.values()], list(printed.values())]
    spreads = [[spread for _, spread, _ in found.values()], None]
    for axis, numbers, errors, title in zip(axes[0], values, spreads, ("here", "paper"), strict=True):
        bars = axis.barh(places, [number or 0.0 for number in numbers], xerr=errors, capsize=2)
        labels = ["none" if number is None else f"{number:.4g}" for number in numbers]
        axis.bar_label(bars, labels, fontsize=7, padding=3)
        axis.margins(x=0.12)
        axis.set_yticks(places, list(printed) if title == "here" else [""] * len(places))
        axis.set_title(f"{measure.title}, {title}", fontsize=9)
    _title(figure, experiment, data_name)
    pictures.save(figure, path)


def _samples(path, experiment, records, runs, data_name):
    """Images of each setting's first run, a column a class where the generator takes one."""
    grids = []
    for row in experiment.rows:
        model = _model_of(records[row.label][0], runs)
        images, columns = (None, 1) if model is None else sample_grid(model, 0)
        grids.append((row.label, images, columns))
    _write_grids(path, [grid for grid in grids if grid[1] is not None], experiment, data_name)


def _interpolation(path, experiment, records, runs, data_name):
    from tfgan_metric.trainers.interpolation import interpolate

    row = experiment.rows[0]
    model = _model_of(records[row.label][0], runs)
    grids = [] if model is None else [(row.label, *interpolate(model, rows=8, columns=10, seed=0))]
    _write_grids(path, grids, experiment, data_name)


def _write_grids(path, grids, experiment, data_name):
    figure, axes = pictures.figure(1, max(1, len(grids)), width=1 + 3.2 * max(1, len(grids)), height=4.2)
    for axis, (label, images, columns) in zip(axes[0], grids, strict=False):
        pictures.show_grid(axis, images, columns)
        axis.set_title(label, fontsize=9)
    _title(figure, experiment, data_name)
    pictures.save(figure, path)


def _gradient_norms(path, experiment, records, runs, data_name):
    figure, axes = pictures.figure(1, 1, width=7, height=4)
    axis = axes[0, 0]
    for row in experiment.rows:
        history = read_history(pathlib.Path(runs) / records[row.label][0]["run"] / "history.csv")
        axis.plot(
            [line["step"] for line in history], [line["generator_gradient_norm"] for line in history], label=row.label
        )
    axis.set_yscale("log")
    axis.set_xlabel("step")
    axis.set_ylabel("norm of the generator's gradient")
    _finish(figure, axis, path, experiment, data_name)


def _training_curves(path, experiment, records, runs, data_name):
    """Inception Score and AM Score over the steps, the mean of the seeds, a line a setting."""
    figure, axes = pictures.figure(1, 2, width=11, height=4)
    for axis, measure in zip(axes[0], (INCEPTION_SCORE, AM_SCORE), strict=True):
        for row in experiment.rows:
            steps, values = mean_curve(records[row.label], measure.metrics[-1])
            axis.plot(steps, values, marker=".", label=row.label)
        axis.set_title(measure.title, fontsize=9)
        axis.set_xlabel("step")
        axis.grid(alpha=0.3)
    axes[0, 0].legend(fontsize=8)
    _title(figure, experiment, data_name)
    pictures.save(figure, path)


def _score_terms(path, experiment, records, runs, data_name):
    figure, axes = pictures.figure(1, len(SCORE_TERMS), width=15, height=3)
    found = records[experiment.rows[0].label]
    for axis, name in zip(axes[0], SCORE_TERMS, strict=True):
        axis.plot(*mean_curve(found, name), marker=".")
        axis.set_title(name.replace("_", " "), fontsize=9)
        axis.grid(alpha=0.3)
    _title(figure, experiment, data_name)
    pictures.save(figure, path)


def _mode_dropping(path, experiment, records, runs, data_name):
    """The score of real images of the first 1, 2, ... K classes, by the data set's classifier."""
    from tfgan_metric.data.catalog import load_data
    from tfgan_metric.evaluation import load_classifier
    from tfgan_metric.metrics import inception_score

    data, classifier = load_data(data_name), load_classifier(data_name)
    pixels, labels = data.train.pixels[:5000], data.train.labels[:5000]
    logits = classifier(pixels)[1]
    kept = range(1, data.num_classes + 1)
    figure, axes = pictures.figure(1, 1, width=6, height=4)
    axes[0, 0].plot(kept, [inception_score(logits[labels < count], 1)[0] for count in kept], marker="o", label="real")
    axes[0, 0].set_xlabel("classes kept")
    axes[0, 0].set_ylabel("classifier's Inception Score")
    _finish(figure, axes[0, 0], path, experiment, data_name)


def _model_of(record, runs):
    from tfgan_metric.models.loading import load_model

    return None if "diverged" in record else load_model(pathlib.Path(runs) / record["run"])


def mean_curve(records, metric):
    """(steps, means over the runs) of a metric on the runs' way, for steps that all runs have."""
    curves = [{row["step"]: row[metric] for row in record["curve"] if metric in row} for record in records]
    steps = sorted(set.intersection(*(set(curve) for curve in curves if curve))) if any(curves) else []
    return steps, [float(np.mean([curve[step] for curve in curves if curve])) for step in steps]


def number_of(printed):
    """The first number of a printed one such as "5.92 ± 0.17", or None."""
    found = re.match(r"\d+(\.\d+)?", printed)
    return float(found.group()) if found else None


def _finish(figure, axis, path, experiment, data_name):
    axis.grid(alpha=0.3)
    if axis.get_legend_handles_labels()[0]:
        axis.legend(fontsize=8)
    _title(figure, experiment, data_name)
    pictures.save(figure, path)


def _title(figure, experiment, data_name):
    """Above the figure, in as many lines as its width needs."""
    text = f"{experiment.source}: {experiment.question}"
    lines = textwrap.wrap(text, int(LETTERS_AN_INCH * figure.get_figwidth()))
    figure.suptitle("\n".join([*lines, f"on {data_name}"]), fontsize=10)


FIGURES = {
    "curve": _curve,
    "bars": _bars,
    "samples": _samples,
    "interpolation": _interpolation,
    "gradient norms": _gradient_norms,
    "training curves": _training_curves,
    "score terms": _score_terms,
    "mode dropping": _mode_dropping,
}
