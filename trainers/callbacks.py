"""What a run does beside training: progress, history, sample grids, saving."""

import csv
import shutil
import time

import keras
import tensorflow as tf
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tfgan_metric.evaluation.records import drop_evaluations_after
from tfgan_metric.files import replacing
from tfgan_metric.replicas import is_chief
from tfgan_metric.trainers.pictures import image_grid, write_png
from tfgan_metric.trainers.progress import SECONDS_BETWEEN_LOG_LINES


class EveryNSteps(keras.callbacks.Callback):
    """Calls `at_step(step, logs)` when the step count reaches a multiple of `every`, and at the last step.

    It counts in a `fit` of one epoch, from the model's count at the start, so no step waits for the host.
    """

    def __init__(self, every, last_step):
        super().__init__()
        self.every, self.last_step = every, last_step

    def on_train_begin(self, logs=None):
        self.first_step = self.step = self.model.steps_trained

    def on_train_batch_end(self, batch, logs=None):
        previous, self.step = self.step, self.first_step + batch + 1
        if self.step // self.every > previous // self.every or self.step == self.last_step:
            self.at_step(self.step, logs)


class ProgressReport(EveryNSteps):
    """Shows steps, losses and time left: a bar in a terminal, now and then a line in a log."""

    def __init__(self, last_step):
        super().__init__(1, last_step)
        self.console = Console()
        self.bar = Progress(
            TextColumn("step"),
            MofNCompleteColumn(),
            BarColumn(),
            TextColumn("{task.fields[losses]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self.console,
            disable=not self.console.is_terminal,
        )

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        self.started = self.reported = time.monotonic()
        self.task = self.bar.add_task("", total=self.last_step, completed=self.first_step, losses="")
        self.bar.start()

    def at_step(self, step, logs):
        now = time.monotonic()
        wait = 0.5 if self.console.is_terminal else SECONDS_BETWEEN_LOG_LINES
        if now - self.reported < wait and step < self.last_step:
            return
        self.reported = now
        losses = "  ".join(f"{name.replace('_loss', '')} {float(value):.3f}" for name, value in logs.items())
        self.bar.update(self.task, completed=step, losses=losses)
        if not self.console.is_terminal:
            left = (now - self.started) / (step - self.first_step) * (self.last_step - step)
            self.console.print(f"step {step}/{self.last_step}  {losses}  {left:.0f} s left", highlight=False)


class HistoryFile(EveryNSteps):
    """Writes history.csv: a row of step, seconds and the mean losses since the row before.

    Args:
        path: of the file.
        every, last_step: see `EveryNSteps`.
        open_row: `metric_sums` at the step that a run goes on from, of the row that was begun before it.
    """

    def __init__(self, path, every, last_step, open_row=()):
        super().__init__(every, last_step)
        self.path, self.open_row = path, open_row

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        self.rows = [row for row in read_history(self.path) if row["step"] <= self.step]
        self.started = time.monotonic() - (self.rows[-1]["seconds"] if self.rows else 0.0)

    def on_epoch_begin(self, epoch, logs=None):
        for variable, value in zip(metric_variables(self.model), self.open_row, strict=False):
            variable.assign(value)  # `fit` has just put them to 0

    def at_step(self, step, logs):
        seconds = round(time.monotonic() - self.started, 2)
        self.rows.append({"step": step, "seconds": seconds} | {name: float(value) for name, value in logs.items()})
        self.model.reset_metrics()
        if is_chief():
            write_history(self.path, self.rows)


def metric_variables(model):
    """The sums and counts that a model's logged means are made of."""
    return [variable for metric in model.metrics for variable in metric.variables]


def metric_sums(model):
    """Their values, which Keras does not save, as floats."""
    return [float(keras.ops.convert_to_numpy(variable)) for variable in metric_variables(model)]


class EventsFile(EveryNSteps):
    """Writes the history as TensorBoard events, anew at the start, so that a run that goes on has no step twice."""

    def __init__(self, folder, every, last_step, history):
        super().__init__(every, last_step)
        self.folder, self.history = folder, history

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.writer = tf.summary.create_file_writer(str(self.folder))
        for row in self.history.rows:
            self._write(row)

    def at_step(self, step, logs):
        self._write(self.history.rows[-1])
        self.writer.flush()

    def _write(self, row):
        with self.writer.as_default(step=row["step"]):
            for name, value in row.items():
                if name != "step":
                    tf.summary.scalar(name, value)


class EvaluationFile(EveryNSteps):
    """Writes evaluation.csv: a row of step and what an `EvaluateGAN` measures.

    A run that goes on measures its later steps again, so both this file and the evaluator's lose them at the start.
    """

    def __init__(self, path, every, last_step, evaluator):
        super().__init__(every, last_step)
        self.path, self.evaluator = path, evaluator

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        self.rows = [row for row in read_history(self.path) if row["step"] <= self.step]
        if self.evaluator.path:
            drop_evaluations_after(self.evaluator.path, self.step)
        self.evaluator.set_model(self.model)
        self.evaluator.on_train_begin()

    def at_step(self, step, logs):
        if self.model.non_finite.is_clear:
            self.rows.append({"step": step} | self.evaluator.values())
            write_history(self.path, self.rows)


def write_history(path, rows):
    """Writes rows, dicts of the same names, as a CSV, whole or not at all."""
    with replacing(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def read_history(path):
    """Reads the rows of `write_history` as dicts of numbers; none where there is no file."""
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    return [row | {"step": int(row["step"])} for row in rows]


class SampleGrid(EveryNSteps):
    """Writes samples/step_NNNNNN.png, always from the same noise.

    A column is a class and a row one noise, for a generator that takes labels.
    """

    def __init__(self, folder, every, last_step, seed):
        super().__init__(every, last_step)
        self.folder, self.seed = folder, seed

    def at_step(self, step, logs):
        if not self.model.non_finite.is_clear:
            return  # the guard is about to stop the run
        images, columns = sample_grid(self.model, self.seed)
        write_png(self.folder / f"step_{step:06d}.png", image_grid(images, columns, scale=2))


def sample_grid(model, seed, rows=10):
    """Generates a grid's images: of each noise every class, or without labels ten by ten.

    Returns:
        (float32 (rows × columns, H, W, C), columns).
    """
    classes = model.inference_classes
    if classes is None:
        return model.generate(rows * 10, seed=seed), 10
    columns = min(classes, 10)
    latents = model.latent.sample(rows, tf.constant([seed, 0], tf.int64))
    labels = tf.tile(tf.range(columns), [rows])
    return model.generate_from([tf.repeat(latents, columns, axis=0), labels]), columns


class SaveCheckpoint(EveryNSteps):
    """Saves to a `CheckpointFolder`, unless a loss has become non-finite."""

    def __init__(self, folder, every, last_step):
        super().__init__(every, last_step)
        self.folder = folder

    def at_step(self, step, logs):
        if self.model.non_finite.is_clear:
            self.folder.save(self.model, metric_sums(self.model))
