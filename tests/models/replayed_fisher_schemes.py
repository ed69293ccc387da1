"""The Fisher family as its papers write it, for `replay`: the multiplier and the mixture."""

import tensorflow as tf
from replay import Replay
from replayed_baseline_schemes import GAN

mean, square = tf.reduce_mean, tf.square


class FisherGAN(Replay):
    """-(E a - E g + Λ(1-Ω) - ρ/2 (Ω-1)²) and -E g, Ω = ½E a² + ½E g² (Mroueh & Sercu 2017, eq. 7 and algorithm 1)."""

    discriminator_steps = 2
    penalty_weight = 1e-6

    def second_moment(self, u):
        return mean(square(u.a)) / 2 + mean(square(u.g)) / 2

    def discriminator_loss(self, u):
        slack = 1 - self.second_moment(u)
        multiplier = float(self.model.multiplier)
        return -(mean(u.a) - mean(u.g) + multiplier * slack - self.penalty_weight / 2 * slack**2)

    def after_discriminator_update(self, u):
        """Λ ← Λ - ρ(1-Ω), Ω of the update's own pass."""
        slack = 1 - float(self.second_moment(u))
        self.model.multiplier.assign(float(self.model.multiplier) - self.penalty_weight * slack)

    def generator_loss(self, u):
        return -mean(u.g)


class Mixture(Replay):
    """z = μ_k + σ_k ε, and β mean (C-σ)² in the generator's loss (Gurumurthy et al. 2017, section 4 and eq. 7)."""

    scale_weight, target_scale = 0.05, 1.0

    def noise(self, count, seed):
        latent = self.model.latent
        components = latent.choose_components(count, latent.components, seed)
        chosen = tf.one_hot(components, latent.components)  # (m, N)
        return chosen @ latent.means + (chosen @ latent.scales) * latent.noise.sample(count, seed)

    def generator_loss(self, u):
        spread = mean(square(self.target_scale - tf.cast(self.model.latent.scales, tf.float64)))
        return super().generator_loss(u) + self.scale_weight * spread


class DeliGAN(Mixture, GAN):
    """GAN with the mixture."""


class DeliFisherGAN(Mixture, FisherGAN):
    """Fisher GAN with the mixture (Deli-Fisher GAN, algorithm 1)."""

    rates = 5e-5, 5e-5
