"""Opening what a run left: its model, finished or not, or its exported generator."""

import pathlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from tfgan_metric.data.pipeline import input_errors
from tfgan_metric.errors import InputError, choose
from tfgan_metric.export.saved_model import exported_class_names
from tfgan_metric.models import AdversarialModel, loading
from tfgan_metric.models.checkpoint import CheckpointFolder
from tfgan_metric.trainers.runs.folder import RunFolder


def load_model(path: str | pathlib.Path, checkpoint: str = "final") -> AdversarialModel:
    """Loads a model with its whole state, safe mode on, from a .keras file or a run's folder, finished or not.

    Args:
        checkpoint: of a run, "final", its newest state, or "best", the step that `keep_best` kept.
    Raises:
        InputError: no such file, or one that is damaged or holds another kind of model.
    """
    return loading.load_model(choose("checkpoint", checkpoint, FILE_OF)(RunFolder(path)))


def _newest_file(run):
    if not run.path.is_dir():
        return run.path
    checkpoints = CheckpointFolder(run.checkpoint_folder)
    goes_on = run.holds_run and checkpoints.newest_step() < run.recipe().steps  # with more steps than its model has
    unfinished = checkpoints.files() and (goes_on or not run.model_file.is_file())
    return checkpoints.files()[0] if unfinished else run.model_file


def _best_file(run):
    if not run.best_file.is_file():
        raise InputError(f"{run.path} has no best.keras: a run that was trained with keep_best=METRIC has")
    return run.best_file


FILE_OF = {"final": _newest_file, "best": _best_file}


class Sampler(NamedTuple):
    """What can generate.

    Attributes:
        generate: (count, labels, seed) -> float32 images (count, H, W, C); labels are ints (count,) or None.
        takes_labels: whether labels may be given.
        num_classes: K of a model that takes labels, else None; an exported generator knows it by its names alone.
        step: the optimisation iterations of the model, None for an exported generator, which does not know.
        class_names: of these classes, where they have any.
    """

    generate: Callable[..., np.ndarray]
    takes_labels: bool
    num_classes: int | None
    step: int | None
    class_names: list[str] | None


def class_names_of(path: str | pathlib.Path) -> list[str] | None:
    """The names of the classes of a run, of a .keras file in a run's folder or of an exported generator, if any."""
    path = pathlib.Path(path)
    return exported_class_names(path) or RunFolder(path if path.is_dir() else path.parent).class_names()


def load_sampler(path: str | pathlib.Path, checkpoint: str = "final") -> Sampler:
    """Opens what can generate: a run's folder, a .keras file, or an exported SavedModel.

    Args:
        checkpoint: as `load_model`.
    Raises:
        InputError: nothing of the kind at `path`, or a damaged one; from `generate`, labels that it cannot use.
    """
    path = pathlib.Path(path)
    if checkpoint != "final" or not (path / "saved_model.pb").is_file():
        model = load_model(path, checkpoint)
        classes = model.inference_classes
        return Sampler(model.generate, classes is not None, classes, model.steps_trained, class_names_of(path))
    try:
        signatures = tf.saved_model.load(str(path)).signatures
        sample = signatures["sample"]
    except Exception as error:
        raise InputError(f"{path} is no generator exported by this zoo, or damaged; export it anew") from error
    takes_labels = "sample_labels" in signatures

    def generate(count, labels, seed):
        seed = tf.constant(seed, tf.int64)
        if labels is None:
            return sample(n=tf.constant(count), seed=seed)["images"].numpy()
        if not takes_labels:
            raise InputError("this generator takes no labels: leave them out")
        with input_errors():
            return signatures["sample_labels"](labels=tf.constant(labels, tf.int32), seed=seed)["images"].numpy()

    names = class_names_of(path)
    return Sampler(generate, takes_labels, len(names) if names else None, None, names)
