"""Cramér GAN: a generated image drawn to a real one and apart from another generated one."""

import tensorflow as tf

from tfgan_metric.losses import cramer_critic, cramer_discriminator_loss, cramer_generator_loss
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.features import FeatureModel
from tfgan_metric.models.gradient_penalty import GradientPenaltyModel
from tfgan_metric.optimizers import adam_settings


class CramerGAN(GradientPenaltyModel, FeatureModel):
    """Lowers the energy distance of features of real images, and of two generated ones for each, G and G'.

    The critic f(x) = ‖h(x)-h(G')‖ - ‖h(x)‖ tells x from G, its gradient's norm drawn to 1 between both. With labels,
    which the paper does not have, x, G and G' are of one class, and both networks see it.

    Source: Bellemare et al. 2017 (arXiv:1705.10743), algorithm 1.
    """

    paper = "Bellemare et al. 2017 (Cramér GAN)"
    paper_optimizers = (adam_settings(1e-4, 0.5, 0.9), adam_settings(1e-4, 0.5, 0.9))
    feature_dimension = 256
    default_network = "dcgan"
    sees_labels = True
    fakes_per_real = 2

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        return cramer_discriminator_loss(batch.real_outputs, batch.fake_outputs[::2], batch.fake_outputs[1::2])

    def critic(self, images: tf.Tensor, batch: Batch, training: bool) -> tf.Tensor:
        return cramer_critic(self.discriminate(images, batch.labels, training), batch.fake_outputs[1::2])

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        return cramer_generator_loss(batch.real_outputs, batch.fake_outputs[::2], batch.fake_outputs[1::2])
