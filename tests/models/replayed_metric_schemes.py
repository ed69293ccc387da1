"""The metric schemes as DMGAN and MBGAN write them, for `replay`; a = D(x) and g = D(G(z)) are features (m, D)."""

import numpy as np
import tensorflow as tf
from replay import Replay, absolute_difference, norm

mean, relu = tf.reduce_mean, tf.nn.relu


class MLGAN(Replay):
    """E(-‖g-a‖ + μ‖a-1‖ + μ‖g+1‖) and E‖g-a‖ (DMGAN, section 2, the centers fixed)."""

    features_after_update = True
    center_weight = 1.0

    def discriminator_loss(self, u):
        return mean(self.center_weight * (norm(u.a - 1) + norm(u.g + 1)) - norm(u.g - u.a))

    def generator_loss(self, u):
        return mean(norm(u.g - u.a))


class MLGANClipping(MLGAN):
    """-E‖g-a‖ in a clip (DMGAN, section 4.3)."""

    weight_clip, center_weight = 0.01, 0.0


class MBGAN(Replay):
    """E max(0, h + ‖a_i-a_j‖ - ‖a_i-g_i‖) and E‖a_j-g_i‖, h = α‖x_j-G_i‖₁ (MBGAN, eqs 1-4); x_j comes after x_i."""

    features_after_update = True
    margin_scale, margin_reduction = 20.0, "mean"

    def pairs(self, y):
        """All i and their j."""
        indices = np.arange(len(y))
        return indices, (indices + 1) % len(y)

    def discriminator_loss(self, u):
        i, j = self.pairs(u.y)
        pixel_count = u.x[0].size if self.margin_reduction == "mean" else 1
        margin = self.margin_scale * absolute_difference(u.x[j], tf.gather(u.fake, i)) / pixel_count  # (m,)
        a_i, a_j, g_i = tf.gather(u.a, i), tf.gather(u.a, j), tf.gather(u.g, i)
        return mean(relu(margin + norm(a_i - a_j) - norm(a_i - g_i)))

    def generator_loss(self, u):
        i, j = self.pairs(u.y)
        return mean(norm(tf.gather(u.a, j) - tf.gather(u.g, i)))


class ConditionalMBGAN(MBGAN):
    """MBGAN where x_j is the next image of x_i's class, round the batch (eqs 5-6)."""

    def pairs(self, y):
        count, pairs = len(y), []
        for i in range(count):
            following = [(i + k) % count for k in range(1, count) if y[(i + k) % count] == y[i]]
            pairs += [(i, j) for j in following[:1]]
        return np.array(pairs).T


class DMGAN(Replay):
    """E(‖a-c‖ + ‖g-ĉ‖ - λ w ‖g-a‖) and E‖g-a‖, c and ĉ those of class y (DMGAN, eqs 1-6); w is 1."""

    features_after_update = True
    weight_clip, discriminative_weight, center_update_ratio = 0.1, 1.2, 1.0

    def classes(self, features, y):
        """The center of each image, (m,)."""
        return y if self.model.label_mode != "none" else np.zeros_like(y)

    def pair_weights(self, u):
        return 1.0

    def discriminator_loss(self, u):
        y = self.classes(u.a, u.y)
        real, fake = (centers.value.numpy()[y] for centers in (self.model.real_centers, self.model.fake_centers))
        apart = self.discriminative_weight * self.pair_weights(u) * norm(u.g - u.a)
        return mean(norm(u.a - real) + norm(u.g - fake) - apart)

    def generator_loss(self, u):
        return mean(norm(u.g - u.a))

    def end_step(self, u):
        """c_i ← c_i - γ Σ_j δ(y_j=i)(c_i - f_j) / (1 + Σ_j δ(y_j=i)) (eqs 3-4)."""
        y = self.classes(u.a, u.y)
        for centers, features in ((self.model.real_centers, u.a), (self.model.fake_centers, u.g)):
            values = centers.value.numpy()
            for i in range(len(values)):
                members = features.numpy()[y == i]  # (n_i, D)
                values[i] -= self.center_update_ratio * (values[i] - members).sum(axis=0) / (1 + len(members))
            centers.value.assign(values)


class DMGANFixed(DMGAN):
    """DMGAN-f: γ = 0 (section 4.2)."""

    center_update_ratio = 0.0


class WaDMGAN(DMGAN):
    """DMGAN with w_i = exp(mean_j ‖G_j-x_j‖₁ / ‖G_i-x_i‖₁) (eqs 7-8)."""

    def pair_weights(self, u):
        distances = absolute_difference(u.x, u.fake)
        return tf.exp(mean(distances) / distances)


class KMGAN(DMGAN):
    """DMGAN where y is the nearest real center, which start on the first K features of D's first pass."""

    def discriminator_loss(self, u):
        if self.updates[1] == 0:
            self.model.real_centers.value.assign(u.a[: self.model.clusters])
        return super().discriminator_loss(u)

    def classes(self, features, y):
        distances = np.linalg.norm(features.numpy()[:, None] - self.model.real_centers.value.numpy(), axis=2)  # (m, K)
        return distances.argmin(axis=1)
