"""What mixes into any scheme: a discriminator that is kept flat around real and generated images."""

from typing import Any

import keras
import tensorflow as tf

from tfgan_metric.errors import InputError, require_non_negative
from tfgan_metric.keras_private import layers_within
from tfgan_metric.latents import random_stream
from tfgan_metric.losses import zero_centered_penalty
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.compiling import CompiledModel
from tfgan_metric.random import normal
from tfgan_metric.replicas import local_rows

AT_REAL, AT_FAKE = 17, 18  # streams of a batch's seed; see `random_stream`


class RegularizedModel(CompiledModel):
    """A compiled model whose discriminator may be held to a small slope.

    Args:
        r1_weight: γ >= 0 of (γ/2) E ‖∇D(x)‖² at the real images, a term of the discriminator's loss.
        r2_weight: the same at the generated ones.
    Raises:
        InputError: a weight out of its range, or a discriminator that has no such slope.
    Source: Mescheder et al. 2018 (arXiv:1801.04406), eqs 9-10.
    """

    def __init__(self, *args: Any, r1_weight: float = 0.0, r2_weight: float = 0.0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.r1_weight = require_non_negative("r1_weight", r1_weight)
        self.r2_weight = require_non_negative("r2_weight", r2_weight)
        if len(self.outputs_shape) != 1 and (r1_weight or r2_weight):
            raise InputError(
                f"r1_weight and r2_weight need a discriminator of one output; that of {type(self).__name__} gives "
                f"{self.outputs}: leave them out"
            )
        if not self.allows_batch_norm(self.r1_weight, self.r2_weight):
            _refuse_batch_norm(self.discriminator)

    def penalised_outputs(self, outputs: tf.Tensor) -> tf.Tensor:
        """What of the discriminator's outputs, (B, outputs), R1 and R2 keep flat."""
        return outputs

    def discriminate_both(self, batch: Batch, training: bool = True) -> tuple[Any, Any, tf.Tensor | float]:
        """Returns D(x), D(G(z)) and R1 + R2, which share their forward passes."""
        of_real = (batch.real_images, batch.labels, self.r1_weight, AT_REAL)
        of_fake = (batch.fake_images, batch.fake_labels, self.r2_weight, AT_FAKE)
        real_outputs, r1 = self._discriminate(*of_real, batch.seed, training)
        fake_outputs, r2 = self._discriminate(*of_fake, batch.seed, training)
        return real_outputs, fake_outputs, r1 + r2

    def _discriminate(self, images, labels, weight, stream, seed, training):
        """D's outputs, and the penalty on its slope at these images."""
        if not weight:
            return self.discriminate(images, labels, training), 0.0
        with tf.GradientTape() as tape:
            tape.watch(images)
            outputs = self.discriminate(images, labels, training)
            penalised = self.penalised_outputs(outputs)
        directions = _directions(penalised, random_stream(seed, stream))
        return outputs, weight * zero_centered_penalty(tape.gradient(penalised, images, directions))


def _directions(outputs: tf.Tensor, seed: tf.Tensor) -> tf.Tensor | None:
    """The weights of the outputs (B, D) in what is differentiated, N(0, 1); None, which is 1, for a single one."""
    size = outputs.shape[1]
    return None if size == 1 else local_rows(lambda rows: normal((rows, size), seed), tf.shape(outputs)[0])


def _refuse_batch_norm(discriminator: keras.Model) -> None:
    for layer in layers_within(discriminator):
        if isinstance(layer, keras.layers.BatchNormalization):
            raise InputError(
                "the gradient penalty needs each output to depend on its own image alone, so a discriminator "
                f"without BatchNorm; got one with the layer {layer.name!r}: leave it out or use LayerNormalization"
            )
