"""A run: a recipe and a folder in, pictures, a model and an exported generator out."""

import contextlib
import pathlib

import keras
import numpy as np

from tfgan_metric.data.catalog import load_data
from tfgan_metric.data.pipeline import float_images, shuffled_batches
from tfgan_metric.data.pixels import to_float
from tfgan_metric.errors import InputError, RunStoppedError
from tfgan_metric.evaluation import EvaluateGAN, load_classifier, load_inception
from tfgan_metric.models import build_model
from tfgan_metric.models.checkpoint import CheckpointFolder, save_model
from tfgan_metric.models.guard import NonFiniteLossError
from tfgan_metric.models.loading import load_model
from tfgan_metric.models.state import copy_networks
from tfgan_metric.models.wasserstein import rmsprop
from tfgan_metric.optimizers import Adam
from tfgan_metric.replicas import is_chief
from tfgan_metric.trainers import pictures
from tfgan_metric.trainers.callbacks import (
    EvaluationFile,
    EventsFile,
    HistoryFile,
    ProgressReport,
    SampleGrid,
    SaveCheckpoint,
    metric_sums,
    read_history,
    sample_grid,
)
from tfgan_metric.trainers.distribution import choose_strategy
from tfgan_metric.trainers.interruption import StopAtSignal
from tfgan_metric.trainers.recipe import EVALUATORS
from tfgan_metric.trainers.run_folder import claim, locked, recorded, refuse_changed_data, refuse_other_content

MODEL_FILE, GENERATOR_FOLDER, CHECKPOINTS, EVENTS = "model.keras", "generator", "checkpoints", "events"
HISTORY_FILE, EVALUATION_FILE, METRICS_FILE = "history.csv", "evaluation.csv", "metrics.json"


