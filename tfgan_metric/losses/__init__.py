"""Adversarial losses as pure functions of float32 tensors, one file per paper family; a loss is a float32 scalar."""

from tfgan_metric.losses.adversarial import (
    gan_discriminator_loss,
    gan_generator_loss,
    hinge_discriminator_loss,
    least_squares_discriminator_loss,
    least_squares_generator_loss,
    relativistic_discriminator_loss,
    relativistic_generator_loss,
)
from tfgan_metric.losses.cramer import cramer_critic, cramer_discriminator_loss, cramer_generator_loss
from tfgan_metric.losses.energy import (
    energy_discriminator_loss,
    euclidean_energy,
    loss_sensitive_discriminator_loss,
    mean_squared_energy,
    repelling_term,
)
from tfgan_metric.losses.energy_distance import energy_distance, repulsion, unit_features
from tfgan_metric.losses.fisher import fisher_constraint, fisher_discriminator_loss
from tfgan_metric.losses.labels import (
    catgan_discriminator_loss,
    catgan_generator_loss,
    class_cross_entropy,
    dynamic_labels,
    entropy,
    marginal_cross_entropy,
    marginal_entropy,
    mean_over,
    mean_prediction,
    overall_real_logit,
    real_or_fake_cross_entropy,
    uniform_cross_entropy,
)
from tfgan_metric.losses.metric import (
    adaptive_weights,
    data_dependent_margin,
    dmgan_discriminator_loss,
    dmgan_generator_loss,
    euclidean_norm,
    mbgan_discriminator_loss,
    mbgan_generator_loss,
    mlgan_discriminator_loss,
)
from tfgan_metric.losses.mmd import mean_squared_activations, mmd_witness, squared_mmd
from tfgan_metric.losses.optimal_transport import minibatch_energy_distance, sinkhorn_matching
from tfgan_metric.losses.regularization import zero_centered_penalty
from tfgan_metric.losses.wasserstein import gradient_penalty, wasserstein_discriminator_loss, wasserstein_generator_loss

__all__ = [
    "adaptive_weights",
    "catgan_discriminator_loss",
    "catgan_generator_loss",
    "class_cross_entropy",
    "cramer_critic",
    "cramer_discriminator_loss",
    "cramer_generator_loss",
    "data_dependent_margin",
    "dmgan_discriminator_loss",
    "dmgan_generator_loss",
    "dynamic_labels",
    "energy_discriminator_loss",
    "energy_distance",
    "entropy",
    "euclidean_energy",
    "euclidean_norm",
    "fisher_constraint",
    "fisher_discriminator_loss",
    "gan_discriminator_loss",
    "gan_generator_loss",
    "gradient_penalty",
    "hinge_discriminator_loss",
    "least_squares_discriminator_loss",
    "least_squares_generator_loss",
    "loss_sensitive_discriminator_loss",
    "marginal_cross_entropy",
    "marginal_entropy",
    "mbgan_discriminator_loss",
    "mbgan_generator_loss",
    "mean_over",
    "mean_prediction",
    "mean_squared_activations",
    "mean_squared_energy",
    "minibatch_energy_distance",
    "mlgan_discriminator_loss",
    "mmd_witness",
    "overall_real_logit",
    "real_or_fake_cross_entropy",
    "relativistic_discriminator_loss",
    "relativistic_generator_loss",
    "repelling_term",
    "repulsion",
    "sinkhorn_matching",
    "squared_mmd",
    "uniform_cross_entropy",
    "unit_features",
    "wasserstein_discriminator_loss",
    "wasserstein_generator_loss",
    "zero_centered_penalty",
]
