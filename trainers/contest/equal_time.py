"""How many steps of each recipe a contest's time holds, by the time of one step, which is taken once and kept."""

import statistics
from collections.abc import Sequence

from tfgan_metric.trainers.contest.contests import Contest, Entry
from tfgan_metric.trainers.papers.columns import STEP_TIME
from tfgan_metric.trainers.papers.perform import run_name
from tfgan_metric.trainers.papers.pool import perform_all
from tfgan_metric.trainers.papers.results import Record, ResultsFile, result_of
from tfgan_metric.trainers.recipes.recipe import Recipe
from tfgan_metric.trainers.speed.timing import time_recipes

ROUNDS = 40
STEPS_ROUNDED_TO = 100


def steps_within(seconds: float, milliseconds: float) -> int:
    """The steps of so many milliseconds that some seconds hold, to the nearest hundred and at least one hundred."""
    return STEPS_ROUNDED_TO * max(1, round(1e3 * seconds / milliseconds / STEPS_ROUNDED_TO))


def known_steps(contest: Contest, results: ResultsFile) -> dict[Entry, int]:
    """An entry -> the steps of its runs, of those whose step has been timed."""
    timed = {entry: results.find(_timing_name(entry), 0, (STEP_TIME,)) for entry in contest.entries}
    found = {entry: result_of(record, STEP_TIME) for entry, record in timed.items() if record is not None}
    return {entry: steps_within(contest.seconds, result["value"]) for entry, result in found.items() if result}


def time_steps(contest: Contest, results: ResultsFile, about: Record, jobs: int, threads: int) -> None:
    """Times a step of each entry that has no time yet, under the load that its runs will have.

    Each of the processes that work at a time takes its share of the entries, in turn.

    Args:
        about: what else a record says.
        jobs, threads: of `perform_all`.
    Raises:
        RunStoppedError: a signal came; this contest's times are taken anew.
    """
    known = known_steps(contest, results)
    missing = [entry for entry in contest.entries if entry not in known]
    shares = [missing[start::jobs] for start in range(min(jobs, len(missing)))]

    def keep(share: Sequence[Entry], milliseconds: dict[Entry, float]) -> None:
        for entry, value in milliseconds.items():
            result = {"metric": STEP_TIME.metrics[0], "value": value}
            record = {"run": _timing_name(entry), "images": 0, "results": [result], "curve": []}
            results.append(about | {"setting": entry.label} | record)

    if shares:
        perform_all(_medians, shares, keep, f"timings of steps on {contest.data}", jobs, threads)


def _medians(entries: Sequence[Entry]) -> dict[Entry, float]:
    """Milliseconds of a step of each."""
    times = time_recipes({entry.label: _timed(entry) for entry in entries}, ROUNDS)
    return {entry: 1e3 * statistics.median(times[entry.label]) for entry in entries}


def _timed(entry: Entry) -> Recipe:
    return entry.of_seed(seed=0, steps=1)  # whatever number of steps the recipe has


def _timing_name(entry: Entry) -> str:
    return f"step of {run_name(_timed(entry))}"
