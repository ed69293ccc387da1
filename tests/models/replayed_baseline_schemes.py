"""The probability, energy and Wasserstein baselines as their papers write them, for `replay`.

Here and in the other families' files E is the mean over the m images; docs/choices.md says where a paper left a choice.
"""

import tensorflow as tf
from replay import Replay, RMSProp, absolute_difference, norm, pixels

from tfgan_metric.latents import random_stream
from tfgan_metric.random import uniform

mean, log, square, relu = tf.reduce_mean, tf.math.log, tf.square, tf.nn.relu


class GAN(Replay):
    """-E log D(x) - E log(1 - D(G)) and -E log D(G), D a sigmoid (AM-GAN, eq. 1)."""

    def discriminator_loss(self, u):
        return -mean(log(tf.sigmoid(u.a))) - mean(log(1 - tf.sigmoid(u.g)))

    def generator_loss(self, u):
        return -mean(log(tf.sigmoid(u.g)))


class LSGAN(Replay):
    """½E(a-1)² + ½E g² and ½E(g-1)² (Mao et al. 2017, eq. 9)."""

    rates = 1e-3, 1e-3

    def discriminator_loss(self, u):
        return mean(square(u.a - 1)) / 2 + mean(square(u.g)) / 2

    def generator_loss(self, u):
        return mean(square(u.g - 1)) / 2


class LossSensitiveGAN(Replay):
    """E max(0, τ‖x-G‖₁ + L(x) - L(G)) + w E L(x) and E L(G) (Qi 2017, eqs 6-7; w is 0 in the zoo)."""

    weight_clip, margin_scale, real_weight = 0.08, 2e-4, 0.0

    def discriminator_loss(self, u):
        margin = self.margin_scale * absolute_difference(u.x, u.fake)  # (m,)
        return mean(relu(margin + u.a[:, 0] - u.g[:, 0])) + self.real_weight * mean(u.a)

    def generator_loss(self, u):
        return mean(u.g)


class EBGAN(Replay):
    """E e(x) + E max(0, m - e(G)) and E e(G) + .1 PT; e is ‖x - Dec(Enc(x))‖ (Zhao et al. 2017, eqs 1-2, 4)."""

    rates = 1e-3, 1e-3
    margin, repelling_weight, energy = 10.0, 0.1, "euclidean"

    def energies(self, images, reconstructions):
        error = pixels(images) - pixels(reconstructions)  # (m, pixels)
        return norm(error) if self.energy == "euclidean" else mean(square(error), axis=1)

    def discriminator_loss(self, u):
        return mean(self.energies(u.x, u.a[0])) + mean(relu(self.margin - self.energies(u.fake, u.g[0])))

    def generator_loss(self, u):
        return mean(self.energies(u.fake, u.g[0])) + self.repelling_weight * self.pull_away(u.g[1])

    def pull_away(self, codes):
        """PT = Σ_{i≠j} cos²(S_i, S_j) / (m(m-1))."""
        count = len(codes)
        cosines = tf.linalg.matmul(codes, codes, transpose_b=True) / (norm(codes)[:, None] * norm(codes))  # (m, m)
        return (tf.reduce_sum(square(cosines)) - count) / (count * (count - 1))


class WGAN(Replay):
    """E g - E a and -E g, all of D clipped (Arjovsky et al. 2017, algorithm 1)."""

    weight_clip = 0.01
    discriminator_steps = 5

    def new_optimizers(self):
        return [RMSProp(5e-5), RMSProp(5e-5)]

    def discriminator_loss(self, u):
        return mean(u.g) - mean(u.a)

    def generator_loss(self, u):
        return -mean(u.g)


def penalty(u, fake, critic):
    """E(‖∇f(x̂)‖₂ - 1)², x̂ = εx + (1-ε)G, ε ~ U(0, 1) (Gulrajani et al. 2017, algorithm 1)."""
    share = uniform((len(u.x),), random_stream(u.seed, 2))[:, None, None, None]
    between = share * u.x + (1 - share) * fake
    with tf.GradientTape() as tape:
        tape.watch(between)
        outputs = tf.reduce_sum(critic(between))
    slopes = norm(pixels(tape.gradient(outputs, between)))  # (m,)
    return mean(square(slopes - 1))


class WGANGP(WGAN):
    """WGAN + 10 E(‖∇D(x̂)‖₂ - 1)² (Gulrajani et al. 2017, algorithm 1)."""

    weight_clip = None
    rates, betas = (1e-4, 1e-4), (0.5, 0.9)
    new_optimizers = Replay.new_optimizers

    def discriminator_loss(self, u):
        return super().discriminator_loss(u) + 10 * penalty(u, u.fake, lambda images: self.discriminate(images, u.y))


class R3GAN(Replay):
    """E ln(1 + e^(g-a)) + (γ/2) E(‖∇D(x)‖² + ‖∇D(G)‖²) and E ln(1 + e^(a-g)), pairs by rows (Huang et al. 2024)."""

    rates, betas = (2e-4, 2e-4), (0.0, 0.99)
    r1_weight = r2_weight = 0.05
    features_after_update = True

    def discriminator_loss(self, u):
        return mean(log(1 + tf.exp(u.g - u.a)))

    def generator_loss(self, u):
        return mean(log(1 + tf.exp(u.a - u.g)))


class SAGAN(Replay):
    """E max(0, 1-a) + E max(0, 1+g) and -E g (Zhang et al. 2019, eq. 4)."""

    rates, betas = (1e-4, 4e-4), (0.0, 0.9)

    def discriminator_loss(self, u):
        return mean(relu(1 - u.a)) + mean(relu(1 + u.g))

    def generator_loss(self, u):
        return -mean(u.g)
