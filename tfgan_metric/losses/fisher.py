"""Fisher losses: a critic's difference of means under a bound on its second moment, by an augmented Lagrangian."""

import tensorflow as tf

from tfgan_metric.losses.wasserstein import wasserstein_discriminator_loss


def fisher_constraint(real_outputs: tf.Tensor, fake_outputs: tf.Tensor) -> tf.Tensor:
    """The critic's second moment, Ω = ½E s_r² + ½E s_f²; the constraint is Ω = 1.

    The Deli-Fisher paper prints a minus between the halves; its own constraint (2) has the plus, and so has this.

    Args:
        real_outputs, fake_outputs: s_r = D(x) and s_f = D(G(z)), float32 of any shape.
    Source: Mroueh and Sercu 2017 (arXiv:1705.09675), section 2.
    """
    return 0.5 * (tf.reduce_mean(tf.square(real_outputs)) + tf.reduce_mean(tf.square(fake_outputs)))


def fisher_discriminator_loss(
    real_outputs: tf.Tensor, fake_outputs: tf.Tensor, multiplier: tf.Tensor, penalty_weight: float
) -> tuple[tf.Tensor, tf.Tensor]:
    """Less the augmented Lagrangian E s_r - E s_f + Λ(1-Ω) - (ρ/2)(Ω-1)².

    Args:
        real_outputs, fake_outputs: s_r = D(x) and s_f = D(G(z)), float32 of any shape.
        multiplier: Λ, a float32 scalar.
        penalty_weight: ρ >= 0.
    Returns:
        (the float32 scalar to minimise, the constraint Ω).
    Source: Mroueh and Sercu 2017 (arXiv:1705.09675), section 3 and algorithm 1.
    """
    constraint = fisher_constraint(real_outputs, fake_outputs)
    violation = constraint - 1.0
    distance = wasserstein_discriminator_loss(real_outputs, fake_outputs)
    return distance + multiplier * violation + 0.5 * penalty_weight * tf.square(violation), constraint
