"""One run of a paper's table, trained and evaluated in a process of its own."""

import contextlib
import hashlib
import json
import pathlib
import time
from typing import Any, NamedTuple

from tfgan_metric.models.guard import NonFiniteLossError
from tfgan_metric.trainers.papers.budget import Budget
from tfgan_metric.trainers.papers.columns import Column
from tfgan_metric.trainers.papers.evaluate import evaluate_run
from tfgan_metric.trainers.papers.results import Record
from tfgan_metric.trainers.recipes.recipe import Recipe
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.train import train_recipe

NOT_OF_THE_RUN = ("name", "source", "seed")


class Task(NamedTuple):
    """One run of a table, as a process takes it; `fields` are the recipe's."""

    label: str
    fields: dict[str, Any]
    folder: pathlib.Path
    budget: Budget
    columns: tuple[Column, ...]


def run_name(recipe: Recipe) -> str:
    """A run's folder: the scheme, the seed, and a hash of what else decides the run and is not a default."""
    fields = {name: value for name, value in recipe.chosen_fields().items() if name not in NOT_OF_THE_RUN}
    digest = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
    return f"{recipe.scheme}_{digest[:10]}_seed_{recipe.seed}"


def perform(task: Task) -> Record:
    """Trains and evaluates one run in this process; what it prints goes to a .log beside its folder."""
    recipe, folder = Recipe.from_fields(task.fields), task.folder
    record: Record = {"run": folder.name, "seed": recipe.seed, "images": task.budget.images, "results": [], "curve": []}
    record |= {"recipe": task.fields, "finished": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
    folder.parent.mkdir(parents=True, exist_ok=True)
    log = folder.with_suffix(".log")
    with open(log, "a", encoding="utf-8") as file, contextlib.redirect_stdout(file), contextlib.redirect_stderr(file):
        try:
            train_recipe(recipe, folder)
        except NonFiniteLossError as error:
            return record | {"diverged": str(error)}
        record["curve"] = RunFolder(folder).evaluations()
        record["results"] = evaluate_run(recipe, folder, task.budget, task.columns)
    return record
