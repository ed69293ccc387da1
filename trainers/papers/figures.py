"""The figure of a table's runs, in the form that the paper's has."""

import pathlib
import re
import textwrap
from collections.abc import Sequence

import keras
import numpy as np
from matplotlib.axes import Axes

from tfgan_metric import pictures
from tfgan_metric.errors import choose
from tfgan_metric.trainers.papers.columns import GRADIENT_NORM, Column
from tfgan_metric.trainers.papers.data_figures import DATA_FIGURES, Draw, Drawn
from tfgan_metric.trainers.papers.evaluate import NORM_IN_HISTORY
from tfgan_metric.trainers.papers.findings import Findings
from tfgan_metric.trainers.papers.results import Record, result_of, summarise
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.gallery import sample_grid
from tfgan_metric.trainers.runs.interpolation import interpolate
from tfgan_metric.trainers.runs.opening import load_model

LETTERS_AN_INCH = 11  # of a figure's title
WELL_ABOVE_0 = 0.1  # "above 0 with a large margin" (MBGAN, section 4.2): the lowest norm as a share of the mean


def write_figure(path: pathlib.Path, found: Findings) -> list[str]:
    """Writes the PNG of a table; returns sentences that say what it shows beyond the table."""
    figure, sentences = choose("figure", found.table.figure, FIGURES)(found)
    title = textwrap.wrap(f"{found.table.source}: {found.table.question}", int(LETTERS_AN_INCH * figure.get_figwidth()))
    figure.suptitle("\n".join([*title, f"on {found.data_name}"] if found.data_name else title), fontsize=10)
    pictures.save(figure, path)
    return sentences


def _curve(found: Findings) -> Drawn:
    """The leading column over the rows' place, a line a series with bars of one deviation; the paper's dashed."""
    table, leading = found.table, found.table.columns[0]
    figure, axes = pictures.figure(1, 1, width=6.5, height=4)
    axis = axes[0, 0]
    for series in dict.fromkeys(row.series for row in table.rows):
        rows = [row for row in table.rows if row.series == series]
        points = [(row.at, *summarise(found.records[row.label], leading)) for row in rows]
        points = [(at, mean, spread or 0.0) for at, mean, spread in points if mean is not None]
        if points:
            axis.errorbar(*zip(*points, strict=True), marker="o", capsize=3, label=f"{series}, here")
        printed = [(row.at, number_of(row.paper[leading])) for row in rows if leading in row.paper]
        if printed:
            other = axis.twinx()
            other.plot(*zip(*printed, strict=True), "k--", marker="x", alpha=0.6)
            other.set_ylabel(f"{leading.title}, paper on {table.paper_data} (dashed)")
    axis.set_xlabel(table.axis)
    axis.set_ylabel(f"{leading.title}, here")
    _add_legend(axis)
    return figure, []


def _bars(found: Findings) -> Drawn:
    """The leading column of each setting beside the paper's."""
    table, leading = found.table, found.table.columns[0]
    printed = {row.label: number_of(row.paper.get(leading, "")) for row in table.rows}
    here = [summarise(found.records.get(row.label, []), leading) for row in table.rows]
    figure, axes = pictures.figure(1, 2, width=9, height=0.9 + 0.35 * len(table.rows))
    places = np.arange(len(table.rows))[::-1]
    values = [[mean for mean, _ in here], list(printed.values())]
    spreads = [[spread or 0.0 for _, spread in here], None]
    titles = ("here", f"paper ({table.paper_data})")
    for axis, numbers, errors, title in zip(axes[0], values, spreads, titles, strict=True):
        bars = axis.barh(places, [number or 0.0 for number in numbers], xerr=errors, capsize=2)
        labels = ["none" if number is None else f"{number:.4g}" for number in numbers]
        axis.bar_label(bars, labels, fontsize=7, padding=3)
        axis.margins(x=0.12)
        axis.set_yticks(places, list(printed) if title == "here" else [""] * len(places))
        axis.set_title(f"{leading.title}, {title}", fontsize=9)
    return figure, []


