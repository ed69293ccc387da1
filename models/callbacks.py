"""Keras callbacks that know one optimizer, made to know two."""

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
        for optimizer, _ in self.model.players():
            rate = float(keras.ops.convert_to_numpy(optimizer.learning_rate))
            optimizer.learning_rate = self.schedule(epoch, rate)

    def on_epoch_end(self, epoch, logs=None):
        names = ("discriminator_learning_rate", "generator_learning_rate")
        for name, (optimizer, _) in zip(names, self.model.players(), strict=True):
            logs[name] = float(keras.ops.convert_to_numpy(optimizer.learning_rate))


def for_both_optimizers(callback):
    """The callback itself, or for Keras' LearningRateScheduler one that serves both optimizers."""
    if isinstance(callback, keras.callbacks.LearningRateScheduler):
        return BothLearningRates(lambda epoch, rate: _call(callback.schedule, epoch, rate))
    return callback


def _call(schedule, epoch, rate):
    try:  # Keras allows both forms
        return schedule(epoch, rate)
    except TypeError:
        return schedule(epoch)
