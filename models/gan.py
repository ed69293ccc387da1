"""Probability GANs: DCGAN is this scheme with the `dcgan` networks."""

import keras

from tfgan_metric.losses import gan_discriminator_loss, gan_generator_loss
from tfgan_metric.models.adversarial import AdversarialModel


@keras.saving.register_keras_serializable("tfgan_metric")
class GAN(AdversarialModel):
    """Tells real from fake by a logit; with labels both networks see them.

    Source: Goodfellow et al. 2014 (arXiv:1406.2661), the generator's loss non-saturating.
    """

    paper = "Goodfellow et al. 2014; Radford et al. 2016"
    sees_labels = True

    def discriminator_loss(self, batch):
        return gan_discriminator_loss(batch.real_outputs, batch.fake_outputs)

    def generator_loss(self, batch):
        return gan_generator_loss(batch.fake_outputs)