def _samples(found: Findings) -> Drawn:
    """Images of each setting's first run, a column a class where the generator takes one."""
    grids = []
    for row in found.table.trained:
        model = _model_of(found.records[row.label][0], found.runs)
        if model is not None:
            grids.append((row.label, *sample_grid(model, 0)))
    return pictures.draw_grids(grids), []


def _interpolation(found: Findings) -> Drawn:
    row = found.table.rows[0]
    model = _model_of(found.records[row.label][0], found.runs)
    grids = [] if model is None else [(row.label, *interpolate(model, rows=8, columns=10, seed=0))]
    return pictures.draw_grids(grids), []


def _gradient_norms(found: Findings) -> Drawn:
    figure, axes = pictures.figure(1, 1, width=7, height=4)
    axis, sentences = axes[0, 0], []
    for row in found.table.rows:
        first = found.records[row.label][0]
        history = RunFolder(found.runs / first["run"]).history()
        axis.plot([line["step"] for line in history], [line[NORM_IN_HISTORY] for line in history], label=row.label)
        norms = [result_of(record, GRADIENT_NORM) for record in found.records[row.label]]
        shares = [result["lowest"] / result["value"] for result in norms if result is not None]
        if shares:
            word = "stays well above 0" if min(shares) >= WELL_ABOVE_0 else "does not stay well above 0"
            sentences.append(
                f"{row.label} {word}: in the second half no seed's norm falls below {min(shares):.0%} of its mean "
                f"there ({WELL_ABOVE_0:.0%} is our bar)"
            )
    axis.set_yscale("log")
    axis.set_xlabel("step")
    axis.set_ylabel("norm of the generator's gradient")
    _add_legend(axis)
    return figure, sentences


def _training_curves(found: Findings) -> Drawn:
    """Every column over the steps, the mean of the seeds, a line a setting."""
    table = found.table
    figure, axes = pictures.figure(1, len(table.columns), width=1 + 4.5 * len(table.columns), height=4)
    sentences = []
    for axis, column in zip(axes[0], table.columns, strict=True):
        for row in table.rows:
            metric = _metric_of_curves(found.records[row.label], column)
            steps, values = mean_curve(found.records[row.label], metric)
            axis.plot(steps, values, marker=".", label=row.label)
            if values and len(table.rows) == 1:
                way = f"{values[0]:.3g} at step {steps[0]:.0f}, {values[-1]:.3g} at step {steps[-1]:.0f}"
                sentences.append(f"{column.title} (`{metric}`): {way}")
        axis.set_title(column.title, fontsize=9)
        axis.set_xlabel("step")
        axis.grid(alpha=0.3)
    axes[0, 0].legend(fontsize=8)
    return figure, sentences


def _metric_of_curves(records: list[Record], column: Column) -> str:
    """The first metric of a column that the runs were evaluated by on their way."""
    known = {name for record in records for row in record["curve"] for name in row}
    return next((metric for metric in column.metrics if metric in known), column.metrics[-1])


def _model_of(record: Record, runs: pathlib.Path) -> keras.Model | None:
    return None if "diverged" in record else load_model(runs / record["run"])


def mean_curve(records: Sequence[Record], metric: str) -> tuple[list[int], list[float]]:
    """(steps, means over the runs) of a metric on the runs' way, for steps that all runs have."""
    curves = [{row["step"]: row[metric] for row in record["curve"] if metric in row} for record in records]
    steps = sorted(set.intersection(*(set(curve) for curve in curves if curve))) if any(curves) else []
    return steps, [float(np.mean([curve[step] for curve in curves if curve])) for step in steps]


def number_of(printed: str) -> float | None:
    """The first number of a printed one such as "5.92 ± 0.17", or None."""
    found = re.match(r"\d+(\.\d+)?", printed)
    return float(found.group()) if found else None


def _add_legend(axis: Axes) -> None:
    axis.grid(alpha=0.3)
    if axis.get_legend_handles_labels()[0]:
        axis.legend(fontsize=8)


FIGURES: dict[str, Draw] = {
    "curve": _curve,
    "bars": _bars,
    "samples": _samples,
    "interpolation": _interpolation,
    "gradient norms": _gradient_norms,
    "training curves": _training_curves,
} | DATA_FIGURES
