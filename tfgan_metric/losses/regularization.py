"""Penalties on how steep a discriminator is."""

import tensorflow as tf


def zero_centered_penalty(gradients: tf.Tensor) -> tf.Tensor:
    """Half the mean of ‖∇D(x)‖², >= 0: at real images R1, at generated ones R2, both for a weight of 1.

    Of several outputs h, v·h with v ~ N(0, I) for each image stands for D: E ‖∇ v·h‖² is ‖∂h/∂x‖² (Frobenius).

    Args:
        gradients: ∇D at each image, (B, H, W, C).
    Source: Mescheder et al. 2018 (arXiv:1801.04406), eqs 9-10.
    """
    squares = tf.square(tf.cast(gradients, tf.float32))
    return 0.5 * tf.reduce_mean(tf.reduce_sum(squares, axis=[1, 2, 3]))
