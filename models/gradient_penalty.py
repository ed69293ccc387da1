"""What the schemes share whose critic's gradient is drawn to a norm of 1 between real and generated images."""

from typing import Any

import tensorflow as tf

from tfgan_metric.errors import require_non_negative
from tfgan_metric.latents import random_stream
from tfgan_metric.losses import gradient_penalty
from tfgan_metric.models.adversarial import AdversarialModel
from tfgan_metric.models.batch import Batch
from tfgan_metric.random import uniform
from tfgan_metric.replicas import local_rows


class GradientPenaltyModel(AdversarialModel):
    """A scheme with the penalty of WGAN-GP, on the gradient of what `critic` gives.

    The penalty needs each output to depend on its own image alone, so a discriminator with BatchNorm is refused.

    Args:
        penalty_weight: >= 0; 10 in WGAN-GP's paper.
        discriminator_steps: 5 in the papers.
    Raises:
        InputError: a discriminator with BatchNorm, or an argument out of its range.
    """

    discriminator_batch_norm = False

    def __init__(self, *args: Any, penalty_weight: float = 10.0, discriminator_steps: int = 5, **kwargs: Any) -> None:
        super().__init__(*args, discriminator_steps=discriminator_steps, **kwargs)
        self.penalty_weight = require_non_negative("penalty_weight", penalty_weight)

    def critic(self, images: tf.Tensor, batch: Batch, training: bool) -> tf.Tensor:
        """What the penalty takes the gradient of, (B,) or (B, 1), at images in the places of the batch's real ones."""
        return self.discriminate(images, batch.labels, training)

    def discriminator_penalty(self, batch: Batch, training: bool = True) -> tf.Tensor:
        stream = random_stream(batch.seed, 2)
        mixing = local_rows(lambda rows: uniform((rows,), stream), tf.shape(batch.labels)[0])
        penalty = gradient_penalty(
            lambda images: self.critic(images, batch, training),
            batch.real_images,
            batch.fake_images[:: self.fakes_per_real],
            mixing,
        )
        return self.penalty_weight * penalty
