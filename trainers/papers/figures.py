"""The figure of an experiment's runs, in the form that the paper's has."""

import pathlib
import re

import numpy as np

from tfgan_metric import pictures
from tfgan_metric.errors import choose
from tfgan_metric.trainers.papers.data_figures import DATA_FIGURES, write_title
from tfgan_metric.trainers.papers.results import first_of, summarise
from tfgan_metric.trainers.papers.table import GRADIENT_NORM
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.grid import sample_grid

GRIDS_ACROSS = 5
WELL_ABOVE_0 = 0.1  # "above 0 with a large margin" (MBGAN, section 4.2): the lowest norm as a share of the mean


def write_figure(path, found):
    """Writes an experiment's PNG.

    Args:
        path: of the file.
        found: `Findings`.
    Returns:
        A list of sentences that say what the figure shows beyond the table.
    """
    return choose("figure", found.experiment.figure, FIGURES)(path, found) or []


def _curve(path, found):
    """The leading measure over the rows' place, a line a series with bars of one deviation; the paper's dashed."""
    experiment, records = found.experiment, found.records
    measure = experiment.measures[0]
    figure, axes = pictures.figure(1, 1, width=6.5, height=4)
    axis = axes[0, 0]
    for series in dict.fromkeys(row.series for row in experiment.rows):
        rows = [row for row in experiment.rows if row.series == series]
        points = [(row.at, *summarise(records[row.label], measure)[:2]) for row in rows]
        points = [(at, mean, spread or 0.0) for at, mean, spread in points if mean is not None]
        if points:
            axis.errorbar(*zip(*points, strict=True), marker="o", capsize=3, label=f"{series}, here")
        printed = [(row.at, number_of(row.paper[measure.title])) for row in rows if measure.title in row.paper]
        if printed:
            other = axis.twinx()
            other.plot(*zip(*printed, strict=True), "k--", marker="x", alpha=0.6)
            other.set_ylabel(f"{measure.title}, paper on {experiment.paper_data} (dashed)")
    axis.set_xlabel(experiment.axis)
    axis.set_ylabel(f"{measure.title}, here")
    _finish(figure, axis, path, found)


def _bars(path, found):
    """The leading measure of each setting beside the paper's."""
    experiment, records = found.experiment, found.records
    measure = experiment.measures[0]
    printed = {row.label: number_of(row.paper.get(measure.title, "")) for row in experiment.rows}
    numbers_here = {row.label: summarise(records.get(row.label, []), measure) for row in experiment.rows}
    figure, axes = pictures.figure(1, 2, width=9, height=0.9 + 0.35 * len(experiment.rows))
    places = np.arange(len(experiment.rows))[::-1]
    values = [[mean for mean, _, _ in numbers_here.values()], list(printed.values())]
    spreads = [[spread or 0.0 for _, spread, _ in numbers_here.values()], None]
    for axis, numbers, errors, title in zip(
        axes[0], values, spreads, ("here", f"paper ({experiment.paper_data})"), strict=True
    ):
        bars = axis.barh(places, [number or 0.0 for number in numbers], xerr=errors, capsize=2)
        labels = ["none" if number is None else f"{number:.4g}" for number in numbers]
        axis.bar_label(bars, labels, fontsize=7, padding=3)
        axis.margins(x=0.12)
        axis.set_yticks(places, list(printed) if title == "here" else [""] * len(places))
        axis.set_title(f"{measure.title}, {title}", fontsize=9)
    write_title(figure, found)
    pictures.save(figure, path)


def _samples(path, found):
    """Images of each setting's first run, a column a class where the generator takes one."""
    grids = []
    for row in found.experiment.trained:
        model = _model_of(found.records[row.label][0], found.runs)
        if model is not None:
            grids.append((row.label, *sample_grid(model, 0)))
    _write_grids(path, grids, found)


def _interpolation(path, found):
    from tfgan_metric.trainers.runs.interpolation import interpolate

    row = found.experiment.rows[0]
    model = _model_of(found.records[row.label][0], found.runs)
    grids = [] if model is None else [(row.label, *interpolate(model, rows=8, columns=10, seed=0))]
    _write_grids(path, grids, found)


def _write_grids(path, grids, found):
    across = max(1, min(GRIDS_ACROSS, len(grids)))
    down = max(1, -(-len(grids) // across))
    figure, axes = pictures.figure(down, across, width=1 + 3.2 * across, height=0.6 + 3.6 * down)
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, (label, images, columns) in zip(axes.flat, grids, strict=False):
        pictures.show_grid(axis, images, columns)
        axis.set_title(label, fontsize=9)
    write_title(figure, found)
    pictures.save(figure, path)


def _gradient_norms(path, found):
    figure, axes = pictures.figure(1, 1, width=7, height=4)
    axis, sentences = axes[0, 0], []
    for row in found.experiment.rows:
        first = found.records[row.label][0]
        history = RunFolder(pathlib.Path(found.runs) / first["run"]).history()
        norms = [line["generator_gradient_norm"] for line in history]
        axis.plot([line["step"] for line in history], norms, label=row.label)
        found_norms = [first_of(record, GRADIENT_NORM.metrics) for record in found.records[row.label]]
        shares = [result["lowest"] / result["value"] for result in found_norms if result is not None]
        if shares:
            word = "stays well above 0" if min(shares) >= WELL_ABOVE_0 else "does not stay well above 0"
            sentences.append(
                f"{row.label} {word}: in the second half no seed's norm falls below {min(shares):.0%} of its mean "
                f"there ({WELL_ABOVE_0:.0%} is our bar)"
            )
    axis.set_yscale("log")
    axis.set_xlabel("step")
    axis.set_ylabel("norm of the generator's gradient")
    _finish(figure, axis, path, found)
    return sentences


def _training_curves(path, found):
    """Every measure over the steps, the mean of the seeds, a line a setting."""
    experiment = found.experiment
    figure, axes = pictures.figure(1, len(experiment.measures), width=1 + 4.5 * len(experiment.measures), height=4)
    sentences = []
    for axis, measure in zip(axes[0], experiment.measures, strict=True):
        for row in experiment.rows:
            metric = _metric_of_curves(found.records[row.label], measure)
            steps, values = mean_curve(found.records[row.label], metric)
            axis.plot(steps, values, marker=".", label=row.label)
            if values and len(experiment.rows) == 1:
                way = f"{values[0]:.3g} at step {steps[0]:.0f}, {values[-1]:.3g} at step {steps[-1]:.0f}"
                sentences.append(f"{measure.title} (`{metric}`): {way}")
        axis.set_title(measure.title, fontsize=9)
        axis.set_xlabel("step")
        axis.grid(alpha=0.3)
    axes[0, 0].legend(fontsize=8)
    write_title(figure, found)
    pictures.save(figure, path)
    return sentences


def _metric_of_curves(records, measure):
    """The first metric of a measure that the runs were evaluated by on their way."""
    known = {name for record in records for row in record["curve"] for name in row}
    return next((metric for metric in measure.metrics if metric in known), measure.metrics[-1])


def _model_of(record, runs):
    from tfgan_metric.trainers.runs.opening import load_model

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


def _finish(figure, axis, path, found):
    axis.grid(alpha=0.3)
    if axis.get_legend_handles_labels()[0]:
        axis.legend(fontsize=8)
    write_title(figure, found)
    pictures.save(figure, path)


FIGURES = {
    "curve": _curve,
    "bars": _bars,
    "samples": _samples,
    "interpolation": _interpolation,
    "gradient norms": _gradient_norms,
    "training curves": _training_curves,
} | DATA_FIGURES
