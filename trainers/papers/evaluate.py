"""The numbers of a run, or of real images, for their row of a paper's table."""

import itertools
import pathlib
import statistics

from tfgan_metric.data.catalog import load_data
from tfgan_metric.evaluation import evaluate, generator_source, image_source
from tfgan_metric.evaluation.discriminator import discriminator_results
from tfgan_metric.evaluation.sensitivity import sensitivity_result
from tfgan_metric.trainers.papers.budget import Budget
from tfgan_metric.trainers.papers.columns import GRADIENT_NORM, LATENT_SENSITIVITY, MEASURED_TIME, SVM, Column
from tfgan_metric.trainers.papers.results import Record
from tfgan_metric.trainers.recipes.recipe import Recipe
from tfgan_metric.trainers.runs.build import load_extractors
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.opening import load_model

NORM_IN_HISTORY = "generator_gradient_norm"


def evaluate_run(recipe: Recipe, folder: pathlib.Path, budget: Budget, columns: tuple[Column, ...]) -> list[Record]:
    """The results of a finished run, with what some columns alone need."""
    data, model = load_data(recipe.data, recipe.geometry, recipe.held_out), load_model(folder)
    about = {"step": model.steps_trained, "checkpoint": "final"}
    takes_labels = model.inference_classes is not None
    source = generator_source(model.generate, data, budget.images, recipe.seed, about, takes_labels)
    found = evaluate(source, data, load_extractors(recipe.data, recipe.evaluate_by)).results
    if SVM in columns:
        found += discriminator_results(model.discriminator, data, about, budget.raw_pixels, budget.svm_images)
    if LATENT_SENSITIVITY in columns:
        found.append(sensitivity_result(model, about))
    history = RunFolder(folder).history()
    return [*(result.as_record() for result in found), *_gradient_norms(history), *_measured_time(history)]


def _gradient_norms(history: list[dict[str, float]]) -> list[Record]:
    norms = [row[NORM_IN_HISTORY] for row in history if NORM_IN_HISTORY in row]
    if not norms:
        return []
    half = norms[len(norms) // 2 :]
    return [{"metric": GRADIENT_NORM.metrics[0], "value": statistics.fmean(half), "lowest": min(half)}]


def _measured_time(history: list[dict[str, float]]) -> list[Record]:
    """The time of a run's steps, at the mean rate of its rows' middle half: it has no compiling and no evaluation."""
    ends = [(0.0, 0.0), *((row["step"], row["seconds"]) for row in history)]
    rates = sorted((end - start) / (last - first) for (first, start), (last, end) in itertools.pairwise(ends))
    quarter = len(rates) // 4
    middle = rates[quarter : len(rates) - quarter]
    return [{"metric": MEASURED_TIME.metrics[0], "value": ends[-1][0] * statistics.fmean(middle)}] if middle else []


def evaluate_real_images(data_name: str, evaluate_by: str) -> Record:
    """A record, as a run's is, of the training images in the place of generated ones."""
    data = load_data(data_name)
    source = image_source(data.train, {"generated_data": f"{data_name}, its training images"})
    found = evaluate(source, data, load_extractors(data_name, evaluate_by)).results
    return {"run": f"real images of {data_name}", "results": [result.as_record() for result in found], "curve": []}
