"""One run of an experiment, trained and measured in a process of its own."""

import contextlib
import pathlib
import statistics
import time
from typing import NamedTuple

from tfgan_metric.trainers.papers.table import GRADIENT_NORM, LATENT_SENSITIVITY, SVM, Budget

GRADIENT_NORM_COLUMN = "generator_gradient_norm"


class Task(NamedTuple):
    """One run of an experiment, as a process takes it."""

    label: str
    fields: dict
    folder: str
    budget: Budget
    measures: tuple


def perform(task):
    """Trains and evaluates one run in this process; what it prints goes to a .log beside its folder.

    Returns:
        A record for `ResultsFile`.
    """
    from tfgan_metric.models.guard import NonFiniteLossError
    from tfgan_metric.trainers.recipes.recipe import Recipe
    from tfgan_metric.trainers.runs.folder import RunFolder
    from tfgan_metric.trainers.runs.train import train_recipe

    recipe, folder = Recipe.from_fields(task.fields), pathlib.Path(task.folder)
    record = {"run": folder.name, "seed": recipe.seed, "images": task.budget.images, "results": [], "curve": []}
    record |= {"recipe": task.fields, "finished": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
    folder.parent.mkdir(parents=True, exist_ok=True)
    log = folder.with_suffix(".log")
    with open(log, "a", encoding="utf-8") as file, contextlib.redirect_stdout(file), contextlib.redirect_stderr(file):
        try:
            train_recipe(recipe, folder)
        except NonFiniteLossError as error:
            return record | {"diverged": str(error)}
        record["curve"] = RunFolder(folder).evaluations()
        record["results"] = [*_measure(recipe, folder, task), *_gradient_norms(folder)]
    return record


def _measure(recipe, folder, task):
    from tfgan_metric.data.catalog import load_data
    from tfgan_metric.evaluation import evaluate, generator_source
    from tfgan_metric.evaluation.discriminator import discriminator_results
    from tfgan_metric.evaluation.sensitivity import sensitivity_result
    from tfgan_metric.trainers.runs.build import load_extractors
    from tfgan_metric.trainers.runs.opening import load_model

    data, model, budget = load_data(recipe.data, recipe.geometry), load_model(folder), task.budget
    about = {"step": model.steps_trained, "checkpoint": "final"}
    takes_labels = model.inference_classes is not None
    source = generator_source(model.generate, data, budget.images, recipe.seed, about, takes_labels)
    extractors = load_extractors(recipe.data, recipe.evaluate_by)
    found = evaluate(source, data, extractors).results
    if SVM in task.measures:
        found += discriminator_results(model.discriminator, data, about, budget.raw_pixels, budget.svm_images)
    if LATENT_SENSITIVITY in task.measures:
        found.append(sensitivity_result(model, about))
    return [result.as_record() for result in found]


def measure_real_images(data_name, evaluate_by):
    """A record, as `perform` gives, of the training images in the place of generated ones."""
    from tfgan_metric.data.catalog import load_data
    from tfgan_metric.evaluation import evaluate, image_source
    from tfgan_metric.trainers.runs.build import load_extractors

    data = load_data(data_name)
    source = image_source(data.train, {"generated_data": f"{data_name}, its training images"})
    found = evaluate(source, data, load_extractors(data_name, evaluate_by)).results
    return {"run": f"real images of {data_name}", "results": [result.as_record() for result in found], "curve": []}


def _gradient_norms(folder):
    from tfgan_metric.trainers.runs.folder import RunFolder

    norms = [row[GRADIENT_NORM_COLUMN] for row in RunFolder(folder).history() if GRADIENT_NORM_COLUMN in row]
    if not norms:
        return []
    half = norms[len(norms) // 2 :]
    return [{"metric": GRADIENT_NORM.metrics[0], "value": statistics.fmean(half), "lowest": min(half)}]
