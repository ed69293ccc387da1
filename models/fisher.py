"""Fisher GANs, and generators whose noise is a mixture that is trained with them."""

from typing import Any

import tensorflow as tf

from tfgan_metric.errors import InputError, require_non_negative
from tfgan_metric.latents import Latent, MixtureLatent
from tfgan_metric.losses import fisher_constraint, fisher_discriminator_loss, wasserstein_generator_loss
from tfgan_metric.models.adversarial import AdversarialModel
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.declaration import normal_noise
from tfgan_metric.models.gan import GAN
from tfgan_metric.optimizers import adam_settings
from tfgan_metric.variables import add_state


class FisherGAN(AdversarialModel):
    """A critic whose second moment an augmented Lagrangian holds at 1; its multiplier Λ starts at 0.

    Args:
        penalty_weight: ρ >= 0, also the multiplier's step; 1e-6 in the paper.
        discriminator_steps: 2 in the paper.
    Source: Mroueh and Sercu 2017 (arXiv:1705.09675), algorithm 1.
    """

    paper = "Mroueh and Sercu 2017 (Fisher GAN)"
    default_network = "fisher"
    sees_labels = True
    default_latent = staticmethod(normal_noise)

    def __init__(self, *args: Any, penalty_weight: float = 1e-6, discriminator_steps: int = 2, **kwargs: Any) -> None:
        super().__init__(*args, discriminator_steps=discriminator_steps, **kwargs)
        self.penalty_weight = require_non_negative("penalty_weight", penalty_weight)
        self.multiplier = add_state(self, "multiplier")

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        loss, _ = fisher_discriminator_loss(
            batch.real_outputs, batch.fake_outputs, self.multiplier.value, self.penalty_weight
        )
        return loss

    def after_discriminator_update(self, batch: Batch) -> None:
        constraint = fisher_constraint(batch.real_outputs, batch.fake_outputs)
        self.multiplier.assign_sub(self.penalty_weight * (1.0 - constraint))

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        return wasserstein_generator_loss(batch.fake_outputs)


class MixtureScheme(AdversarialModel):
    """What a scheme needs to train a `MixtureLatent` with its generator.

    Args:
        scale_weight: β >= 0, of mean (C - σ)² in the generator's loss.
        target_scale: C, that the scales σ are drawn to.
        latent_learning_rate_ratio: η'/η >= 0, the mixture's learning rate by the generator's; at 0 it stays as it
            starts.
    Raises:
        InputError: a latent that is not a `MixtureLatent`.
    """

    def __init__(
        self,
        *args: Any,
        scale_weight: float = 0.05,
        target_scale: float = 1.0,
        latent_learning_rate_ratio: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.scale_weight = require_non_negative("scale_weight", scale_weight)
        self.target_scale = require_non_negative("target_scale", target_scale)
        self.latent_learning_rate_ratio = require_non_negative("latent_learning_rate_ratio", latent_learning_rate_ratio)
        if not isinstance(self.latent, MixtureLatent):
            raise InputError(f"{type(self).__name__} needs a MixtureLatent; got {type(self.latent).__name__}")

    @staticmethod
    def default_latent(
        dimension: int,
        components: int = 50,
        component_choice: str = "uniform",
        component_weights: list[float] | None = None,
    ) -> Latent:
        return MixtureLatent(dimension, components, component_choice, component_weights=component_weights)

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        spread = tf.reduce_mean(tf.square(self.target_scale - self.latent.scales))
        return super().generator_loss(batch) + self.scale_weight * spread


class DeliGAN(MixtureScheme, GAN):  # type: ignore[misc]  # its latent takes other arguments than GAN's
    """GAN whose noise is a mixture of normal distributions, their means and scales trained with the generator.

    Source: Gurumurthy et al. 2017 (arXiv:1706.02071), sections 4 and 5.
    """

    paper = "Gurumurthy et al. 2017 (DeliGAN)"


class DeliFisherGAN(MixtureScheme, FisherGAN):
    """Fisher GAN whose noise is a mixture of normal distributions, trained with the generator.

    `scale_weight` 0 is the paper's algorithm 1 to the letter; its section 4.1 has the term.

    Source: Deli-Fisher GAN, section 4.1 and algorithm 1.
    """

    paper = "Anonymous 2018 (Deli-Fisher GAN)"
    paper_optimizers = (adam_settings(5e-5), adam_settings(5e-5))
