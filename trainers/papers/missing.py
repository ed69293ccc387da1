"""The runs of a table that its results have, and those that they lack."""

import contextlib
import pathlib
from collections.abc import Sequence

from tfgan_metric.trainers.papers.budget import Budget
from tfgan_metric.trainers.papers.columns import Column
from tfgan_metric.trainers.papers.perform import Task, perform, run_name
from tfgan_metric.trainers.papers.pool import perform_all
from tfgan_metric.trainers.papers.results import Record, Records, ResultsFile
from tfgan_metric.trainers.recipes.recipe import Recipe
from tfgan_metric.trainers.runs.folder import RunFolder

SHARE_OF_TRAINING = 0.8  # of a run's work, roughly; the rest is its evaluation
Recipes = dict[tuple[str, int], Recipe]  # (a setting's label, seed) -> its run's


def records_of(recipes: Recipes, columns: Sequence[Column], budget: Budget, results: ResultsFile) -> Records:
    """A setting's label -> the records that there are of its runs, each with a number for each column."""
    records: Records = {label: [] for label, _ in recipes}
    for (label, _), recipe in recipes.items():
        if (record := results.find(run_name(recipe), budget.images, columns)) is not None:
            records[label].append(record)
    return records


def run_missing(
    recipes: Recipes,
    columns: Sequence[Column],
    budget: Budget,
    runs: pathlib.Path,
    results: ResultsFile,
    about: Record,
    jobs: int | None,
    threads: int | None = None,
) -> Records:
    """Performs the runs that the results lack, in their order; each one's record is kept as soon as it is done.

    Args:
        columns: that a run's record must have a number for.
        runs: folder of all runs.
        about: what else a new record says.
        jobs, threads: of `perform_all`.
    Returns:
        As `records_of`.
    Raises:
        RunStoppedError: a signal came, or a process died.
    """
    tasks = [
        Task(label, recipe.as_fields(), runs / run_name(recipe), budget, tuple(columns))
        for (label, _), recipe in recipes.items()
        if results.find(run_name(recipe), budget.images, columns) is None
    ]

    def keep(task: Task, record: Record) -> None:
        results.append(about | {"setting": task.label} | record)

    if tasks:
        perform_all(perform, tasks, keep, "runs", jobs, threads, _share_done)
    return records_of(recipes, columns, budget, results)


def _share_done(task: Task) -> float:
    """How much of a run that is not finished is done, by its history."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        step = RunFolder(task.folder).history()[-1]["step"]
        return SHARE_OF_TRAINING * min(1.0, step / task.fields["steps"])
    return 0.0
