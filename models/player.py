"""One of the two networks as its updates see it: from a loss to new weights."""

from typing import NamedTuple

import keras
import tensorflow as tf

from tfgan_metric.models.guard import Gradients, NonFiniteRecord
from tfgan_metric.replicas import global_sum, replica_count


class Player(NamedTuple):
    """A network in its training.

    Attributes:
        number: its place among the players.
        name: that its optimizer and its logs begin with.
        optimizer: its own.
        variables: what its updates change.
        gradient_norm: where the norm of its gradient is noted, if at all.
        scaled: those of the variables whose step, not gradient, for Adam takes out its size, is multiplied by `scale`.
        scale: >= 0.
    """

    number: int
    name: str
    optimizer: keras.optimizers.Optimizer
    variables: list[keras.Variable]
    gradient_norm: keras.metrics.Mean | None
    scaled: list[keras.Variable]
    scale: float

    def minimize(self, loss: tf.Tensor, tape: tf.GradientTape, record: NonFiniteRecord, step: tf.Tensor) -> None:
        """Lowers a loss, a float32 scalar of the global batch, by one update; `tape` is that of the loss."""
        with tape:
            scaled_loss = self.optimizer.scale_loss(loss / replica_count())
        gradients = tape.gradient(scaled_loss, self.variables)
        # Keras' optimizers square the rows of a sparse gradient before they add those of one index.
        gradients = [gradient if gradient is None else tf.convert_to_tensor(gradient) for gradient in gradients]
        gradients = record.watch(loss, gradients, self.optimizer, step, self.number)
        if self.gradient_norm is not None:
            self.gradient_norm.update_state(_global_norm(gradients, self.optimizer))
        before = [tf.identity(variable.value) for variable in self.scaled]
        self.optimizer.apply(gradients, self.variables)
        for variable, old in zip(self.scaled, before, strict=True):
            variable.assign(old + self.scale * (variable.value - old))

    def tensor_name(self, number: int) -> str:
        """What `NonFiniteRecord` notes a tensor of `minimize` as: 0 is the loss, the gradients follow."""
        return f"the gradient of {self.variables[number - 1].path}" if number else f"the {self.name}'s loss"


def _global_norm(gradients: Gradients, optimizer: keras.optimizers.Optimizer) -> tf.Tensor:
    """The Euclidean norm of all replicas' gradients together, loss scaling taken out."""
    total = tf.add_n([tf.reduce_sum(tf.square(global_sum(tensor))) for tensor in gradients if tensor is not None])
    return tf.sqrt(total) / optimizer.scale_loss(1.0)
