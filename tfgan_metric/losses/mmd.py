"""Maximum mean discrepancy: the distance of two sets of features that a kernel sees, a kernel a function of pairs."""

from collections.abc import Callable
from typing import TypeAlias

import tensorflow as tf

from tfgan_metric.losses.energy_distance import pairwise_distances
from tfgan_metric.losses.metric import euclidean_norm

Kernel: TypeAlias = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]  # features (B, D), (C, D) -> k(u_i, v_j), (B, C)
RQ_SCALES = (0.2, 0.5, 1.0, 2.0, 5.0)
RBF_DEVIATIONS = (2.0, 5.0, 10.0, 20.0, 40.0, 80.0)


def rational_quadratic_kernel(features: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """Σ_α (1 + ‖u-v‖² / 2α)^-α with α of .2, .5, 1, 2 and 5, in (0, 5]; float32 (B, D), (C, D) -> (B, C).

    Source: Bińkowski et al. 2018 (arXiv:1801.01401), section 2.1; the public code's α are .1, 1 and 10.
    """
    squares = _squared_distances(features, others)
    return tf.add_n([(1.0 + squares / (2.0 * scale)) ** -scale for scale in RQ_SCALES])


def linear_rational_quadratic_kernel(features: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """The rational quadratic kernel plus the inner product uᵀv, rq*; float32 (B, D), (C, D) -> (B, C).

    Source: Bińkowski et al. 2018 (arXiv:1801.01401), section 2.1.
    """
    return rational_quadratic_kernel(features, others) + tf.matmul(features, others, transpose_b=True)


def gaussian_kernel(features: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """Σ_σ exp(-‖u-v‖² / 2σ²) with σ of 2, 5, 10, 20, 40 and 80, in [0, 6]; float32 (B, D), (C, D) -> (B, C).

    Source: Bińkowski et al. 2018 (arXiv:1801.01401), section 2.1.
    """
    squares = _squared_distances(features, others)
    return tf.add_n([tf.exp(-squares / (2.0 * deviation**2)) for deviation in RBF_DEVIATIONS])


def distance_kernel(features: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """½(‖u‖ + ‖v‖ - ‖u-v‖) >= 0, whose MMD² is half the energy distance; float32 (B, D), (C, D) -> (B, C).

    Source: Bińkowski et al. 2018 (arXiv:1801.01401), section 2.1, with the origin as z₀; the public code has no ½.
    """
    lengths = euclidean_norm(features)[:, None] + euclidean_norm(others)[None]
    return (lengths - pairwise_distances(features, others)) / 2.0


KERNELS: dict[str, Kernel] = {
    "rq": rational_quadratic_kernel,
    "rq_linear": linear_rational_quadratic_kernel,
    "rbf": gaussian_kernel,
    "distance": distance_kernel,
}


def squared_mmd(real_features: tf.Tensor, fake_features: tf.Tensor, kernel: Kernel) -> tf.Tensor:
    """Unbiased MMD² = E_{i≠j} k(a_i, a_j) + E_{i≠j} k(g_i, g_j) - 2 E k(a_i, g_j), a float32 scalar of any sign.

    Args:
        real_features, fake_features: a = D(x) and g = D(G(z)), float32 (B, D) and (C, D), at least two of each.
        kernel: such as one of KERNELS.
    Source: Bińkowski et al. 2018 (arXiv:1801.01401), section 2.1, after Gretton et al. 2012.
    """
    of_real, of_fake = (_mean_of_others(kernel(features, features)) for features in (real_features, fake_features))
    return of_real + of_fake - 2.0 * tf.reduce_mean(kernel(real_features, fake_features))


def mmd_witness(features: tf.Tensor, real_features: tf.Tensor, fake_features: tf.Tensor, kernel: Kernel) -> tf.Tensor:
    """How much more alike features are to real than to generated ones, E_j k(·, a_j) - E_j k(·, g_j), float32 (B,).

    Args:
        features: of the images that it is of, float32 (B, D).
        real_features, fake_features: a = D(x) and g = D(G(z)), float32 (N, D) and (M, D).
        kernel: such as one of KERNELS.
    Source: Bińkowski et al. 2018 (arXiv:1801.01401), section 2.1.
    """
    of_real = tf.reduce_mean(kernel(features, real_features), axis=1)
    return of_real - tf.reduce_mean(kernel(features, fake_features), axis=1)


def mean_squared_activations(layers: list[tf.Tensor]) -> tf.Tensor:
    """Of each image the mean square of a layer's activations, summed over the layers: [(B, ...)] -> float32 (B,) >= 0.

    Source: the public code of Bińkowski et al. 2018 (mbinkowski/MMD-GAN), its L2_discriminator_penalty.
    """
    squares = [tf.square(tf.cast(layer, tf.float32)) for layer in layers]
    return tf.add_n([tf.reduce_mean(square, axis=list(range(1, square.shape.rank))) for square in squares])


def _squared_distances(features, others):
    return tf.reduce_sum(tf.square(features[:, None] - others[None]), axis=-1)


def _mean_of_others(values):
    """The mean of a square matrix without its diagonal."""
    count = tf.cast(tf.shape(values)[0], tf.float32)
    others = tf.linalg.set_diag(values, tf.zeros(tf.shape(values)[:1]))
    return tf.reduce_sum(others) / (count * (count - 1.0))
