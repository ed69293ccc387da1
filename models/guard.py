"""Stops a training whose loss or gradient is no longer finite, in the last state in which all were."""

import keras
import tensorflow as tf

from tfgan_metric.errors import InputError
from tfgan_metric.models.state import state_variables
from tfgan_metric.replicas import to_int

CHECK_EVERY = 100


class NonFiniteLossError(InputError):
    """A loss or gradient became infinite or NaN."""


class TerminateOnNonFinite(keras.callbacks.Callback):
    """Copies the model's variables every 100 steps; goes back to the copy and raises when a tensor was not finite.

    Every `fit` has one. The error says which loss, gradient or weight it was, and at which step. The step itself only
    records the first such tensor, so nothing waits for the host. A copy is kept only if all of it is finite.
    """

    def on_train_begin(self, logs=None):
        self.model.non_finite_step.assign(-1)
        self.batches = 0
        self.state = self.copy()

    def on_train_batch_end(self, batch, logs=None):
        self.batches += 1
        if self.batches >= CHECK_EVERY:
            self.check()

    def on_epoch_end(self, epoch, logs=None):
        self.check()

    def copy(self):
        return [(variable, tf.identity(variable.value)) for variable in state_variables(self.model)]

    def check(self):
        self.batches = 0
        failed, state = to_int(self.model.non_finite_step), self.copy()
        infinite = None if failed >= 0 else first_non_finite(state)
        if failed < 0 and infinite is None:
            self.state = state
            return
        name = self.model.non_finite_name if infinite is None else infinite
        failed = self.model.steps_trained if infinite else failed
        for variable, value in self.state:
            variable.assign(value)
        raise NonFiniteLossError(
            f"{name} became non-finite at step {failed}; the state after step {self.model.steps_trained} is kept; "
            "a lower learning rate or weight_clip usually mends it"
        )


def first_non_finite(state):
    """The path of the first float variable of (variable, value) pairs with an entry that is not finite, else None."""
    for variable, value in state:
        if value.dtype.is_floating and not bool(tf.math.is_finite(tf.reduce_sum(value))):
            return variable.path
    return None
