"""A run: a recipe and a folder in, pictures, a model and an exported generator out."""

import json
import pathlib

import keras
import numpy as np

from tfgan_metric.data.catalog import load_data
from tfgan_metric.data.pipeline import shuffled_batches
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation import EvaluateGAN, load_classifier
from tfgan_metric.files import UNFINISHED, replacing
from tfgan_metric.models import build_model
from tfgan_metric.models.guard import NonFiniteLossError
from tfgan_metric.models.wasserstein import rmsprop
from tfgan_metric.trainers import pictures
from tfgan_metric.trainers.callbacks import (
    EvaluationFile,
    HistoryFile,
    ProgressReport,
    SampleGrid,
    SaveModel,
    read_history,
    sample_grid,
    save_model,
)
from tfgan_metric.trainers.loading import load_model
from tfgan_metric.trainers.recipe import load_recipe

RECIPE_FILE, MODEL_FILE, GENERATOR_FOLDER = "recipe.json", "model.keras", "generator"
EVALUATION_FILE, METRICS_FILE = "evaluation.csv", "metrics.json"


def run_experiment(recipe, out):
    """Trains a recipe and leaves everything about it in a folder; a run that was stopped goes on.

    The folder gets recipe.json, history.csv, samples/*.png, model.keras, generator/ (SavedModel), contact_sheet.png
    and losses.png. A folder whose run of the same recipe is finished is left as it is.

    Args:
        recipe: a `Recipe`.
        out: the folder; new, empty, or of a run of the same recipe.
    Returns:
        The folder's path.
    Raises:
        InputError: a folder that holds something else, data that are not there, a recipe that does not fit them, or
            a loss that became non-finite (the last good model is kept in the folder).
    """
    out = pathlib.Path(out)
    record = _refuse_other_content(out, recipe)
    if (out / GENERATOR_FOLDER).exists():
        return out
    data = load_data(recipe.data)
    model = load_model(out / MODEL_FILE) if (out / MODEL_FILE).exists() else build_recipe_model(recipe, data)
    batches = shuffled_batches(
        data.train.images,
        data.train.labels,
        recipe.batch_size,
        recipe.seed,
        first_batch=int(model.step) * model.discriminator_steps,
    )
    with replacing(out / RECIPE_FILE) as temporary:  # nothing is claimed before the recipe has proved to fit
        temporary.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    _train(model, recipe, batches, out, _evaluations(recipe, data, out))
    _picture(model, recipe, data.train, out)
    model.export(out / GENERATOR_FOLDER)
    return out


def build_recipe_model(recipe, data):
    """Builds a recipe's model for some data, compiled, with weights from the recipe's seed."""
    keras.utils.set_random_seed(recipe.seed)
    model = build_model(
        recipe.scheme,
        data.train.images.shape[1:],
        data.num_classes,
        recipe.network,
        recipe.width,
        recipe.latent_dimension,
        recipe.feature_dimension,
        seed=recipe.seed,
        **recipe.hyperparameters,
    )
    model.compile(
        _optimizer(recipe, recipe.generator_learning_rate, recipe.generator_final_share, model.generator_steps),
        _optimizer(
            recipe, recipe.discriminator_learning_rate, recipe.discriminator_final_share, model.discriminator_steps
        ),
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
    return keras.optimizers.Adam(learning_rate, recipe.beta_1, recipe.beta_2)


def _refuse_other_content(out, recipe):
    """Returns the recipe's record; raises `InputError` where `out` holds something else than a run of it."""
    record = recipe.as_fields()
    try:
        content = [path for path in out.iterdir() if not path.name.startswith(UNFINISHED)] if out.exists() else []
        if not content:
            return record
        recipe_file = out / RECIPE_FILE
        if not recipe_file.exists():
            raise InputError(f"{out} is not empty and holds no run; choose another --out")
        found = load_recipe(str(recipe_file)).as_fields()
    except OSError as error:
        raise InputError(f"cannot use {out}: {error.strerror}; choose another --out") from error
    differing = sorted(name for name in record | found if name != "source" and record.get(name) != found.get(name))
    if differing:
        raise InputError(f"{out} holds a run of another recipe (other {', '.join(differing)}); choose another --out")
    return record


def _evaluations(recipe, data, out):
    """The callback that evaluates during training, in a list; none where the recipe does not ask for it."""
    if not recipe.evaluate_every:
        return []
    evaluator = EvaluateGAN(data, load_classifier(recipe.data), seed=recipe.seed, path=out / METRICS_FILE)
    return [EvaluationFile(out / EVALUATION_FILE, recipe.evaluate_every, recipe.steps, evaluator)]


def _train(model, recipe, batches, out, evaluations):
    first_step = int(model.step)
    if first_step >= recipe.steps:
        return
    sample_every = min(recipe.sample_every, recipe.steps)
    progress = ProgressReport(recipe.steps)
    try:
        model.fit(
            batches,
            steps_per_epoch=recipe.steps - first_step,
            verbose=0,
            callbacks=[
                progress,
                HistoryFile(out / "history.csv", recipe.log_every, recipe.steps),
                SampleGrid(out / "samples", sample_every, recipe.steps, recipe.seed),
                *evaluations,
                SaveModel(out / MODEL_FILE, sample_every, recipe.steps),
            ],
        )
    except NonFiniteLossError:
        save_model(model, out / MODEL_FILE)
        raise
    finally:
        progress.bar.stop()


def _picture(model, recipe, split, out):
    title = f"{recipe.name}: step {int(model.step)}"
    fake_images, columns = sample_grid(model, recipe.seed)
    write = pictures.write_contact_sheet
    write(out / "contact_sheet.png", _real_grid(model, split, len(fake_images)), fake_images, columns, title)
    pictures.write_loss_curves(out / "losses.png", read_history(out / "history.csv"), title)
    evaluations = read_history(out / EVALUATION_FILE)
    if evaluations:
        pictures.write_curves(out / "evaluation.png", evaluations, title)


def _real_grid(model, split, count):
    """Real images as the sample grid lays out generated ones: with labels, a column a class."""
    if model.inference_classes is None:
        return split.images[:count]
    columns = min(model.inference_classes, 10)
    of_class = [split.images[split.labels == label][: count // columns] for label in range(columns)]
    return np.stack(of_class, axis=1).reshape(count, *split.images.shape[1:])
