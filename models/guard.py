"""Stops a training whose loss or gradient is no longer finite, in the last state in which all were."""

import keras
import tensorflow as tf

from tfgan_metric.errors import InputError

CHECK_EVERY = 100


class NonFiniteLossError(InputError):
    """A loss or gradient became infinite or NaN."""


class KeepLastFiniteState(keras.callbacks.Callback):
    """Copies the model's variables every 100 steps; goes back to the copy and raises when a loss was not finite.

    The step itself only records the first such step, so nothing waits for the host. A copy is kept only if all of it
    is finite.
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
        failed, state = int(self.model.non_finite_step), self.copy()
        if failed < 0 and all_finite(value for _, value in state):
            self.state = state
            return
        if failed < 0:
            failed = int(self.model.step)
        for variable, value in self.state:
            variable.assign(value)
        raise NonFiniteLossError(
            f"a loss, gradient or weight became non-finite at step {failed}; the state after step "
            f"{int(self.model.step)} is kept; a lower learning rate or weight_clip usually mends it"
        )


def all_finite(tensors):
    """Whether every entry of every float tensor is finite."""
    return all(bool(tf.math.is_finite(tf.reduce_sum(tensor))) for tensor in tensors if tensor.dtype.is_floating)


def state_variables(model):
    """All variables of an `AdversarialModel`, both optimizers' included."""
    return [*model.variables, *model.generator_optimizer.variables, *model.discriminator_optimizer.variables]
