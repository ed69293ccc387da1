"""Opening a .keras file of this zoo."""

import pathlib

import keras

from tfgan_metric.errors import InputError, reason
from tfgan_metric.models.adversarial import AdversarialModel


def load_model(path: str | pathlib.Path) -> AdversarialModel:
    """Loads an `AdversarialModel` with its whole state from a .keras file, safe mode on.

    Raises:
        InputError: no such file, or one that is damaged or holds another kind of model.
    """
    if not pathlib.Path(path).is_file():
        raise InputError(f"there is no model at {path}; expected a .keras file or a run's folder")
    try:
        model = keras.saving.load_model(path)
    except Exception as error:  # Keras, zipfile, h5py and json each raise their own
        raise InputError(
            f"{path} is damaged or no Keras model: {reason(error)}; train it anew or use a copy"
        ) from error
    if not isinstance(model, AdversarialModel):
        raise InputError(f"{path} holds a {type(model).__name__}; expected a model of this zoo")
    return model
