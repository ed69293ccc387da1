"""The metric schemes as DMGAN and MBGAN write them, for `replay`; a = D(x) and g = D(G(z)) are features (m, D)."""

import numpy as np
import tensorflow as tf
from replay import Replay, absolute_difference, norm

mean, relu = tf.reduce_mean, tf.nn.relu


def distances(features, others, pairs):
    """The mean of ‖u_i-v_j‖ over some pairs (i, j), 0 over none."""
    i, j = np.array(pairs, np.int32).reshape(-1, 2).T
    return mean(norm(tf.gather(features, i) - tf.gather(others, j))) if len(i) else 0.0


def members(y, c):
    """The indices of a class."""
    return [i for i in range(len(y)) if y[i] == c]


def different(indices):
    """All ordered pairs of different ones."""
    return [(i, j) for i in indices for j in indices if i != j]


def spread(features, y):
    """The mean of ‖u_i-u_j‖ over all i ≠ j of one class."""
    return distances(features, features, [pair for c in set(y) for pair in different(members(y, c))])


class Pairs(Replay):
    """A generator's loss less (r/2) mean_{i≠j, y_i=y_j} ‖g_i-g_j‖, r = 0 in the papers; features, or h/‖h‖ of them."""

    features_after_update = True
    repulsion, unit_features = 0.0, False

    def discriminate(self, images, labels):
        h = super().discriminate(images, labels)
        return h / norm(h)[:, None] if self.unit_features else h

    def generator_loss(self, u):
        return self.attraction(u) - self.repulsion / 2 * spread(u.g, self.classes(u.a, u.y))

    def attraction(self, u):
        return mean(norm(u.g - u.a))

    def classes(self, features, y):
        """The class of each pair, (m,)."""
        return y if self.model.label_mode != "none" else np.zeros_like(y)


class MLGAN(Pairs):
    """E(-‖g-a‖ + μ‖a-1‖ + μ‖g+1‖) and E‖g-a‖ (DMGAN, section 2, the centers fixed)."""

    center_weight = 1.0

    def discriminator_loss(self, u):
        return mean(self.center_weight * (norm(u.a - 1) + norm(u.g + 1)) - norm(u.g - u.a))


class MLGANClipping(MLGAN):
    """-E‖g-a‖ in a clip (DMGAN, section 4.3)."""

    weight_clip, center_weight = 0.01, 0.0


class MBGAN(Pairs):
    """E max(0, h + ‖a_i-a_j‖ - ‖a_i-g_i‖) and E‖a_j-g_i‖, h = α‖x_j-G_i‖₁ (MBGAN, eqs 1-4); x_j comes after x_i."""

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

    def attraction(self, u):
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


class DMGAN(Pairs):
    """E(‖a-c‖ + ‖g-ĉ‖ - λ w ‖g-a‖) and E‖g-a‖, c and ĉ those of class y (DMGAN, eqs 1-6); w is 1."""

    weight_clip, discriminative_weight, center_update_ratio = 0.1, 1.2, 1.0

    def pair_weights(self, u):
        return 1.0

    def discriminator_loss(self, u):
        y = self.classes(u.a, u.y)
        real, fake = (centers.value.numpy()[y] for centers in (self.model.real_centers, self.model.fake_centers))
        apart = self.discriminative_weight * self.pair_weights(u) * norm(u.g - u.a)
        return mean(norm(u.a - real) + norm(u.g - fake) - apart)

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


class EDGAN(Replay):
    """-E and E of unit features, E = Σ_c w_c E_c / Σ_c w_c with w_c = n_c (n_c - 1), plus `whole_set_weight` times the
    E of all; E_c = 2 mean ‖g_i-a_j‖ - mean_{i≠j} ‖g_i-g_j‖ - mean_{i≠j} ‖a_i-a_j‖ within class c."""

    rates, betas = (5e-4, 1e-4), (0.5, 0.9)
    features_after_update = True
    whole_set_weight = 0.0

    def energy_distance(self, u, y):
        a, g = (features / norm(features)[:, None] for features in (u.a, u.g))
        total = weights = 0.0
        for c in set(y):
            own = members(y, c)
            cross = distances(g, a, [(i, j) for i in own for j in own])
            weight = len(own) * (len(own) - 1)
            total += weight * (2 * cross - distances(g, g, different(own)) - distances(a, a, different(own)))
            weights += weight
        return total / weights

    def generator_loss(self, u):
        one_class = np.zeros_like(u.y)
        y = u.y if self.model.label_mode != "none" else one_class
        return self.energy_distance(u, y) + self.whole_set_weight * self.energy_distance(u, one_class)

    def discriminator_loss(self, u):
        return -self.generator_loss(u)
