"""A run: a recipe and a folder in, pictures, a model and an exported generator out."""

import contextlib
import pathlib

from tfgan_metric.models.checkpoint import CheckpointFolder, save_model
from tfgan_metric.models.state import copy_networks
from tfgan_metric.replicas import is_chief
from tfgan_metric.trainers.recipes.recipe import Recipe
from tfgan_metric.trainers.runs.best import require_one_machine
from tfgan_metric.trainers.runs.build import build_recipe_model, load_extractors
from tfgan_metric.trainers.runs.distribution import choose_strategy
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.gallery import write_gallery
from tfgan_metric.trainers.runs.loop import require_batches, train_rows
from tfgan_metric.trainers.runs.opening import load_model


def train_recipe(
    recipe: Recipe, out: str | pathlib.Path, devices: int = 1, start_from: str | pathlib.Path | None = None
) -> pathlib.Path:
    """Trains a recipe and leaves everything about it in a folder; a run that was stopped goes on.

    The folder gets recipe.json, environment.json, history.csv, samples/*.png, checkpoints/, events/ (TensorBoard),
    model.keras, generator/ (SavedModel), contact_sheet.png and losses.png. A run that goes on ends in the same weights
    and history as one that was never stopped. A folder whose run is finished is left as it is, unless the recipe has
    more steps than that run, which then goes on.

    Args:
        recipe: what decides the run.
        out: the folder; new, empty, or of a run of the same recipe.
        devices: see `choose_strategy`.
        start_from: a run's folder or a .keras file, whose networks' weights a new run starts from.
    Returns:
        The folder's path.
    Raises:
        InputError: a folder that holds something else or that another process trains in, data that are not there, a
            recipe that does not fit them, or a loss that became non-finite (the last good state is kept).
        RunStoppedError: a signal came; the state is saved.
    """
    run = RunFolder(out)
    with choose_strategy(devices).scope(), run.locked() if is_chief() else contextlib.nullcontext():
        run.refuse_other_content(recipe)
        finished = CheckpointFolder(run.checkpoint_folder).newest_step() >= recipe.steps
        if not (finished and run.generator_folder.exists() and run.contact_sheet.exists()):
            _run(recipe, run, start_from)
    return run.path


def _run(recipe, run, start_from):
    data = run.open_data(recipe)
    run.refuse_changed_data(data)
    model, open_row = CheckpointFolder(run.checkpoint_folder).load()
    notes = {}
    if model is None:
        model = build_recipe_model(recipe, data)
        if start_from is not None:
            notes = {"from": str(start_from), "copied": copy_networks(load_model(start_from), model)}
    require_batches(model, recipe, data)
    require_one_machine(recipe.keep_best)
    trains = model.steps_trained < recipe.steps
    # Of several machines all load them, though the chief alone evaluates: their weights are made on all at once.
    extractors = load_extractors(data.name, recipe.evaluate_by) if trains and recipe.evaluate_every else []
    if is_chief():
        run.claim(recipe, data)  # nothing is claimed before the recipe has proved to fit
    with run.recorded(model, notes) if is_chief() else contextlib.nullcontext():
        if trains:
            train_rows(model, recipe, data, run, open_row, extractors)
        save_model(model, run.model_file)
        if is_chief():
            run.export(model, data)
            write_gallery(model, recipe, data, run)  # last: it only shows what is kept by now


run_experiment = train_recipe  # its name in version 0.1.0
