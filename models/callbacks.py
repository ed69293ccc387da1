"""Keras callbacks that know one optimizer, made to know two."""

import inspect

import keras


class BothLearningRates(keras.callbacks.Callback):
    """Sets both optimizers' learning rates by a function at the begin of each epoch.

    Args:
        schedule: (epoch, learning rate) -> learning rate, called for each optimizer with its own.
    """

    def __init__(self, schedule):
        super().__init__()
        self.schedule = schedule

    def on_epoch_begin(self, epoch, logs=None):
        for _, optimizer, _ in self.model.players:
            rate = float(keras.ops.convert_to_numpy(optimizer.learning_rate))
            optimizer.learning_rate = self.schedule(epoch, rate)

    def on_epoch_end(self, epoch, logs=None):
        for name, optimizer, _ in self.model.players:
            logs[f"{name}_learning_rate"] = float(keras.ops.convert_to_numpy(optimizer.learning_rate))


def for_both_optimizers(callback):
    """The callback itself, or for Keras' LearningRateScheduler one that serves both optimizers."""
    if isinstance(callback, keras.callbacks.LearningRateScheduler):
        takes_rate = len(inspect.signature(callback.schedule).parameters) > 1  # Keras allows both forms
        return BothLearningRates(callback.schedule if takes_rate else lambda epoch, rate: callback.schedule(epoch))
    return callback
