"""The time column of a paper's table: one step of each setting, all in one process and in turn."""

import statistics
from collections.abc import Sequence

from tfgan_metric.trainers.papers.budget import Budget
from tfgan_metric.trainers.papers.columns import STEP_TIME, TRAINING_TIME
from tfgan_metric.trainers.papers.results import Records, ResultsFile
from tfgan_metric.trainers.papers.table import PaperTable
from tfgan_metric.trainers.recipes.recipe import Recipe
from tfgan_metric.trainers.speed.timing import time_recipes

ROUNDS, FIFTHS = 40, 5


def add_step_times(records: Records, results: ResultsFile, table: PaperTable, budget: Budget) -> None:
    """Gives each run's record the time of its setting's step, and of all its steps, taken where the results lack it.

    At the small budget, whose recipes have several batches and networks, each is timed with the table's `timed_fields`,
    so that the schemes alone differ.
    """
    timed = {}
    for row in table.trained:
        first = records[row.label][0]
        if "diverged" not in first:
            fields = {**table.timed_fields, **row.timed_fields} if budget.recipes == "small" else {}
            timed[row.label] = Recipe.from_fields(first["recipe"]).with_fields(fields)
    wanted = {label: recipe.as_fields() for label, recipe in timed.items()}
    found = next((record for record in reversed(results.records) if record.get("timed") == wanted), None)
    if found is None:
        times = {label: median_and_spread(one) for label, one in time_recipes(timed, ROUNDS).items()}
        found = {"run": "step times", "images": 0, "results": [], "curve": [], "timed": wanted, "times": times}
        results.append(found)
    for label, (milliseconds, spread) in found["times"].items():
        seconds = timed[label].steps / 1e3
        both = ((STEP_TIME, milliseconds, spread), (TRAINING_TIME, seconds * milliseconds, seconds * spread))
        entries = [{"metric": one.metrics[0], "value": value, "of_all_seeds": error} for one, value, error in both]
        for record in records[label]:
            record["results"] = [*record["results"], *entries]


def median_and_spread(seconds: Sequence[float]) -> tuple[float, float]:
    """The median of all rounds and the deviation of five fifths' medians, in milliseconds."""
    fifth = len(seconds) // FIFTHS
    medians = [statistics.median(seconds[start : start + fifth]) for start in range(0, fifth * FIFTHS, fifth)]
    return 1e3 * statistics.median(seconds), 1e3 * statistics.stdev(medians)
