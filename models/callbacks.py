"""What `fit` asks of callbacks, and those of Keras that know one optimizer, made to know two."""

import inspect
import warnings
from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.keras_private import layers_within
from tfgan_metric.models.optimizer_pair import learning_rate_of

RANGE = "they are meant to be in -1 .. 1, as a generator's; turn 0 .. 1 into that by 2 * images - 1"


@runtime_checkable
class RestoringCallback(Protocol):
    """A callback with which a `fit` that was killed goes on."""

    def before_fit(self, model: keras.Model) -> int:
        """Gives the model the state that it stopped in; returns how many epochs it has had."""


class OptimizersAverages(keras.callbacks.Callback):
    """Ends a training as Keras' `fit` does for its one optimizer: with `use_ema` the weights become their average."""

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        for player in self.model.players:
            player.optimizer.finalize_variable_values(player.variables)


class WarnOfBrightImages(keras.callbacks.Callback):
    """Warns of a generator that ends in a sigmoid, and at the end of a first epoch whose images never went below 0.

    Not under a strategy of several replicas, whose datasets cannot hold a variable.
    """

    def __init__(self, replicas: int) -> None:
        super().__init__()
        self.darkest = tf.Variable(np.inf, trainable=False) if replicas == 1 else None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        if getattr(layers_within(self.model.generator)[-1], "activation", None) is keras.activations.sigmoid:
            warnings.warn(
                "the generator ends in a sigmoid, 0 .. 1; images are in -1 .. 1: end it in tanh", stacklevel=2
            )

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self.darkest is not None and 0.0 <= float(self.darkest) < np.inf:
            warnings.warn(f"the images of an epoch never go below {float(self.darkest):.3g}: {RANGE}", stacklevel=2)
        self.darkest = None


class BothLearningRates(keras.callbacks.Callback):
    """Sets both optimizers' learning rates by a function at the begin of each epoch.

    Args:
        schedule: (epoch, learning rate) -> learning rate, called for each optimizer with its own.
    """

    def __init__(self, schedule: Callable[[int, float], float]) -> None:
        super().__init__()
        self.schedule = schedule

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        for player in self.model.players:
            player.optimizer.learning_rate = self.schedule(epoch, learning_rate_of(player.optimizer))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        (logs or {}).update(
            {f"learning_rate_{player.name}": learning_rate_of(player.optimizer) for player in self.model.players}
        )


def for_both_optimizers(callback: keras.callbacks.Callback) -> keras.callbacks.Callback:
    """The callback itself, or for Keras' LearningRateScheduler one that serves both optimizers."""
    if isinstance(callback, keras.callbacks.LearningRateScheduler):
        takes_rate = len(inspect.signature(callback.schedule).parameters) > 1  # Keras allows both forms
        return BothLearningRates(callback.schedule if takes_rate else lambda epoch, rate: callback.schedule(epoch))
    return callback
