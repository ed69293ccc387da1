"""OT-GAN: minibatches of generated images drawn to those of real ones by optimal transport."""

from typing import Any

import tensorflow as tf

from tfgan_metric.errors import require_positive, require_positive_int
from tfgan_metric.losses import minibatch_energy_distance, unit_features
from tfgan_metric.models.adversarial import AdversarialModel
from tfgan_metric.models.batch import Batch
from tfgan_metric.optimizers import adam_settings


class OTGAN(AdversarialModel):
    """Plays for the energy distance of minibatches, whose distance is the cost of matching their images.

    The two minibatches of real and of generated images that it needs are the halves of the batch, so let that be
    large. Each update of the generator has real images of its own too. With labels, which the paper does not have, both
    networks see them and images of all classes are matched.

    Args:
        sinkhorn_inverse_epsilon: 1/ε > 0, by the costs in [0, 2]; 500 in the paper.
        sinkhorn_iterations: >= 1; 500 in the paper.
        generator_steps: 3 in the paper.
    Source: Salimans et al. 2018 (arXiv:1803.05573), algorithm 1.
    """

    paper = "Salimans et al. 2018 (OT-GAN)"
    paper_optimizers = (adam_settings(3e-4), adam_settings(3e-4))
    outputs = "features"
    feature_dimension = 500
    sees_labels = True
    generator_loss_uses_real = True
    fresh_generator_images = True

    def __init__(
        self,
        *args: Any,
        sinkhorn_inverse_epsilon: float = 500.0,
        sinkhorn_iterations: int = 500,
        generator_steps: int = 3,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, generator_steps=generator_steps, **kwargs)
        self.sinkhorn_inverse_epsilon = require_positive("sinkhorn_inverse_epsilon", sinkhorn_inverse_epsilon)
        self.sinkhorn_iterations = require_positive_int("sinkhorn_iterations", sinkhorn_iterations)

    def penalised_outputs(self, outputs: tf.Tensor) -> tf.Tensor:
        return unit_features(outputs)

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        return minibatch_energy_distance(
            batch.real_outputs, batch.fake_outputs, self.sinkhorn_inverse_epsilon, self.sinkhorn_iterations
        )

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        return -self.generator_loss(batch)
