"""The time column of a paper's table: one step of each setting, all in one process and in turn."""

import statistics

from tfgan_metric.trainers.papers.table import STEP_TIME, TRAINING_TIME
from tfgan_metric.trainers.recipes.recipe import Recipe
from tfgan_metric.trainers.speed.benchmark import recipe_step_times

ROUNDS, FIFTHS = 40, 5


def add_step_times(records, results, experiment, small):
    """Gives each run's record the time of its setting's step, and of all its steps, measured where no call has.

    At the small budget, whose recipes have several batches and networks, each is timed with the experiment's
    `timed_fields`, so that the schemes alone differ.

    Args:
        records: a setting's label -> its runs' records.
        results: a `ResultsFile`, which keeps the times.
        experiment: an `Experiment`.
        small: whether the small recipes are timed.
    """
    timed = {}
    for row in experiment.trained:
        first = records[row.label][0]
        if "diverged" not in first:
            fields = experiment.timed_fields | row.timed_fields if small else {}
            timed[row.label] = Recipe.from_fields(first["recipe"]).with_fields(fields)
    wanted = {label: recipe.as_fields() for label, recipe in timed.items()}
    found = next((record for record in reversed(results.records) if record.get("timed") == wanted), None)
    if found is None:
        times = {label: median_and_spread(one) for label, one in recipe_step_times(timed, ROUNDS).items()}
        found = {"run": "step times", "images": 0, "results": [], "curve": [], "timed": wanted, "times": times}
        results.append(found)
    for label, (milliseconds, spread) in found["times"].items():
        seconds = timed[label].steps / 1e3
        times = ((STEP_TIME, milliseconds, spread), (TRAINING_TIME, seconds * milliseconds, seconds * spread))
        entries = [{"metric": one.metrics[0], "value": value, "of_all_seeds": error} for one, value, error in times]
        for record in records[label]:
            record["results"] = [*record["results"], *entries]


def median_and_spread(seconds):
    """The median of all rounds and the deviation of five fifths' medians, in milliseconds."""
    fifth = len(seconds) // FIFTHS
    medians = [statistics.median(seconds[start : start + fifth]) for start in range(0, fifth * FIFTHS, fifth)]
    return 1e3 * statistics.median(seconds), 1e3 * statistics.stdev(medians)
