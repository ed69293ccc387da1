"""Wasserstein GANs: a critic held Lipschitz by a clip or by a penalty on its gradient."""

from typing import Any

import tensorflow as tf

from tfgan_metric.losses import wasserstein_discriminator_loss, wasserstein_generator_loss
from tfgan_metric.models.adversarial import AdversarialModel
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.declaration import normal_noise
from tfgan_metric.models.gradient_penalty import GradientPenaltyModel
from tfgan_metric.optimizers import OptimizerSettings, adam_settings


class WGAN(AdversarialModel):
    """A critic of clipped weights, whose difference of means both networks play for.

    Args:
        discriminator_steps: 5 in the paper.
        weight_clip: 0.01 in the paper.
    Source: Arjovsky et al. 2017 (arXiv:1701.07875), algorithm 1.
    """

    paper = "Arjovsky et al. 2017 (WGAN)"
    paper_optimizers = (OptimizerSettings("rmsprop", 5e-5), OptimizerSettings("rmsprop", 5e-5))
    sees_labels = True
    default_latent = staticmethod(normal_noise)

    def __init__(
        self, *args: Any, discriminator_steps: int = 5, weight_clip: float | None = 0.01, **kwargs: Any
    ) -> None:
        super().__init__(*args, discriminator_steps=discriminator_steps, weight_clip=weight_clip, **kwargs)

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        return wasserstein_discriminator_loss(batch.real_outputs, batch.fake_outputs)

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        return wasserstein_generator_loss(batch.fake_outputs)


class WGANGP(GradientPenaltyModel, WGAN):
    """A critic whose gradient's norm is drawn to 1 between real and generated images.

    Args:
        penalty_weight: >= 0; 10 in the paper.
        discriminator_steps: 5 in the paper.
    Source: Gulrajani et al. 2017 (arXiv:1704.00028), algorithm 1; Adam's β₁ .5 is that of the authors' CIFAR-10 code.
    """

    paper = "Gulrajani et al. 2017 (WGAN-GP)"
    paper_optimizers = (adam_settings(1e-4, 0.5, 0.9), adam_settings(1e-4, 0.5, 0.9))
    default_network = "resnet"

    def __init__(self, *args: Any, weight_clip: float | None = None, **kwargs: Any) -> None:
        super().__init__(*args, weight_clip=weight_clip, **kwargs)
