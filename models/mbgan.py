"""MBGAN: triplets of two real images and a generated one, with a margin that the pixels set."""

from typing import Any

import tensorflow as tf

from tfgan_metric.errors import choose, require_non_negative
from tfgan_metric.latents import Latent, UniformLatent
from tfgan_metric.losses import data_dependent_margin, mbgan_discriminator_loss, mbgan_generator_loss
from tfgan_metric.losses.metric import MARGIN_REDUCTIONS
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.features import PairModel


class MBGAN(PairModel):
    """Embeds real images close together and generated ones a data-dependent margin away.

    The other real image x_j of each triplet is the next one of the batch.

    Args:
        margin_scale: α >= 0; 20 in the paper, whose study finds .2 and 2 to collapse.
        margin_reduction: "mean" or "sum" of the pixel differences; see `data_dependent_margin`.
    Source: MBGAN, eqs 1-4, algorithm 1.
    """

    paper = "Dai et al. 2017 (MBGAN)"
    label_modes = ("none",)
    default_network = "mbgan"

    def __init__(self, *args: Any, margin_scale: float = 20.0, margin_reduction: str = "mean", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.margin_scale = require_non_negative("margin_scale", margin_scale)
        choose("margin_reduction", margin_reduction, MARGIN_REDUCTIONS)
        self.margin_reduction = margin_reduction

    @staticmethod
    def default_latent(dimension: int) -> Latent:
        return UniformLatent(dimension, low=0.0, high=1.0)

    def partners(self, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor | None]:
        """The index of x_j for each x_i, int (B,), and the weight of each triplet, float (B,) or None for all 1."""
        return tf.roll(tf.range(tf.shape(labels)[0]), shift=-1, axis=0), None

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        indices, weights = self.partners(batch.labels)
        positive_images = tf.gather(batch.real_images, indices)
        margin = data_dependent_margin(positive_images, batch.fake_images, self.margin_scale, self.margin_reduction)
        positive_features = tf.gather(batch.real_outputs, indices)
        return mbgan_discriminator_loss(batch.real_outputs, positive_features, batch.fake_outputs, margin, weights)

    def attraction(self, batch: Batch) -> tf.Tensor:
        indices, weights = self.partners(batch.labels)
        return mbgan_generator_loss(tf.gather(batch.real_outputs, indices), batch.fake_outputs, weights)


class ConditionalMBGAN(MBGAN):
    """MBGAN whose triplets share a class, which the generator is given.

    x_j is the next image of the same class in the batch; an image alone in its class takes no part, so let the batch
    be several times K. The discriminator does not see the class unless `discriminator_sees_labels` is set.

    Source: MBGAN, eqs 5-6.
    """

    label_modes = ("conditional",)
    loss_uses_labels = True

    def partners(self, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor | None]:
        order = tf.argsort(labels, stable=True)
        ordered = tf.gather(labels, order)
        first = tf.searchsorted(ordered, ordered, side="left")  # where each one's class begins
        last = tf.searchsorted(ordered, ordered, side="right") - 1
        position = tf.range(tf.shape(labels)[0])
        following = tf.gather(order, tf.where(position < last, position + 1, first))
        indices = tf.gather(following, tf.argsort(order))
        paired = tf.cast(indices != position, tf.float32)
        return indices, tf.math.divide_no_nan(paired, tf.reduce_mean(paired))