def run_experiment(recipe, out, devices=1, start_from=None):
    """Trains a recipe and leaves everything about it in a folder; a run that was stopped goes on.

    The folder gets recipe.json, environment.json, history.csv, samples/*.png, checkpoints/, events/ (TensorBoard),
    model.keras, generator/ (SavedModel), contact_sheet.png and losses.png. A run that goes on ends in the same weights
    and history as one that was never stopped. A folder whose run is finished is left as it is, unless the recipe has
    more steps than that run, which then goes on.

    Args:
        recipe: a `Recipe`.
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
    out = pathlib.Path(out)
    with choose_strategy(devices).scope(), locked(out) if is_chief() else contextlib.nullcontext():
        refuse_other_content(out, recipe)
        finished = CheckpointFolder(out / CHECKPOINTS).newest_step() >= recipe.steps
        if not (finished and (out / GENERATOR_FOLDER).exists()):
            _run(recipe, out, start_from)
    return out


def _run(recipe, out, start_from):
    data, checkpoints = load_data(recipe.data, recipe.geometry), CheckpointFolder(out / CHECKPOINTS)
    refuse_changed_data(out, data.train)
    model, open_row = checkpoints.load()
    notes = {}
    if model is None:
        model = build_recipe_model(recipe, data)
        if start_from is not None:
            notes["from"] = str(start_from)
            notes["copied"] = copy_networks(load_model(start_from), model)
    _require_divisible(recipe, model)
    first_batch = model.steps_trained * model.discriminator_steps
    split = data.train
    batches = float_images(shuffled_batches(split.pixels, split.labels, recipe.batch_size, recipe.seed, first_batch))
    if is_chief():
        claim(out, recipe, data.train)  # nothing is claimed before the recipe has proved to fit
    with recorded(out, model, notes) if is_chief() else contextlib.nullcontext():
        if model.steps_trained < recipe.steps:
            _train(model, recipe, batches, out, checkpoints, open_row or (), _evaluations(recipe, data, out))
        save_model(model, out / MODEL_FILE)
        if is_chief():
            _picture(model, recipe, data.train, out)
            model.export(out / GENERATOR_FOLDER)


def _require_divisible(recipe, model):
    replicas = model.distribute_strategy.num_replicas_in_sync
    if recipe.batch_size % replicas:
        raise InputError(f"batch_size must be divisible by the {replicas} replicas; got {recipe.batch_size}")


def build_recipe_model(recipe, data):
    """Builds a recipe's model for some data, compiled, with weights from the recipe's seed."""
    keras.utils.set_random_seed(recipe.seed)
    model = build_model(
        recipe.scheme,
        data.train.shape,
        data.num_classes,
        recipe.network,
        recipe.width,
        recipe.latent_dimension,
        recipe.feature_dimension,
        recipe.precision,
        recipe.discriminator_width,
        recipe.initial_deviation,
        seed=recipe.seed,
        **recipe.hyperparameters,
    )
    model.compile(
        _optimizer(recipe, recipe.generator_learning_rate, recipe.generator_final_share, model.generator_steps),
        _optimizer(
            recipe, recipe.discriminator_learning_rate, recipe.discriminator_final_share, model.discriminator_steps
        ),
        gradient_norms=recipe.gradient_norms,
    )
    return model


def _optimizer(recipe, learning_rate, final_share, updates_a_step):
    schedules = keras.optimizers.schedules
    if recipe.halve_every:
        updates = recipe.halve_every * updates_a_step
        learning_rate = schedules.ExponentialDecay(learning_rate, updates, decay_rate=0.5, staircase=True)
    elif final_share != 1.0:
        learning_rate = schedules.CosineDecay(learning_rate, recipe.steps * updates_a_step, alpha=final_share)
    if recipe.optimizer == "rmsprop":
        return rmsprop(learning_rate)
    return Adam(learning_rate, recipe.beta_1, recipe.beta_2)


def _evaluations(recipe, data, out):
    """The callback that evaluates during training, in a list; none where the recipe does not ask for it."""
    if not recipe.evaluate_every:
        return []
    extractors = load_extractors(recipe.data, EVALUATORS[recipe.evaluate_by])
    evaluator = EvaluateGAN(data, extractors, 1, recipe.evaluate_images, recipe.seed, out / METRICS_FILE)
    return [EvaluationFile(out / EVALUATION_FILE, recipe.evaluate_every, recipe.steps, evaluator)]


def load_extractors(data_name, names):
    """Loads the classifier of some data, Inception or both, by name."""
    loaders = {"classifier": lambda: load_classifier(data_name), "inception": load_inception}
    return [loaders[name]() for name in names]


def _train(model, recipe, batches, out, checkpoints, open_row, evaluations):
    steps = recipe.steps
    progress, stop = ProgressReport(steps), StopAtSignal()
    history = HistoryFile(out / HISTORY_FILE, recipe.log_every, steps, open_row)
    writers = [
        progress,
        EventsFile(out / EVENTS, recipe.log_every, steps, history),
        SampleGrid(out / "samples", min(recipe.sample_every, steps), steps, recipe.seed),
        *evaluations,
    ]
    callbacks = [history, *(writers if is_chief() else []), SaveCheckpoint(checkpoints, recipe.checkpoint_every, steps)]
    try:
        with stop.listening():
            remaining = steps - model.steps_trained
            model.fit(batches, steps_per_epoch=remaining, verbose=0, callbacks=[*callbacks, stop])
    except NonFiniteLossError:
        checkpoints.save(model, metric_sums(model))
        raise
    finally:
        progress.bar.stop()
    if model.steps_trained < recipe.steps:
        checkpoints.save(model, metric_sums(model))
        raise RunStoppedError(f"{stop.name}: stopped and saved at step {model.steps_trained} of {recipe.steps}")


def _picture(model, recipe, split, out):
    title = f"{recipe.name}: step {model.steps_trained}"
    fake_images, columns = sample_grid(model, recipe.seed)
    write = pictures.write_contact_sheet
    write(out / "contact_sheet.png", _real_grid(model, split, len(fake_images)), fake_images, columns, title)
    pictures.write_loss_curves(out / "losses.png", read_history(out / HISTORY_FILE), title)
    evaluations = read_history(out / EVALUATION_FILE)
    if evaluations:
        pictures.write_curves(out / "evaluation.png", evaluations, title)


def _real_grid(model, split, count):
    """Real images as the sample grid lays out generated ones: with labels, a column a class."""
    if model.inference_classes is None:
        return to_float(split.pixels[:count])
    columns = min(model.inference_classes, 10)
    of_class = [split.pixels[split.labels == label][: count // columns] for label in range(columns)]
    return to_float(np.stack(of_class, axis=1).reshape(count, *split.shape))
