"""Probability, least-squares and hinge GANs: DCGAN is GAN with the `dcgan` networks."""

import tensorflow as tf

from tfgan_metric.errors import choose
from tfgan_metric.latents import Latent, NormalLatent, UniformLatent
from tfgan_metric.losses import (
    gan_discriminator_loss,
    gan_generator_loss,
    hinge_discriminator_loss,
    least_squares_discriminator_loss,
    least_squares_generator_loss,
    wasserstein_generator_loss,
)
from tfgan_metric.models.adversarial import AdversarialModel
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.declaration import normal_noise
from tfgan_metric.optimizers import adam_settings

NOISES = {"uniform": lambda dimension: UniformLatent(dimension, low=-1.0, high=1.0), "normal": NormalLatent}


class GAN(AdversarialModel):
    """Tells real from fake by a logit; with labels both networks see them.

    With label mode "predefined" the generator alone sees a label, drawn uniformly, and the real images' are not used:
    the row "GAN, predefined" of AM-GAN's Table 1, as that paper's published command runs it.

    Source: Goodfellow et al. 2014 (arXiv:1406.2661), the generator's loss non-saturating.
    """

    paper = "Goodfellow et al. 2014; Radford et al. 2016"
    label_modes = ("none", "conditional", "predefined")
    sees_labels = True

    @staticmethod
    def default_latent(dimension: int, noise: str = "uniform") -> Latent:
        """z in [-1, 1] as DCGAN's, or with noise="normal" from N(0, 1) as AM-GAN's GAN."""
        return choose("noise", noise, NOISES)(dimension)

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        return gan_discriminator_loss(batch.real_outputs, batch.fake_outputs)

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        return gan_generator_loss(batch.fake_outputs)


class LSGAN(AdversarialModel):
    """Draws real outputs to 1 and fake ones to 0 by squares; with labels both networks see them.

    Source: Mao et al. 2017 (arXiv:1611.04076), eq. 9.
    """

    paper = "Mao et al. 2017 (LSGAN)"
    paper_optimizers = (adam_settings(1e-3), adam_settings(1e-3))
    sees_labels = True

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        return least_squares_discriminator_loss(batch.real_outputs, batch.fake_outputs)

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        return least_squares_generator_loss(batch.fake_outputs)


class SAGAN(AdversarialModel):
    """A hinge loss on networks with attention and spectral normalisation; with labels both networks see them.

    Source: Zhang et al. 2019 (arXiv:1805.08318).
    """

    paper = "Zhang et al. 2019 (SAGAN)"
    paper_optimizers = (adam_settings(1e-4, 0.0, 0.9), adam_settings(4e-4, 0.0, 0.9))
    default_network = "sagan"
    sees_labels = True
    default_latent = staticmethod(normal_noise)

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        return hinge_discriminator_loss(batch.real_outputs, batch.fake_outputs)

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        return wasserstein_generator_loss(batch.fake_outputs)
