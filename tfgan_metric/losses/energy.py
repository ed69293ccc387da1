"""Energy losses: the discriminator gives what is to be low on real images and, by a margin, high on fake ones."""

import tensorflow as tf

from tfgan_metric.losses.metric import euclidean_norm, pixel_distances


def loss_sensitive_discriminator_loss(
    real_losses: tf.Tensor, fake_losses: tf.Tensor, real_images: tf.Tensor, fake_images: tf.Tensor, margin_scale: float
) -> tf.Tensor:
    """Mean hinge max(0, τ‖x-G‖₁ + L(x) - L(G)): a real image's loss below its fake one's by a margin.

    Args:
        real_losses, fake_losses: L(x) and L(G(z)), float32 (B, 1) or (B,).
        real_images, fake_images: x and G(z), (B, H, W, C), paired row by row.
        margin_scale: τ >= 0; ‖·‖₁ is a sum over the pixels.
    Source: Qi 2017 (arXiv:1701.06264), without its term E L(x).
    """
    margins = margin_scale * pixel_distances(real_images, fake_images, tf.reduce_sum)  # (B,)
    return tf.reduce_mean(tf.nn.relu(margins + tf.reshape(real_losses, (-1,)) - tf.reshape(fake_losses, (-1,))))


def mean_squared_energy(images: tf.Tensor, reconstructions: tf.Tensor) -> tf.Tensor:
    """Mean squared error of an auto-encoder on each image, float32 (B,), at least 0.

    Args:
        images, reconstructions: (B, H, W, C), the images in [-1, 1].
    """
    differences = tf.cast(images, tf.float32) - reconstructions
    return tf.reduce_mean(tf.square(differences), axis=list(range(1, differences.shape.rank)))


def euclidean_energy(images: tf.Tensor, reconstructions: tf.Tensor) -> tf.Tensor:
    """Euclidean norm of an auto-encoder's error on each image, float32 (B,), at least 1e-6.

    Args:
        images, reconstructions: (B, H, W, C), the images in [-1, 1].
    Source: Zhao et al. 2017 (arXiv:1609.03126), section 2.3.
    """
    differences = tf.cast(images, tf.float32) - reconstructions
    return euclidean_norm(tf.reshape(differences, (tf.shape(differences)[0], -1)))


def energy_discriminator_loss(real_energies: tf.Tensor, fake_energies: tf.Tensor, margin: float) -> tf.Tensor:
    """Mean energy of real images, and how far that of fake ones stays below the margin: e(x) + max(0, m - e(G)).

    Args:
        real_energies, fake_energies: e(x) and e(G(z)), float32 (B,).
        margin: m > 0.
    Source: Zhao et al. 2017 (arXiv:1609.03126), eq. 1.
    """
    return tf.reduce_mean(real_energies) + tf.reduce_mean(tf.nn.relu(margin - fake_energies))


def repelling_term(codes: tf.Tensor) -> tf.Tensor:
    """Mean squared cosine between the codes of two images, the pulling-away term PT: 0 orthogonal, 1 parallel.

    Args:
        codes: S, float32 (B, D), B >= 2.
    Source: Zhao et al. 2017 (arXiv:1609.03126), section 2.4.
    """
    directions = codes / euclidean_norm(codes)[:, None]
    squares = tf.square(tf.matmul(directions, directions, transpose_b=True))  # (B, B)
    count = tf.cast(tf.shape(codes)[0], tf.float32)
    return (tf.reduce_sum(squares) - tf.reduce_sum(tf.linalg.diag_part(squares))) / (count * (count - 1.0))
