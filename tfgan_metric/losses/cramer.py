"""Cramér GAN's losses: the energy distance of single images, each real one against two generated ones."""

import tensorflow as tf

from tfgan_metric.losses.metric import euclidean_norm


def cramer_critic(features: tf.Tensor, reference_features: tf.Tensor) -> tf.Tensor:
    """How much farther an image is from a generated reference than from the origin, ‖h(x)-h(G')‖ - ‖h(x)‖.

    Args:
        features, reference_features: h(x) and h(G'), float32 (B, D), paired row by row.
    Returns:
        float32 (B,), each in ±‖h(G')‖.
    Source: Bellemare et al. 2017 (arXiv:1705.10743), algorithm 1.
    """
    return euclidean_norm(features - reference_features) - euclidean_norm(features)


def cramer_discriminator_loss(
    real_features: tf.Tensor, fake_features: tf.Tensor, reference_features: tf.Tensor
) -> tf.Tensor:
    """The critic's mean on generated images less that on real ones, of any sign: E[f(G) - f(x)].

    Args:
        real_features, fake_features, reference_features: h(x), h(G) and h(G') of G and G' from independent noise,
            float32 (B, D).
    Source: Bellemare et al. 2017 (arXiv:1705.10743), algorithm 1, less L_surrogate.
    """
    critic = cramer_critic(fake_features, reference_features) - cramer_critic(real_features, reference_features)
    return tf.reduce_mean(critic)


def cramer_generator_loss(
    real_features: tf.Tensor, fake_features: tf.Tensor, reference_features: tf.Tensor
) -> tf.Tensor:
    """E[‖h(x)-h(G)‖ + ‖h(x)-h(G')‖ - ‖h(G)-h(G')‖] >= 0: the energy distance, up to a term without G.

    Args:
        real_features, fake_features, reference_features: as those of `cramer_discriminator_loss`.
    Source: Bellemare et al. 2017 (arXiv:1705.10743), algorithm 1, L_g.
    """
    attraction = euclidean_norm(real_features - fake_features) + euclidean_norm(real_features - reference_features)
    return tf.reduce_mean(attraction - euclidean_norm(fake_features - reference_features))
