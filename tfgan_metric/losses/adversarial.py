"""Probability losses: the discriminator says how likely an image is real."""

import tensorflow as tf


def gan_discriminator_loss(real_outputs, fake_outputs):
    """Binary cross-entropy of real against 1 and of fake against 0.

    Args:
        real_outputs: logits D(x), float32 of any shape.
        fake_outputs: logits D(G(z)), float32 of any shape.
    Returns:
        A float32 scalar >= 0, in nats; 2 ln 2 when D cannot tell them apart.
    Source: Goodfellow et al. 2014 (arXiv:1406.2661), eq. 1.
    """
    return tf.reduce_mean(tf.nn.softplus(-real_outputs)) + tf.reduce_mean(tf.nn.softplus(fake_outputs))


def gan_generator_loss(fake_outputs):
    """Binary cross-entropy of fake against 1, the non-saturating form.

    Args:
        fake_outputs: logits D(G(z)), float32 of any shape.
    Returns:
        A float32 scalar >= 0, in nats.
    Source: Goodfellow et al. 2014 (arXiv:1406.2661), section 3.
    """
    return tf.reduce_mean(tf.nn.softplus(-fake_outputs))
