"""What mixes into any scheme: a discriminator that is kept flat, and shown transformed images."""

from typing import Any

import keras
import tensorflow as tf

from tfgan_metric.errors import InputError, require_bool, require_non_negative
from tfgan_metric.keras_private import layers_within
from tfgan_metric.latents import random_stream
from tfgan_metric.losses import zero_centered_penalty
from tfgan_metric.models.augmentation import augment, flip, transformations
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.batchwise import BatchwiseModel
from tfgan_metric.random import normal
from tfgan_metric.replicas import local_rows

# Streams of a batch's seed; see `random_stream`.
FLIPS, R1, R2 = 16, 17, 18
DISCRIMINATOR, GENERATOR = 24, 26  # in the update of which network an image is augmented; a generated one is the next


class RegularizedModel(BatchwiseModel):
    """A compiled model whose discriminator may be held to a small slope, on images that may be transformed.

    Nothing of it is in an evaluation but R1 and R2. What a loss measures on pixels, such as a margin, is of the images
    before `augment` and after `flip`; a gradient penalty, R1 and R2 included, is at the images that D is shown.

    Args:
        r1_weight: γ >= 0 of (γ/2) E ‖∇D(x)‖² at the real images, a term of the discriminator's loss.
        r2_weight: the same at the generated ones.
        augment: what all images go through on their way to D, "color", "translation", "cutout", "shift" or several with
            commas between; None for nothing.
        flip: whether real images are mirrored, each with probability ½, before all else.
    Raises:
        InputError: an argument out of its range, or a discriminator that it does not fit.
    Source: Mescheder et al. 2018 (arXiv:1801.04406), eqs 9-10; Zhao et al. 2020 (arXiv:2006.10738), eqs 4-5.
    """

    def __init__(
        self,
        *args: Any,
        r1_weight: float = 0.0,
        r2_weight: float = 0.0,
        augment: str | None = None,
        flip: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.r1_weight = require_non_negative("r1_weight", r1_weight)
        self.r2_weight = require_non_negative("r2_weight", r2_weight)
        self.flip = require_bool("flip", flip)
        self.augment = augment
        if augment is not None:
            transformations(augment)
        if len(self.outputs_shape) != 1 and (r1_weight or r2_weight or augment):
            raise InputError(
                "r1_weight, r2_weight and augment need a discriminator of one output; that of "
                f"{type(self).__name__} gives {self.outputs}: leave them out"
            )
        if not self.allows_batch_norm(self.r1_weight, self.r2_weight):
            _refuse_batch_norm(self.discriminator)

    def flipped(self, images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Real images as an update of this seed sees them."""
        return flip(images, random_stream(seed, FLIPS)) if self.flip else images

    def shown(self, batch: Batch, update: int) -> Batch:
        """A batch whose images are what D is shown of them in an update, DISCRIMINATOR or GENERATOR."""
        if self.augment is None:
            return batch
        real_images = augment(batch.real_images, self.augment, random_stream(batch.seed, update))
        fake_images = augment(batch.fake_images, self.augment, random_stream(batch.seed, update + 1))
        return batch._replace(real_images=real_images, fake_images=fake_images)

    def penalised_outputs(self, outputs: tf.Tensor) -> tf.Tensor:
        """What of the discriminator's outputs, (B, outputs), R1 and R2 keep flat."""
        return outputs

    def discriminate_both(self, batch: Batch, training: bool = True) -> tuple[Any, Any, tf.Tensor | float]:
        """Returns D(x), D(G(z)) and R1 + R2, which share their forward passes."""
        of_real = (batch.real_images, batch.labels, self.r1_weight, R1)
        of_fake = (batch.fake_images, batch.fake_labels, self.r2_weight, R2)
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
