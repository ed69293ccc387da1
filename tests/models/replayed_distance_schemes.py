"""The schemes that play for a distance of two sets of features, as their papers write them, for `replay`."""

import keras
import numpy as np
import tensorflow as tf
from replay import Replay, norm
from replayed_baseline_schemes import penalty

mean, square = tf.reduce_mean, tf.square


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


def kernel_matrix(name, u, v):
    """k(u_i, v_j) (Bińkowski et al. 2018, section 2.1), (m, n)."""
    gaps = u[:, None] - v[None]
    squares = tf.reduce_sum(square(gaps), axis=2)
    if name == "distance":
        return (norm(u)[:, None] + norm(v)[None] - tf.sqrt(tf.maximum(squares, 1e-12))) / 2
    if name == "rbf":
        return sum(tf.exp(-squares / (2 * deviation**2)) for deviation in (2, 5, 10, 20, 40, 80))
    rational = sum((1 + squares / (2 * scale)) ** -scale for scale in (0.2, 0.5, 1, 2, 5))
    return rational + tf.matmul(u, v, transpose_b=True) if name == "rq_linear" else rational


class MMDGAN(Replay):
    """-MMD²_u(a, g) + E(‖∇f(x̂)‖ - 1)² + Σ_layers E a_l(x)² + E a_l(G)² and MMD²_u(a, g).

    f(u) = E_j k(u, a_j) - E_j k(u, g_j) (Bińkowski et al. 2018, sections 2 and 4); the layers are D's leaky ReLUs and
    its last, E the mean over their elements.
    """

    rates, betas = (1e-4, 1e-4), (0.5, 0.9)
    discriminator_steps, penalty_weight, activation_weight, kernel = 5, 1.0, 1.0, "rq_linear"
    features_after_update = True

    def mmd(self, u):
        count = len(u.a)
        within = [kernel_matrix(self.kernel, rows, rows) for rows in (u.a, u.g)]
        others = [(tf.reduce_sum(one) - tf.linalg.trace(one)) / (count * (count - 1)) for one in within]
        return sum(others) - 2 * mean(kernel_matrix(self.kernel, u.a, u.g))

    def activations(self, images, labels):
        network = self.model.discriminator
        layers = [layer.output for layer in network.layers if isinstance(layer, keras.layers.LeakyReLU)]
        inputs = [images, labels] if self.model.discriminator_sees_labels else images
        outputs = keras.Model(network.input, [*layers, network.output])(keras.tree.map_structure(tf.constant, inputs))
        return sum(mean(square(tf.cast(output, tf.float64))) for output in outputs)

    def discriminator_loss(self, u):
        def witness(h):
            return mean(kernel_matrix(self.kernel, h, u.a), 1) - mean(kernel_matrix(self.kernel, h, u.g), 1)

        slopes = penalty(u, u.fake, lambda images: witness(self.discriminate(images, u.y)))
        large = self.activations(u.x, u.y) + self.activations(u.fake, u.fake_y)
        return self.penalty_weight * slopes + self.activation_weight * large - self.mmd(u)

    def generator_loss(self, u):
        return self.mmd(u)


class OTGAN(Replay):
    """-D and D = W(X,Y) + W(X,Y') + W(X',Y) + W(X',Y') - 2W(X,X') - 2W(Y,Y') (Salimans et al. 2018, algorithm 1).

    W(U,V) = Σ_ij M_ij (1 - cos(u_i, v_j)) / N, M without a gradient from `sinkhorn_iterations` of Sinkhorn's scalings.
    """

    rates = 3e-4, 3e-4
    generator_steps, fresh_generator_images, features_after_update = 3, True, True
    sinkhorn_inverse_epsilon, sinkhorn_iterations = 500.0, 500

    def transport(self, u, v):
        costs = 1 - tf.matmul(u / norm(u)[:, None], v / norm(v)[:, None], transpose_b=True)
        matching = np.exp(-self.sinkhorn_inverse_epsilon * (costs.numpy() - costs.numpy().min()))
        for _ in range(self.sinkhorn_iterations):
            matching /= matching.sum(axis=1, keepdims=True)
            matching /= matching.sum(axis=0, keepdims=True)
        return tf.reduce_sum(matching * costs) / len(u)

    def distance(self, u):
        (x, other_x), (y, other_y) = tf.split(u.a, 2), tf.split(u.g, 2)
        across = sum(self.transport(one, another) for one in (x, other_x) for another in (y, other_y))
        return across - 2 * self.transport(x, other_x) - 2 * self.transport(y, other_y)

    def discriminator_loss(self, u):
        return -self.distance(u)

    def generator_loss(self, u):
        return self.distance(u)
