"""Stops a training whose loss or gradient is no longer finite, in the last state in which all were."""

import keras
import tensorflow as tf

from tfgan_metric.errors import InputError

CHECK_EVERY = 100


class NonFiniteLossError(InputError):
    """A loss or gradient became infinite or NaN."""


class KeepLastFiniteState(keras.callbacks.Callback):
    """Copies the model's variables every 100 steps; goes back to the copy and raises when a loss was not finite.

    The step itself only records the first such step, so nothing waits for the host.
    """

    def on_train_begin(self, logs=None):
        self.keep()

    def on_train_batch_end(self, batch, logs=None):
        self.batches += 1
        if self.batches >= CHECK_EVERY:
            self.check()

    def on_epoch_end(self, epoch, logs=None):
        self.check()

    def keep(self):
        self.batches = 0
        self.state = [(variable, tf.identity(variable.value)) for variable in state_variables(self.model)]

    def check(self):
        failed = int(self.model.non_finite_step)
        if failed < 0:
            return self.keep()
        for variable, value in self.state:
            variable.assign(value)
        raise NonFiniteLossError(
            f"a loss or gradient became non-finite at step {failed}; the state of step {int(self.model.step)} is kept; "
            "a lower learning rate or weight_clip usually mends it"
        )


def state_variables(model):
    """All variables of an `AdversarialModel`, both optimizers' included."""
    return [*model.variables, *model.generator_optimizer.variables, *model.discriminator_optimizer.variables]
