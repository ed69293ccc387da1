"""The energy distance of two sets of features: each drawn to the other, and apart within itself."""

import tensorflow as tf

from tfgan_metric.losses.metric import SMALLEST_SQUARE, euclidean_norm


def unit_features(features: tf.Tensor) -> tf.Tensor:
    """Features divided by their Euclidean norm, float32 (B, D), of length 1 unless they are 0."""
    return features / euclidean_norm(features)[:, None]


def pairwise_distances(features: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """‖u_i-v_j‖ of each pair, float32 (B, D), (C, D) -> (B, C); its gradient is 0 where both coincide.

    By ‖u‖² + ‖v‖² - 2 u·v, which needs no (B, C, D), in float64, for close pairs cancel.
    """
    features, others = tf.cast(features, tf.float64), tf.cast(others, tf.float64)
    squares = tf.reduce_sum(tf.square(features), axis=1)[:, None] + tf.reduce_sum(tf.square(others), axis=1)[None]
    squares -= 2.0 * tf.matmul(features, others, transpose_b=True)
    return tf.cast(tf.sqrt(tf.maximum(squares, SMALLEST_SQUARE)), tf.float32)


def distances_within(features: tf.Tensor) -> tf.Tensor:
    """‖u_i-u_j‖ of each pair, float32 (B, D) -> (B, B), exactly 0 on the diagonal."""
    return tf.linalg.set_diag(pairwise_distances(features, features), tf.zeros(tf.shape(features)[:1]))


def same_class(labels: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """1 where two labels are equal, else 0: int (B,), (C,) -> float32 (B, C)."""
    return tf.cast(labels[:, None] == others[None], tf.float32)


def repulsion(features: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    """Mean distance ‖g_i-g_j‖ over all pairs i ≠ j of one class; 0 without such a pair.

    The generator of a scheme that only draws g to real features raises it, times r/2, to keep its images different:
    with r = 1 its loss is half the energy distance in expectation, up to a term without G.

    Args:
        features: g, float32 (B, D).
        labels: int (B,); all equal for the mean over all pairs.
    Source: the second term of `energy_distance`.
    """
    same = same_class(labels, labels)
    pairs = tf.reduce_sum(same) - tf.cast(tf.shape(labels)[0], tf.float32)
    return tf.math.divide_no_nan(tf.reduce_sum(same * distances_within(features)), pairs)


def energy_distance(
    real_features: tf.Tensor, fake_features: tf.Tensor, real_labels: tf.Tensor, fake_labels: tf.Tensor
) -> tf.Tensor:
    """Unbiased energy distance of generated and real features within each class, a float32 scalar of any sign.

    Of a class with n real and m generated features it is E_c = 2 mean ‖g_i-a_j‖ - mean_{i≠j} ‖g_i-g_j‖ -
    mean_{i≠j} ‖a_i-a_j‖, in expectation 0 where both have one distribution. The classes are averaged with the weights
    √(n(n-1)m(m-1)), the pairs that each has; one with a single feature on a side takes no part.

    Args:
        real_features, fake_features: a = D(x) and g = D(G(z)), float32 (B, D) and (C, D).
        real_labels, fake_labels: int (B,) and (C,); all equal for the distance of the whole sets.
    Source: Székely & Rizzo 2013, "Energy statistics", section 3, as a U-statistic.
    """
    of_real, of_fake = same_class(real_labels, real_labels), same_class(fake_labels, fake_labels)
    cross = same_class(fake_labels, real_labels)
    real_share, _ = _pair_shares(tf.reduce_sum(of_real, axis=1), tf.reduce_sum(cross, axis=0))
    fake_share, cross_share = _pair_shares(tf.reduce_sum(of_fake, axis=1), tf.reduce_sum(cross, axis=1))
    total = (
        2.0 * tf.reduce_sum(cross_share * cross * pairwise_distances(fake_features, real_features))
        - tf.reduce_sum(fake_share * of_fake * distances_within(fake_features))
        - tf.reduce_sum(real_share * of_real * distances_within(real_features))
    )
    return tf.math.divide_no_nan(total, tf.reduce_sum(cross_share * cross))


def _pair_shares(own: tf.Tensor, other: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The weight of each pair within one's class, and of each with the other set, (B, 1); `own` counts one itself."""
    own_pairs, other_pairs = own * (own - 1.0), other * (other - 1.0)
    weight = tf.sqrt(own_pairs * other_pairs)
    shares = tf.math.divide_no_nan(weight, own_pairs), tf.math.divide_no_nan(weight, own * other)
    return shares[0][:, None], shares[1][:, None]
