"""What a run does beside training, at the ends of its history's rows; a row is an epoch of `fit`."""

import shutil
import time
from collections.abc import Sequence

import keras
from keras.callbacks import Callback

from tfgan_metric.data.catalog import Data
from tfgan_metric.evaluation import EvaluateGAN, Extractor
from tfgan_metric.evaluation.callback import first_values
from tfgan_metric.evaluation.records import drop_evaluations_after
from tfgan_metric.models.checkpoint import CheckpointFolder
from tfgan_metric.pictures import decorating, image_grid, write_png
from tfgan_metric.trainers.recipes.recipe import Recipe
from tfgan_metric.trainers.runs.best import BestStep
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.gallery import sample_grid
from tfgan_metric.trainers.runs.rows import write_rows


class AtRows(Callback):
    """Calls `at_row(step)` at the end of every so many rows and of the last one.

    A row that a signal cuts has no end: the run that goes on from there makes it whole.

    Args:
        every: steps between two calls, at the ends of as many rows as hold them.
    """

    def __init__(self, run: RunFolder, recipe: Recipe, every: int = 1) -> None:
        super().__init__()
        self.run, self.recipe, self.rows_between = run, recipe, -(-every // recipe.row_steps)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        step = self.model.steps_trained
        due = (epoch + 1) % self.rows_between == 0 or step == self.recipe.steps
        if due and self.recipe.ends_row(step):
            self.at_row(step)

    def at_row(self, step: int) -> None:
        """What is done."""
        raise NotImplementedError


class HistoryFile(keras.callbacks.CSVLogger):
    """Writes history.csv: a row of step, seconds and the mean losses since the row before.

    Args:
        step: that the training goes on from; later rows are dropped.
    """

    def __init__(self, run: RunFolder, recipe: Recipe, step: int) -> None:
        super().__init__(str(run.history_file), append=True)
        self.recipe = recipe
        rows = [row for row in run.history() if row["step"] <= step - step % recipe.row_steps]
        self.started = time.monotonic() - (rows[-1]["seconds"] if rows else 0.0)
        if rows:
            write_rows(run.history_file, [{"epoch": number} | row for number, row in enumerate(rows)])
        else:
            run.history_file.unlink(missing_ok=True)

    def on_train_begin(self, logs: dict | None = None) -> None:
        super().on_train_begin(logs)
        self.keys = ["step", "seconds", *(metric.name for metric in self.model.metrics)]

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        step = self.model.steps_trained
        if self.recipe.ends_row(step):
            seconds = round(time.monotonic() - self.started, 2)
            super().on_epoch_end(epoch, {"step": step, "seconds": seconds} | (logs or {}))


class SaveCheckpoint(AtRows):
    """Saves to a `CheckpointFolder`, within a row with the sums and counts of its means so far; Keras saves none."""

    def __init__(self, run: RunFolder, recipe: Recipe) -> None:
        super().__init__(run, recipe, recipe.checkpoint_every)
        self.folder = CheckpointFolder(run.checkpoint_folder)

    def at_row(self, step: int) -> None:
        self.save()

    def save(self) -> None:
        within = self.model.steps_trained % self.recipe.row_steps
        sums = [float(keras.ops.convert_to_numpy(variable)) for variable in _metric_variables(self.model)]
        self.folder.save(self.model, sums if within else None)


class OpenRow(Callback):
    """Gives the first row of a `fit` the sums that a run which was stopped within it had saved, None for none."""

    def __init__(self, sums: Sequence[float] | None) -> None:
        super().__init__()
        self.sums = sums

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        for variable, value in zip(_metric_variables(self.model), self.sums or (), strict=False):
            variable.assign(value)  # `fit` has just put them to 0
        self.sums = None


def _metric_variables(model):
    return [variable for metric in model.metrics for variable in metric.variables]


class Events(keras.callbacks.TensorBoard):
    """Writes the history as TensorBoard events over the steps, anew at the start, so that no step is there twice."""

    def __init__(self, run: RunFolder) -> None:
        super().__init__(str(run.events_folder), write_graph=False)
        self.run = run

    def on_train_begin(self, logs: dict | None = None) -> None:
        shutil.rmtree(self.run.events_folder, ignore_errors=True)
        super().on_train_begin(logs)
        for row in self.run.history():
            super().on_epoch_end(row["step"], {name: row[name] for name in row.keys() - {"step", "seconds"}})

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        super().on_epoch_end(self.model.steps_trained, logs)


class EvaluationFile(AtRows):
    """Writes evaluation.csv: a row of step and what an `EvaluateGAN` measures, and keeps the best step if asked to.

    A run that goes on measures its later steps again, so both this file and the evaluator's lose them at the start.
    """

    def __init__(self, run: RunFolder, recipe: Recipe, data: Data, extractors: list[Extractor], step: int) -> None:
        super().__init__(run, recipe, recipe.evaluate_every)
        self.evaluator = EvaluateGAN(data, extractors, 1, recipe.evaluate_images, recipe.seed, run.metrics_file)
        self.best = BestStep(run, recipe.keep_best) if recipe.keep_best else None
        self.rows = [row for row in run.evaluations() if row["step"] <= step]
        drop_evaluations_after(run.metrics_file, step)

    def on_train_begin(self, logs: dict | None = None) -> None:
        self.evaluator.set_model(self.model)
        self.evaluator.on_train_begin()

    def at_row(self, step: int) -> None:
        results = self.evaluator.results()
        self.rows.append({"step": step} | first_values(results))
        write_rows(self.run.evaluation_file, self.rows)
        if self.best:
            self.best.offer(self.model, results)


class SampleGrid(AtRows):
    """Writes samples/step_NNNNNN.png, always from the same noise.

    A column is a class and a row one noise, for a generator that takes labels.
    """

    def __init__(self, run: RunFolder, recipe: Recipe) -> None:
        super().__init__(run, recipe, recipe.sample_every)

    def at_row(self, step: int) -> None:
        path = self.run.samples_folder / f"step_{step:06d}.png"
        with decorating(path):
            images, columns = sample_grid(self.model, self.recipe.seed)
            write_png(path, image_grid(images, columns, scale=2))


def writers(run: RunFolder, recipe: Recipe, data: Data, extractors: list[Extractor], step: int) -> list[Callback]:
    """What writes a run's files, its checkpoints aside, from a step on."""
    evaluations = [EvaluationFile(run, recipe, data, extractors, step)] if extractors else []
    return [HistoryFile(run, recipe, step), Events(run), SampleGrid(run, recipe), *evaluations]
