"""OT-GAN's loss: the energy distance of minibatches, each two compared by the cheapest matching of their images."""

import tensorflow as tf

from tfgan_metric.losses.energy_distance import unit_features

WEIGHTS = (1.0, 1.0, 1.0, 1.0, -2.0, -2.0)  # of XY, XY', X'Y, X'Y', XX' and YY'


def cosine_costs(features: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """1 - cos(u_i, v_j) of each pair, in [0, 2], float32 (B, D), (C, D) -> (B, C).

    Source: Salimans et al. 2018 (arXiv:1803.05573), section 4.
    """
    return 1.0 - tf.matmul(unit_features(features), unit_features(others), transpose_b=True)


def sinkhorn_matching(costs: tf.Tensor, inverse_epsilon: float, iterations: int) -> tf.Tensor:
    """The soft matching of rows to columns of least cost less ε times its entropy, by scaling rows and columns in turn.

    Args:
        costs: C, float32 (..., N, N), each matrix a problem of its own.
        inverse_epsilon: 1/ε > 0; the larger, the nearer to a permutation, and the more iterations it wants.
        iterations: >= 1, each of all rows and all columns.
    Returns:
        M = exp(-C/ε + r + c), (..., N, N), without a gradient: >= 0, its columns sum to 1, its rows nearly so.
    Source: Cuturi 2013 (arXiv:1306.0895), in logarithms, which 1/ε of hundreds wants.
    """
    logits = -inverse_epsilon * tf.stop_gradient(costs)

    def scale(iteration, rows, columns):
        rows = -tf.reduce_logsumexp(logits + columns, axis=-1, keepdims=True)
        columns = -tf.reduce_logsumexp(logits + rows, axis=-2, keepdims=True)
        return iteration + 1, rows, columns

    start = (0, tf.zeros_like(logits[..., :, :1]), tf.zeros_like(logits[..., :1, :]))
    _, rows, columns = tf.while_loop(lambda iteration, *_: iteration < iterations, scale, start)
    return tf.stop_gradient(tf.exp(logits + rows + columns))


def minibatch_energy_distance(
    real_features: tf.Tensor, fake_features: tf.Tensor, inverse_epsilon: float, iterations: int
) -> tf.Tensor:
    """W(X,Y) + W(X,Y') + W(X',Y) + W(X',Y') - 2W(X,X') - 2W(Y,Y'), a float32 scalar of any sign.

    X and X' are the halves of the real features, Y and Y' those of the generated ones, an odd last one left out; W is
    the mean cost 1 - cos of a pair in the matching of two halves. The matching has no gradient: at the best one that of
    W is the costs' alone (envelope theorem).

    Args:
        real_features, fake_features: float32 (B, D), B >= 2.
        inverse_epsilon, iterations: of `sinkhorn_matching`.
    Source: Salimans et al. 2018 (arXiv:1803.05573), section 3 and algorithm 1.
    """
    (x, other_x), (y, other_y) = _halves(real_features), _halves(fake_features)
    pairs = ((x, y), (x, other_y), (other_x, y), (other_x, other_y), (x, other_x), (y, other_y))
    costs = tf.stack([cosine_costs(*pair) for pair in pairs])  # (6, B/2, B/2)
    matched = sinkhorn_matching(costs, inverse_epsilon, iterations) * costs
    distances = tf.reduce_mean(tf.reduce_sum(matched, axis=-1), axis=-1)  # (6,)
    return tf.reduce_sum(tf.constant(WEIGHTS) * distances)


def _halves(features):
    half = tf.shape(features)[0] // 2
    return features[:half], features[half : 2 * half]
