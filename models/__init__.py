"""The adversarial schemes as Keras models, and the networks they are trained with."""

if __name__ != "tfgan_metric.models":
    raise ImportError(
        "this folder is the package tfgan_metric.models: write `from tfgan_metric.models import ...` "
        "after `pip install -e .` in the project's folder"
    )

from tfgan_metric.models.adversarial import AdversarialModel
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.building import build_model, hyperparameters
from tfgan_metric.models.checkpoint import Checkpoint
from tfgan_metric.models.guard import TerminateOnNonFinite
from tfgan_metric.models.zoo import *  # noqa: F403  each scheme's class by its name
from tfgan_metric.models.zoo import NETWORKS, SCHEMES

__all__ = [
    "NETWORKS",
    "SCHEMES",
    "AdversarialModel",
    "Batch",
    "Checkpoint",
    "TerminateOnNonFinite",
    "build_model",
    "hyperparameters",
]
__all__ += [scheme.__name__ for scheme in SCHEMES.values()]
