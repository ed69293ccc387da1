"""Where a recipe stands: its runs' numbers, as medians with their range, and what it is ranked by."""

import statistics
from typing import NamedTuple

from tfgan_metric.trainers.contest.contests import Entry
from tfgan_metric.trainers.papers.columns import COVERAGE, MEASURED_TIME, RECALL, Column
from tfgan_metric.trainers.papers.results import Record, result_of

CRITERION = "recall × coverage"


class Range(NamedTuple):
    """A median and the numbers it lies between."""

    median: float
    lowest: float
    highest: float


class Standing(NamedTuple):
    """A recipe's runs on a data set.

    Attributes:
        entry: the recipe and the data.
        records: of its runs, at least one.
    """

    entry: Entry
    records: list[Record]

    @property
    def merit(self) -> float:
        """What it is ranked by: the runs' median of recall times coverage, 0 for a run that diverged."""
        return statistics.median(map(_merit, self.records))

    @property
    def middle_run(self) -> Record:
        """The run of the median merit, the lower one of two."""
        return sorted(self.records, key=_merit)[(len(self.records) - 1) // 2]

    @property
    def diverged(self) -> int:
        """How many of its runs did."""
        return sum("diverged" in record for record in self.records)

    def range_of(self, column: Column, key: str = "value") -> Range | None:
        """A column over the runs; None where none has a number.

        Args:
            key: "value", or "real" for what real images get in the place of generated ones.
        """
        results = [result for record in self.records if (result := result_of(record, column)) is not None]
        return range_of([result[key] for result in results if key in result])

    def way(self, column: Column) -> list[tuple[float, Range]]:
        """(seconds of training, a column over the runs) at each evaluation on the way."""
        metric, seconds = column.metrics[0], self.range_of(MEASURED_TIME)
        curves = [{row["step"]: row[metric] for row in one["curve"] if metric in row} for one in self.records]
        found = [(step, range_of([curve[step] for curve in curves if step in curve])) for step in _steps(curves)]
        if seconds is None or not found:
            return []
        return [(seconds.median * step / found[-1][0], values) for step, values in found if values is not None]


def range_of(values: list[float]) -> Range | None:
    """Of some numbers; None where there are none."""
    return Range(statistics.median(values), min(values), max(values)) if values else None


def _steps(curves: list[dict[float, float]]) -> list[float]:
    return sorted({step for curve in curves for step in curve})


def _merit(record: Record) -> float:
    both = [result_of(record, column) for column in (RECALL, COVERAGE)]
    recall, coverage = (0.0 if result is None else result["value"] for result in both)
    return recall * coverage
