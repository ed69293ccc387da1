"""results.json: one line a run, appended and never rewritten, so a damaged line loses nothing else."""

import json
import os
import pathlib
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from tfgan_metric.errors import InputError
from tfgan_metric.trainers.papers.columns import Column

RESULTS_FILE = "results.json"
Record = dict[str, Any]
Records = dict[str, list[Record]]  # a setting's label -> its runs'


class ResultsFile:
    """The records of the tables' runs, each a dict on a line of JSON.

    Args:
        path: of the file; it need not exist.
    Raises:
        InputError: a file that cannot be read.
    """

    def __init__(self, path: str | os.PathLike) -> None:
        self.path = pathlib.Path(path)
        self.records: list[Record] = []
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines() if self.path.exists() else []
        except OSError as error:
            raise InputError(f"cannot read {path}: {error.strerror}; choose another --out") from error
        for number, line in enumerate(lines, start=1):
            record = _parse(line)
            if record is not None:
                self.records.append(record)
            elif line.strip():
                print(f"{path}: line {number} is damaged; its run is repeated, the others are kept", file=sys.stderr)

    def find(self, run: str, images: int, columns: Iterable[Column]) -> Record | None:
        """The newest record of a run that was evaluated on so many images and has a number for each column.

        A run that diverged has none, and needs none.
        """
        for record in reversed(self.records):
            if (record["run"], record["images"]) == (run, images) and (
                "diverged" in record or all(result_of(record, column) is not None for column in columns)
            ):
                return record
        return None

    def append(self, record: Record) -> None:
        """Adds a record to the file, on the disk before this returns.

        Raises:
            InputError: it cannot be written; what the file holds stays.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = self.path.exists() and not self.path.read_bytes().endswith(b"\n")
            with open(self.path, "a", encoding="utf-8") as file:
                file.write(("\n" if unfinished else "") + json.dumps(record) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise InputError(f"cannot write {self.path}: {error.strerror}; make room and repeat the command") from error
        self.records.append(record)


def _parse(line: str) -> Record | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) and {"run", "images", "results"} <= record.keys() else None


def result_of(record: Record, column: Column) -> dict[str, Any] | None:
    """The result that a column shows of a record; None where it has none."""
    found = {result["metric"]: result for result in record["results"]}
    return next((found[metric] for metric in column.metrics if metric in found), None)


def best_step(record: Record, column: Column) -> tuple[float, int] | None:
    """(value, step) of the best evaluation on a run's way by a column; None where it was not evaluated."""
    rows = [(row[metric], row["step"]) for metric in column.metrics for row in record["curve"] if metric in row]
    return (min if column.better == "lower" else max)(rows) if rows else None


def summarise(records: Sequence[Record], column: Column) -> tuple[float | None, float | None]:
    """(mean, spread) of a column over a setting's runs; None where no run has a number.

    The spread is the sample's deviation over the seeds, None for one run; what is measured once for all seeds, a step's
    time, brings its own.
    """
    found = [result for record in records if (result := result_of(record, column)) is not None]
    if not found:
        return None, None
    values = [result["value"] for result in found]
    if "of_all_seeds" in found[0]:
        return values[0], found[0]["of_all_seeds"]
    return float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else None
