"""Stops a training whose loss or gradient is no longer finite, in the last state in which all were."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.errors import InputError
from tfgan_metric.models.state import state_variables
from tfgan_metric.replicas import global_sum, to_int

Gradients = list[tf.Tensor | None]
State = list[tuple[keras.Variable, tf.Tensor]]  # variables and their values

CHECK_EVERY = 100
SMALLEST_LOSS_SCALE = 1.0  # gradients that overflow even at this scale are an error, not float16's


class NonFiniteLossError(InputError):
    """A loss or gradient became infinite or NaN."""


class NonFiniteRecord:
    """The first tensor of a `fit` that was not finite, as the step finds it, so that nothing waits for the host.

    Its variables are no layer's, for they are of one `fit`: no file keeps them.
    """

    def __init__(self) -> None:
        settings = {"dtype": "int64", "trainable": False, "aggregation": "only_first_replica"}
        self.step = keras.Variable(-1, name="non_finite_step", **settings)  # -1: all were finite
        self.tensor = keras.Variable([0, 0], name="non_finite_tensor", **settings)  # whose update, and which one in it

    def watch(
        self, loss: tf.Tensor, gradients: Gradients, optimizer: keras.optimizers.Optimizer, step: tf.Tensor, player: int
    ) -> Gradients:
        """Notes a failure in a player's update, the loss as tensor 0, and the step; returns the gradients.

        With loss scaling an overflow of gradients only lowers the scale, which needs all replicas to see it.
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
        tensor = tf.stack([tf.constant(player, tf.int64), tf.argmax(tf.cast(counts, tf.int32))])
        self.step.assign(tf.where(first_failure, step, self.step))
        self.tensor.assign(tf.where(first_failure, tensor, self.tensor))
        return gradients

    def clear(self) -> None:
        self.step.assign(-1)

    @property
    def is_clear(self) -> bool:
        return to_int(self.step) < 0


class TerminateOnNonFinite(keras.callbacks.Callback):
    """Copies all that training changes every 100 steps; goes back to the copy and raises when a tensor was not finite.

    Every `fit` has one, before its other callbacks, so what they keep at the end of an epoch is finite. The error says
    which loss, gradient or weight it was, and at which step. A copy is kept only if all of it is finite.
    """

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.model.non_finite.clear()
        self.batches = 0
        self.state: State = []

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.state = self.state or self.copy()  # not before, for other callbacks may restore a state as training begins

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.batches += 1
        if self.batches >= CHECK_EVERY:
            self.check()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.check()

    def copy(self) -> State:
        logged = [variable for metric in self.model.metrics for variable in metric.variables]
        return [(variable, tf.identity(variable.value)) for variable in [*state_variables(self.model), *logged]]

    def check(self) -> None:
        self.batches = 0
        failure = self._failure()
        if failure is None:
            self.state = self.copy()
            return
        for variable, value in self.state:
            variable.assign(value)
        self.model.non_finite.clear()
        name, step = failure
        raise NonFiniteLossError(
            f"{name} became non-finite at step {step}; the state after step {self.model.steps_trained} is kept; "
            "a lower learning rate or weight_clip usually mends it"
        )

    def _failure(self) -> tuple[str, int] | None:
        """What was not finite, a tensor of a step or else a variable, and at which step; None where all was."""
        record = self.model.non_finite
        if not record.is_clear:
            player, tensor = keras.ops.convert_to_numpy(record.tensor)
            return self.model.players[player].tensor_name(tensor), to_int(record.step)
        for variable in state_variables(self.model):
            value = variable.value
            if value.dtype.is_floating and not bool(tf.math.is_finite(tf.reduce_sum(value))):
                return variable.path, self.model.steps_trained
        return None
