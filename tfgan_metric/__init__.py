"""Metric GAN Zoo: GANs whose discriminator is a learned metric, for TensorFlow 2 and Keras 3."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tfgan_metric.data.pipeline import float_images
    from tfgan_metric.evaluation import evaluate
    from tfgan_metric.models import build_model
    from tfgan_metric.trainers import load_model, train_recipe

__all__ = ["build_model", "evaluate", "float_images", "load_model", "train_recipe"]
__version__ = "0.2.0"

ROOM_OF = {
    "build_model": "models",
    "evaluate": "evaluation",
    "float_images": "data.pipeline",
    "load_model": "trainers",
    "train_recipe": "trainers",
}


def __getattr__(name: str) -> Any:
    """A name of `__all__`, imported when it is asked for: the command line starts without TensorFlow."""
    if name not in ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{ROOM_OF[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
