"""Metric losses: the discriminator embeds images, and distances in that space are the criterion."""

from collections.abc import Callable

import tensorflow as tf

from tfgan_metric.errors import choose

SMALLEST_SQUARE = 1e-12
LARGEST_EXPONENT = 20.0
MARGIN_REDUCTIONS = {"mean": tf.reduce_mean, "sum": tf.reduce_sum}


def euclidean_norm(vectors: tf.Tensor) -> tf.Tensor:
    """Unsquared Euclidean norm along the last axis, sqrt(max(Σ v², 1e-12)).

    The floor makes the gradient at 0 zero, where the plain norm's is NaN. float32 (..., D) -> (...), at least 1e-6.
    """
    return tf.sqrt(tf.maximum(tf.reduce_sum(tf.square(vectors), axis=-1), SMALLEST_SQUARE))


def pixel_distances(real_images: tf.Tensor, fake_images: tf.Tensor, reduce: Callable[..., tf.Tensor]) -> tf.Tensor:
    """‖x - G(z)‖₁ of each pair, (B,), in float32; `reduce` is over the pixels."""
    differences = tf.abs(tf.cast(real_images, tf.float32) - tf.cast(fake_images, tf.float32))
    return reduce(differences, axis=list(range(1, differences.shape.rank)))  # (B, H, W, C) -> (B,)


def _weighted_mean(values, sample_weights):
    return tf.reduce_mean(values if sample_weights is None else sample_weights * values)


def dmgan_discriminator_loss(
    real_features: tf.Tensor,
    fake_features: tf.Tensor,
    real_centers: tf.Tensor,
    fake_centers: tf.Tensor,
    discriminative_weight: float,
    sample_weights: tf.Tensor | None = None,
) -> tf.Tensor:
    """Identity-preserving loss less the weighted distance of each pair: E[‖a-c‖ + ‖g-ĉ‖ - λw‖g-a‖].

    It may have any sign, and is unbounded below for λ > 1.

    Args:
        real_features, fake_features: a = D(x) and g = D(G(z)), float32 (B, D), paired row by row.
        real_centers, fake_centers: c and ĉ, the center of each real and of each generated feature, float32 (B, D).
        discriminative_weight: λ >= 0.
        sample_weights: w, float32 (B,), of waDMGAN; all ones without.
    Source: DMGAN, eqs 1, 2, 5; with `sample_weights` eq. 8.
    """
    identity = euclidean_norm(real_features - real_centers) + euclidean_norm(fake_features - fake_centers)
    distance = _weighted_mean(euclidean_norm(fake_features - real_features), sample_weights)
    return tf.reduce_mean(identity) - discriminative_weight * distance


def dmgan_generator_loss(real_features: tf.Tensor, fake_features: tf.Tensor) -> tf.Tensor:
    """Mean distance of each generated feature to its real one, ‖g-a‖.

    Args:
        real_features, fake_features: a = D(x) and g = D(G(z)), float32 (B, D), paired row by row.
    Source: DMGAN, eq. 6.
    """
    return tf.reduce_mean(euclidean_norm(fake_features - real_features))


def adaptive_weights(
    real_images: tf.Tensor, fake_images: tf.Tensor, mean_distance: tf.Tensor | None = None
) -> tf.Tensor:
    """waDMGAN's weight of each pair, exp(mean_j ‖G_j-x_j‖₁ / ‖G_i-x_i‖₁), float32 (B,), above 1.

    The text means poor samples to get more weight; eq. 7 gives it to close pairs, and eq. 7 is what this computes.
    All are e when every pair is equally far apart. The exponent is capped at 20: a generated image that nearly equals
    its real one would overflow float32.

    Args:
        real_images, fake_images: x and G(z), (B, H, W, C), paired row by row.
        mean_distance: of the pixels (mean over H, W, C) over the global batch, a scalar; by default over this batch.
    Source: DMGAN, eq. 7.
    """
    distances = pixel_distances(real_images, fake_images, tf.reduce_mean)
    if mean_distance is None:
        mean_distance = tf.reduce_mean(distances)
    ratios = mean_distance / tf.maximum(distances, SMALLEST_SQUARE)
    return tf.exp(tf.minimum(ratios, LARGEST_EXPONENT))


