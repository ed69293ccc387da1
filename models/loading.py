"""Opening what training left: a model, or its exported generator."""

import pathlib
from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.data.pipeline import input_errors
from tfgan_metric.errors import InputError
from tfgan_metric.models.adversarial import AdversarialModel


def load_model(path: str | pathlib.Path) -> AdversarialModel:
    """Loads an `AdversarialModel` with its whole state, safe mode on.

    Args:
        path: a .keras file, or the folder of a run, even of one that is not finished.
    Raises:
        InputError: no such file, or one that is damaged or holds another kind of model.
    """
    path = pathlib.Path(path)
    if path.is_dir():
        checkpoints = sorted((path / "checkpoints").glob("step_*.keras"))
        path = path / "model.keras" if (path / "model.keras").is_file() or not checkpoints else checkpoints[-1]
    if not path.is_file():
        raise InputError(f"there is no model at {path}; expected a .keras file or a run's folder")
    try:
        model = keras.saving.load_model(path)
    except Exception as error:  # Keras, zipfile, h5py and json each raise their own
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(f"{path} is damaged or no Keras model: {reason}; train it anew or use a copy") from error
    if not isinstance(model, AdversarialModel):
        raise InputError(f"{path} holds a {type(model).__name__}; expected a model of this zoo")
    return model


class Sampler(NamedTuple):
    """What can generate.

    Attributes:
        generate: (count, labels, seed) -> float32 images (count, H, W, C); labels are ints (count,) or None.
        takes_labels: whether labels may be given.
        num_classes: K of a model that takes labels, else None; an exported generator does not know it either.
        step: the optimisation iterations of the model, None for an exported generator, which does not know.
    """

    generate: Callable[[int, Any, int], np.ndarray]
    takes_labels: bool
    num_classes: int | None
    step: int | None


def load_sampler(path: str | pathlib.Path) -> Sampler:
    """Opens what can generate: a run's folder, a .keras file, or an exported SavedModel.

    Raises:
        InputError: nothing of the kind at `path`, or a damaged one; from `generate`, labels that it cannot use.
    """
    path = pathlib.Path(path)
    if not (path / "saved_model.pb").is_file():
        model = load_model(path)
        classes = model.inference_classes
        return Sampler(model.generate, classes is not None, classes, model.steps_trained)
    try:
        signatures = tf.saved_model.load(str(path)).signatures
        sample = signatures["sample"]
    except Exception as error:
        raise InputError(f"{path} is no generator exported by this zoo, or damaged; export it anew") from error
    takes_labels = "sample_labels" in signatures

    def generate(count: int, labels: Any, seed: int) -> np.ndarray:
        seed = tf.constant(seed, tf.int64)
        if labels is None:
            return sample(n=tf.constant(count), seed=seed)["images"].numpy()
        if not takes_labels:
            raise InputError("this generator takes no labels: leave them out")
        with input_errors():
            return signatures["sample_labels"](labels=tf.constant(labels, tf.int32), seed=seed)["images"].numpy()

    return Sampler(generate, takes_labels, None, None)
