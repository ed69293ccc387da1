"""Wasserstein losses: the difference of a critic's means is an integral probability metric."""

from collections.abc import Callable

import tensorflow as tf

from tfgan_metric.losses.metric import euclidean_norm


def wasserstein_discriminator_loss(real_outputs: tf.Tensor, fake_outputs: tf.Tensor) -> tf.Tensor:
    """The critic's mean on fake images less that on real ones, of any sign: less the estimate of the distance.

    Args:
        real_outputs, fake_outputs: D(x) and D(G(z)), float32 of any shape.
    Source: Arjovsky et al. 2017 (arXiv:1701.07875), eq. 3.
    """
    return tf.reduce_mean(fake_outputs) - tf.reduce_mean(real_outputs)


def wasserstein_generator_loss(fake_outputs: tf.Tensor) -> tf.Tensor:
    """Less the critic's mean on fake images, of any sign.

    Args:
        fake_outputs: D(G(z)), float32 of any shape.
    Source: Arjovsky et al. 2017 (arXiv:1701.07875), algorithm 1.
    """
    return -tf.reduce_mean(fake_outputs)


def gradient_penalty(
    critic: Callable[[tf.Tensor], tf.Tensor], real_images: tf.Tensor, fake_images: tf.Tensor, mixing: tf.Tensor
) -> tf.Tensor:
    """Mean of (‖∇s(x̂)‖₂ - 1)² at images x̂ between real and fake ones.

    Args:
        critic: images (B, H, W, C) -> float32 (B, 1), each output a function of its own image alone.
        real_images, fake_images: x and G(z), (B, H, W, C).
        mixing: u in [0, 1], the share of x in x̂, float32 (B,).
    Source: Gulrajani et al. 2017 (arXiv:1704.00028), eq. 3.
    """
    share = tf.reshape(mixing, (-1, 1, 1, 1))
    mixed_images = share * tf.cast(real_images, tf.float32) + (1.0 - share) * tf.cast(fake_images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(mixed_images)
        outputs = critic(mixed_images)
    gradients = tf.cast(tape.gradient(outputs, mixed_images), tf.float32)  # (B, H, W, C)
    norms = euclidean_norm(tf.reshape(gradients, (tf.shape(gradients)[0], -1)))
    return tf.reduce_mean(tf.square(norms - 1.0))
