"""The schemes that play for a distance of two sets of features, as their papers write them, for `replay`."""

import tensorflow as tf
from replay import Replay, norm
from replayed_baseline_schemes import penalty

mean = tf.reduce_mean


class CramerGAN(Replay):
    """E f(G) - E f(x) + 10 E(‖∇f(x̂)‖ - 1)², f(x) = ‖h(x)-h(G')‖ - ‖h(x)‖, and E[‖a-g‖ + ‖a-g'‖ - ‖g-g'‖].

    Bellemare et al. 2017, algorithm 1; x̂ is between x and G.
    """

    rates, betas = (1e-4, 1e-4), (0.5, 0.9)
    discriminator_steps, fakes_per_real, penalty_weight = 5, 2, 10.0
    features_after_update = True

    def discriminator_loss(self, u):
        g, other = u.g[0::2], u.g[1::2]

        def critic(h):
            return norm(h - other) - norm(h)

        slopes = penalty(u, u.fake[0::2], lambda images: critic(self.discriminate(images, u.y)))
        return mean(critic(g)) - mean(critic(u.a)) + self.penalty_weight * slopes

    def generator_loss(self, u):
        g, other = u.g[0::2], u.g[1::2]
        return mean(norm(u.a - g) + norm(u.a - other) - norm(g - other))
