"""results.json: one line a run, appended and never rewritten, so a damaged line loses nothing else."""

import json
import os
import pathlib
import sys

import numpy as np

from tfgan_metric.errors import InputError


class ResultsFile:
    """The records of an experiment's runs, each a dict on a line of JSON.

    Args:
        path: of the file; it need not exist.
    Raises:
        InputError: a file that cannot be read.
    """

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.records = []
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

    def find(self, run, images, names):
        """The newest record of a run that was evaluated on so many images and has one of each group of metrics.

        A run that diverged has none, and needs none. Returns None where there is no such record.
        """
        for record in reversed(self.records):
            if (record["run"], record["images"]) == (run, images) and (
                "diverged" in record or all(first_of(record, group) is not None for group in names)
            ):
                return record
        return None

    def append(self, record):
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


def _parse(line):
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) and {"run", "images", "results"} <= record.keys() else None


def first_of(record, metrics):
    """The result, a dict, of the first of some metrics that a record has; None without."""
    found = {result["metric"]: result for result in record["results"]}
    return next((found[metric] for metric in metrics if metric in found), None)


def best_step(record, measure):
    """(value, step) of the best evaluation on a run's way by a measure; None where it was not evaluated."""
    rows = [(row[metric], row["step"]) for metric in measure.metrics for row in record["curve"] if metric in row]
    return (min if measure.better == "lower" else max)(rows) if rows else None


def summarise(records, measure):
    """(mean, spread, how many runs have the measure) of a setting's runs; mean None without any.

    The spread is the sample's deviation over the seeds, None for one run; what is measured once for all seeds, a step's
    time, brings its own.
    """
    found = [result for record in records if (result := first_of(record, measure.metrics)) is not None]
    if not found:
        return None, None, 0
    values = [result["value"] for result in found]
    if "of_all_seeds" in found[0]:
        return values[0], found[0]["of_all_seeds"], len(values)
    return float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else None, len(values)
