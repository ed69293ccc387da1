"""Stops a training whose loss or gradient is no longer finite, in the last state in which all were."""

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.errors import InputError
from tfgan_metric.models.state import state_variables
from tfgan_metric.replicas import global_sum, to_int
from tfgan_metric.variables import add_state

CHECK_EVERY = 100
SMALLEST_LOSS_SCALE = 1.0  # gradients that overflow even at this scale are an error, not float16's


class NonFiniteLossError(InputError):
    """A loss or gradient became infinite or NaN."""


@keras.saving.register_keras_serializable("tfgan_metric")
class NonFiniteRecord(keras.layers.Layer):
    """The first tensor of a `fit` that was not finite, as the step finds it, so that nothing waits for the host."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.step = add_state(self, "step", (), keras.initializers.Constant(-1), "int64")  # -1: all were finite
        self.tensor = add_state(self, "tensor", dtype="int64")
        self.built = True

    def watch(self, loss, gradients, optimizer, step, first_index):
        """Notes a failure; returns the gradients.

        With loss scaling an overflow of gradients only lowers the scale, which needs all replicas to see it.

        Args:
            loss: float32 scalar.
            gradients: tensors or None.
            optimizer: that will apply them.
            step: the number of this step.
            first_index: that the loss is noted as; the gradients follow it.
        """
        # A sum is finite only if all its terms are: one scalar a gradient instead of a map of flags.
        zero = tf.zeros(())
        sums = [loss, *(zero if gradient is None else tf.reduce_sum(gradient) for gradient in gradients)]
        failed = ~tf.math.is_finite(global_sum(tf.stack(sums)))
        counts = failed
        if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
            overflow = tf.where(tf.reduce_any(failed), np.float32(np.nan), 0.0)
            gradients = [gradient if gradient is None else gradient + overflow for gradient in gradients]
            counts = failed & ((tf.range(len(sums)) == 0) | (optimizer.dynamic_scale <= SMALLEST_LOSS_SCALE))
        first_failure = (self.step < 0) & tf.reduce_any(counts)
        index = first_index + tf.argmax(tf.cast(counts, tf.int32))
        self.step.assign(tf.where(first_failure, step, self.step))
        self.tensor.assign(tf.where(first_failure, index, self.tensor))
        return gradients

    def clear(self):
        self.step.assign(-1)

    @property
    def is_clear(self):
        return to_int(self.step) < 0


class TerminateOnNonFinite(keras.callbacks.Callback):
    """Copies the model's variables every 100 steps; goes back to the copy and raises when a tensor was not finite.

    Every `fit` has one. The error says which loss, gradient or weight it was, and at which step. A copy is kept only if
    all of it is finite.
    """

    def on_train_begin(self, logs=None):
        self.model.non_finite.clear()
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
        state, record = self.copy(), self.model.non_finite
        failed = self._failed_tensor(record) or self._failed_weight(state)
        if failed is None:
            self.state = state
            return
        for variable, value in self.state:
            variable.assign(value)
        name, step = failed
        raise NonFiniteLossError(
            f"{name} became non-finite at step {step}; the state after step {self.model.steps_trained} is kept; "
            "a lower learning rate or weight_clip usually mends it"
        )

    def _failed_tensor(self, record):
        return None if record.is_clear else (self.model.watched_names()[to_int(record.tensor)], to_int(record.step))

    def _failed_weight(self, state):
        path = first_non_finite(state)
        return None if path is None else (path, self.model.steps_trained)


def first_non_finite(state):
    """The path of the first float variable of (variable, value) pairs with an entry that is not finite, else None."""
    for variable, value in state:
        if value.dtype.is_floating and not bool(tf.math.is_finite(tf.reduce_sum(value))):
            return variable.path
    return None