def data_dependent_margin(
    real_images: tf.Tensor, fake_images: tf.Tensor, scale: float, reduction: str = "mean"
) -> tf.Tensor:
    """MBGAN's margin of each pair, α‖x-G(z)‖₁, float32 (B,), at least 0.

    The paper does not say whether ‖·‖₁ averages or sums the pixels. The mean fits its study of α better than the sum:
    where pixels in [-1, 1] differ by about 1 its α of .2, 2, 20 and 200 are the margins, against about 25 between two
    real digits' features before training; with the sum even the smallest α gives more than 100.

    Args:
        real_images, fake_images: x and G(z), (B, H, W, C), paired row by row.
        scale: α >= 0.
        reduction: "mean" or "sum" over the pixels.
    Raises:
        InputError: `reduction` is neither.
    Source: MBGAN, eq. 4.
    """
    return scale * pixel_distances(real_images, fake_images, choose("margin reduction", reduction, MARGIN_REDUCTIONS))


def mbgan_discriminator_loss(
    anchor_features: tf.Tensor,
    positive_features: tf.Tensor,
    fake_features: tf.Tensor,
    margin: tf.Tensor | float,
    sample_weights: tf.Tensor | None = None,
) -> tf.Tensor:
    """Triplet hinge max(0, h + ‖a-a'‖ - ‖a-g‖): real images closer to each other than to generated ones, by h.

    Args:
        anchor_features, positive_features: a = D(x_i) and a' = D(x_j) of another real image, float32 (B, D).
        fake_features: g = D(G(z)), float32 (B, D).
        margin: h, float32 (B,) or a scalar.
        sample_weights: float32 (B,); 0 leaves a triplet out of the mean's sum. All ones without.
    Source: MBGAN, eqs 1 and 3.
    """
    real_distances = euclidean_norm(anchor_features - positive_features)
    fake_distances = euclidean_norm(anchor_features - fake_features)
    return _weighted_mean(tf.nn.relu(margin + real_distances - fake_distances), sample_weights)


def mbgan_generator_loss(
    positive_features: tf.Tensor, fake_features: tf.Tensor, sample_weights: tf.Tensor | None = None
) -> tf.Tensor:
    """Mean distance of the generated features to the paired real ones, ‖a'-g‖.

    Args:
        positive_features, fake_features, sample_weights: as in `mbgan_discriminator_loss`.
    Source: MBGAN, eq. 2.
    """
    return _weighted_mean(euclidean_norm(positive_features - fake_features), sample_weights)


def mlgan_discriminator_loss(
    real_features: tf.Tensor,
    fake_features: tf.Tensor,
    real_center: tf.Tensor | float,
    fake_center: tf.Tensor | float,
    center_weight: float,
) -> tf.Tensor:
    """Less the distance of each pair, with features held near two fixed centers: E[μ(‖a-c_r‖ + ‖g-c_f‖) - ‖g-a‖].

    It may have any sign: at least -‖c_r-c_f‖ for μ >= 1, unbounded below for μ < 1.

    Args:
        real_features, fake_features: a = D(x) and g = D(G(z)), float32 (B, D), paired row by row.
        real_center, fake_center: c_r and c_f, float32 (D,) or a scalar for all entries.
        center_weight: μ >= 0.
    Source: MLGAN as DMGAN, section 2, describes it; a reconstruction.
    """
    identity = euclidean_norm(real_features - real_center) + euclidean_norm(fake_features - fake_center)
    return center_weight * tf.reduce_mean(identity) - tf.reduce_mean(euclidean_norm(fake_features - real_features))
