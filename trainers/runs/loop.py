"""The training of a run: rows of steps, one epoch of `fit` each, from where a model stands to the recipe's end."""

from collections.abc import Iterator

from tfgan_metric.data.catalog import Data
from tfgan_metric.data.pipeline import float_images, shuffled_batches
from tfgan_metric.errors import InputError, RunStoppedError
from tfgan_metric.evaluation import Extractor
from tfgan_metric.models import AdversarialModel
from tfgan_metric.models.guard import NonFiniteLossError
from tfgan_metric.progress import ProgressReport
from tfgan_metric.replicas import is_chief
from tfgan_metric.trainers.recipes.recipe import Recipe
from tfgan_metric.trainers.runs.callbacks import OpenRow, SaveCheckpoint, writers
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.interruption import StopAtSignal


def rows_of(step: int, steps: int, row_steps: int) -> Iterator[tuple[int, int, int]]:
    """The `fit` calls that lead from a step to the last one, as (first epoch, epochs, steps of each).

    They are the end of a row that was begun before, the whole rows, and a shorter last one; most runs need the whole
    ones alone.
    """
    if step % row_steps:
        end = min(steps, step - step % row_steps + row_steps)
        yield step // row_steps, step // row_steps + 1, end - step
        step = end
    if steps - step >= row_steps:
        yield step // row_steps, steps // row_steps, row_steps
        step = steps - steps % row_steps
    if step < steps:
        yield step // row_steps, step // row_steps + 1, steps - step


def train_rows(
    model: AdversarialModel,
    recipe: Recipe,
    data: Data,
    run: RunFolder,
    row: list[float] | None,
    extractors: list[Extractor],
) -> None:
    """Trains a model to the recipe's last step and writes what the recipe asks for on the way.

    Args:
        data: whose training images are used, from the place where the model stands.
        row: what `SaveCheckpoint` saved beside the model.
        extractors: that evaluate the run on its way; none for no evaluation.
    Raises:
        InputError: a loss that became non-finite, or an evaluation that cannot be; the last good state is saved, and
            goes on without that evaluation.
        RunStoppedError: a signal came; the state is saved.
    """
    step, stop, checkpoints = model.steps_trained, StopAtSignal(), SaveCheckpoint(run, recipe)
    callbacks = [OpenRow(row), checkpoints, stop]
    with ProgressReport(recipe.steps, step) as progress:
        if is_chief():
            callbacks = [progress, *writers(run, recipe, data, extractors, step), *callbacks]
        try:
            with stop.listening():
                for first_epoch, epochs, length in rows_of(step, recipe.steps, recipe.row_steps):
                    model.fit(
                        _batches(model, recipe, data),
                        callbacks=callbacks,
                        initial_epoch=first_epoch,
                        epochs=epochs,
                        steps_per_epoch=length,
                        verbose=0,
                    )
                    if stop.name:
                        break
        except NonFiniteLossError:
            checkpoints.save()
            raise
        except InputError:  # of an evaluation, which comes before the checkpoint of its row
            if model.steps_trained > step:
                checkpoints.save()
            raise
    if model.steps_trained < recipe.steps:
        checkpoints.save()
        raise RunStoppedError(f"{stop.name}: stopped and saved at step {model.steps_trained} of {recipe.steps}")


def _batches(model, recipe, data):
    used, split = model.steps_trained * model.batches_per_step, data.train
    return float_images(shuffled_batches(split.pixels, split.labels, recipe.batch_size, recipe.seed, used))


def require_batches(model: AdversarialModel, recipe: Recipe, data: Data) -> None:
    """Raises `InputError` where the data give no batch of the recipe's size, or the replicas cannot share it evenly."""
    replicas = model.distribute_strategy.num_replicas_in_sync
    if recipe.batch_size % replicas:
        raise InputError(f"batch_size must be divisible by the {replicas} replicas; got {recipe.batch_size}")
    _batches(model, recipe, data)
