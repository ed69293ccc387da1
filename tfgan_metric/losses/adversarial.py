"""Probability losses: the discriminator says how likely an image is real. Each loss is a scalar >= 0."""

import tensorflow as tf


def gan_discriminator_loss(real_outputs: tf.Tensor, fake_outputs: tf.Tensor) -> tf.Tensor:
    """Binary cross-entropy of real against 1 and of fake against 0, in nats: 2 ln 2 when D cannot tell them apart.

    Args:
        real_outputs, fake_outputs: logits D(x) and D(G(z)), float32 of any shape.
    Source: Goodfellow et al. 2014 (arXiv:1406.2661), eq. 1.
    """
    return tf.reduce_mean(tf.nn.softplus(-real_outputs)) + tf.reduce_mean(tf.nn.softplus(fake_outputs))


def gan_generator_loss(fake_outputs: tf.Tensor) -> tf.Tensor:
    """Binary cross-entropy of fake against 1, the non-saturating form, in nats.

    Args:
        fake_outputs: logits D(G(z)), float32 of any shape.
    Source: Goodfellow et al. 2014 (arXiv:1406.2661), section 3.
    """
    return tf.reduce_mean(tf.nn.softplus(-fake_outputs))


def least_squares_discriminator_loss(real_outputs: tf.Tensor, fake_outputs: tf.Tensor) -> tf.Tensor:
    """Half the squared distance of real outputs from 1 and of fake ones from 0.

    Args:
        real_outputs, fake_outputs: D(x) and D(G(z)), float32 of any shape.
    Source: Mao et al. 2017 (arXiv:1611.04076), eq. 9.
    """
    return 0.5 * (tf.reduce_mean(tf.square(real_outputs - 1.0)) + tf.reduce_mean(tf.square(fake_outputs)))


def least_squares_generator_loss(fake_outputs: tf.Tensor) -> tf.Tensor:
    """Half the squared distance of fake outputs from 1.

    Args:
        fake_outputs: D(G(z)), float32 of any shape.
    Source: Mao et al. 2017 (arXiv:1611.04076), eq. 9.
    """
    return 0.5 * tf.reduce_mean(tf.square(fake_outputs - 1.0))


def relativistic_discriminator_loss(real_outputs: tf.Tensor, fake_outputs: tf.Tensor) -> tf.Tensor:
    """Binary cross-entropy, in nats, of each real image being more real than its partner: ln 2 for equal outputs.

    Args:
        real_outputs, fake_outputs: logits D(x) and D(G(z)), float32 of one shape, paired entry by entry.
    Source: Huang et al. 2024 (arXiv:2501.05441), section 2; Jolicoeur-Martineau 2018 (arXiv:1807.00734).
    """
    return tf.reduce_mean(tf.nn.softplus(fake_outputs - real_outputs))


def relativistic_generator_loss(real_outputs: tf.Tensor, fake_outputs: tf.Tensor) -> tf.Tensor:
    """The same of each generated image being more real than its partner.

    Args:
        real_outputs, fake_outputs: logits D(x) and D(G(z)), float32 of one shape, paired entry by entry.
    Source: Huang et al. 2024 (arXiv:2501.05441), section 2; Jolicoeur-Martineau 2018 (arXiv:1807.00734).
    """
    return tf.reduce_mean(tf.nn.softplus(real_outputs - fake_outputs))


def hinge_discriminator_loss(real_outputs: tf.Tensor, fake_outputs: tf.Tensor) -> tf.Tensor:
    """Hinge that asks for at least 1 on real images and at most -1 on fake ones.

    Args:
        real_outputs, fake_outputs: D(x) and D(G(z)), float32 of any shape.
    Source: Zhang et al. 2019 (arXiv:1805.08318), eq. 4.
    """
    return tf.reduce_mean(tf.nn.relu(1.0 - real_outputs)) + tf.reduce_mean(tf.nn.relu(1.0 + fake_outputs))
