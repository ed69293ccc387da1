"""The pictures of a contest: quality against time, and what the best and the papers' own schemes draw."""

import itertools
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from tfgan_metric import pictures
from tfgan_metric.trainers.contest.contests import Contest
from tfgan_metric.trainers.contest.standing import Standing
from tfgan_metric.trainers.papers.columns import COVERAGE
from tfgan_metric.trainers.runs.gallery import sample_grid
from tfgan_metric.trainers.runs.opening import load_model

BEST_DRAWN, BEST_SHOWN = 6, 3
SAMPLE_ROWS, SAMPLE_HEIGHT = 5, 2.1  # noises of a grid, inches of it
OTHERS, DASHED = "0.8", (0, (4, 2))
LABEL_APART = 0.042  # of the axis' height


def write_ways(path: pathlib.Path, found: Sequence[tuple[Contest, list[Standing]]]) -> None:
    """Writes a PNG of coverage over seconds of training, a panel a data set.

    Args:
        found: a contest and its recipes, the best first.
    """
    figure, axes = pictures.figure(1, max(1, len(found)), width=6.2 * max(1, len(found)), height=5.2)
    for axis, (contest, standings) in zip(axes[0], found, strict=False):
        _draw_ways(axis, contest, standings)
    pictures.save(figure, path)


def _draw_ways(axis: Axes, contest: Contest, standings: list[Standing]) -> None:
    ends = []
    chosen = chosen_of(standings, BEST_DRAWN)
    colours = itertools.cycle(f"C{index}" for index in range(10))
    for standing in standings:
        way = standing.way(COVERAGE)
        if not way:
            continue
        seconds, ranges = zip(*way, strict=True)
        medians = [found.median for found in ranges]
        if standing not in chosen:
            axis.plot(seconds, medians, color=OTHERS, linewidth=0.8, zorder=1)
            continue
        colour, line = next(colours), DASHED if standing.entry.is_papers_own else "-"
        axis.plot(seconds, medians, color=colour, linestyle=line, marker=".", zorder=3)
        bounds = [found.lowest for found in ranges], [found.highest for found in ranges]
        axis.fill_between(seconds, *bounds, color=colour, alpha=0.12, linewidth=0)
        ends.append((medians[-1], seconds[-1], standing.entry.short, colour))
    axis.set_title(f"{contest.data}, {contest.seconds} s", fontsize=10)
    axis.set_xlabel("seconds of training, one thread")
    axis.set_ylabel("coverage: median and range of the seeds")
    axis.set_xlim(0, 1.42 * contest.seconds)
    axis.set_xticks(np.linspace(0, contest.seconds, 5).round())
    axis.set_ylim(0, None)
    axis.grid(alpha=0.3)
    _label(axis, sorted(ends), 1.08 * contest.seconds)


def _label(axis: Axes, ends: Sequence[tuple[float, float, str, str]], at: float) -> None:
    """Names lines at their ends, (y, x, name, colour) from the lowest up, no two names nearer than they are high."""
    apart = LABEL_APART * axis.get_ylim()[1]
    heights = spread_out([y for y, _, _, _ in ends], apart)
    for height, (y, x, name, colour) in zip(heights, ends, strict=True):
        axis.annotate(
            name,
            (x, y),
            (at, height),
            color=colour,
            fontsize=8,
            va="center",
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 2},
        )


def spread_out(places: Sequence[float], apart: float) -> list[float]:
    """Places in rising order, moved as a block where they are nearer than `apart`, so that none is."""
    blocks: list[list[Any]] = []  # [the places' mean less their offsets within the block, count]
    for place in places:
        blocks.append([place, 1])
        while len(blocks) > 1 and blocks[-2][0] + blocks[-2][1] * apart > blocks[-1][0]:
            start, count = blocks.pop()
            before, earlier = blocks[-1]
            blocks[-1] = [(before * earlier + (start - earlier * apart) * count) / (earlier + count), earlier + count]
    return [start + index * apart for start, count in blocks for index in range(count)]


def write_samples(path: pathlib.Path, standings: list[Standing], runs: pathlib.Path) -> bool:
    """Writes a PNG of what the best and the papers' own schemes draw, each by its middle run; False where no run is."""
    grids = []
    for standing in chosen_of(standings, BEST_SHOWN):
        run = runs / standing.middle_run["run"]
        if "diverged" not in standing.middle_run and run.exists():
            title = f"{standing.entry.recipe}, seed {standing.middle_run['seed']}"
            grids.append((title, *sample_grid(load_model(run), 0, SAMPLE_ROWS)))
    if grids:
        pictures.save(pictures.draw_grids(grids, SAMPLE_HEIGHT), path)
    return bool(grids)


def chosen_of(standings: list[Standing], best: int) -> list[Standing]:
    """So many of the best, and the papers' own schemes."""
    return [one for place, one in enumerate(standings) if place < best or one.entry.is_papers_own]
