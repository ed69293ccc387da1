"""OT-GAN's loss: Sinkhorn's matching in closed form and by a loop, the envelope's gradient, equal and shuffled sets."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric import losses
from tfgan_metric.losses.optimal_transport import cosine_costs


def matching_by_loop(costs, inverse_epsilon, iterations):
    """exp(-C/ε), its rows and then its columns divided by their sums, again and again; NumPy float64."""
    kernel = np.exp(-inverse_epsilon * np.asarray(costs, np.float64))
    for _ in range(iterations):
        kernel = kernel / kernel.sum(axis=1, keepdims=True)
        kernel = kernel / kernel.sum(axis=0, keepdims=True)
    return kernel


@pytest.fixture
def features():
    """Real and generated features, (8, 5) each."""
    return np.random.default_rng(0).normal(size=(2, 8, 5)).astype(np.float32)


def test_costs_by_hand():
    """cos of (3,4) with (1,0) is .6, with (-6,-8) it is -1, with (4,-3) 0; lengths do not matter."""
    costs = cosine_costs(tf.constant([[3.0, 4.0]]), tf.constant([[1.0, 0.0], [-6.0, -8.0], [4.0, -3.0]]))
    np.testing.assert_allclose(costs, [[0.4, 2.0, 1.0]], rtol=1e-5)


@pytest.mark.parametrize("inverse_epsilon", [0.5, 4.0, 30.0])
def test_two_by_two_in_closed_form(inverse_epsilon):
    """Scaling keeps M11 M22 / M12 M21 = exp(-(C11+C22-C12-C21)/ε); with sums of 1 that is (p/(1-p))², so p = σ(½ …)."""
    costs = np.array([[0.3, 0.5], [0.9, 0.8]], np.float32)
    matching = losses.sinkhorn_matching(costs, inverse_epsilon, 200).numpy()
    p = 1 / (1 + math.exp((0.3 + 0.8 - 0.5 - 0.9) * inverse_epsilon / 2))
    np.testing.assert_allclose(matching, [[p, 1 - p], [1 - p, p]], rtol=1e-3)


@pytest.mark.parametrize("iterations", [1, 7])
def test_matching_equals_a_loop(iterations):
    costs = np.random.default_rng(1).uniform(0, 2, size=(3, 5, 5)).astype(np.float32)
    expected = [matching_by_loop(one, 8.0, iterations) for one in costs]
    np.testing.assert_allclose(losses.sinkhorn_matching(costs, 8.0, iterations), expected, rtol=1e-4, atol=1e-6)


def test_matching_is_doubly_stochastic_and_finite_at_the_paper_s_setting(features):
    """Columns by the last scaling, rows nearly, although exp(-500·2) is 0 in float32."""
    matching = losses.sinkhorn_matching(cosine_costs(*features), 500.0, 500).numpy()
    np.testing.assert_allclose(matching.sum(axis=0), 1.0, rtol=1e-4)
    np.testing.assert_allclose(matching.sum(axis=1), 1.0, atol=0.1)
    assert np.all(np.isfinite(matching)) and matching.min() >= 0


def test_matching_of_a_shuffled_set_is_the_shuffle(features):
    rows, order = features[0], np.random.default_rng(2).permutation(8)
    matching = losses.sinkhorn_matching(cosine_costs(rows, rows[order]), 500.0, 50).numpy()
    np.testing.assert_allclose(matching, np.eye(8)[:, order], atol=1e-3)


def test_large_epsilon_matches_all_alike():
    """1/ε = 0, nearly: all of M are 1/N, and W is the mean cost."""
    costs = np.random.default_rng(3).uniform(0, 2, size=(4, 4)).astype(np.float32)
    np.testing.assert_allclose(losses.sinkhorn_matching(costs, 1e-6, 1), np.full((4, 4), 0.25), rtol=1e-4)


def distance_by_loop(real, fake, inverse_epsilon, iterations):
    half, total = len(real) // 2, 0.0
    x, other_x, y, other_y = real[:half], real[half : 2 * half], fake[:half], fake[half : 2 * half]
    terms = [(1, x, y), (1, x, other_y), (1, other_x, y), (1, other_x, other_y), (-2, x, other_x), (-2, y, other_y)]
    for weight, u, v in terms:
        u, v = u.astype(np.float64), v.astype(np.float64)
        costs = [[1 - p @ q / (np.linalg.norm(p) * np.linalg.norm(q)) for q in v] for p in u]
        total += weight * (matching_by_loop(costs, inverse_epsilon, iterations) * costs).sum() / half
    return total


@pytest.mark.parametrize("count", [8, 7])
def test_distance_equals_a_loop(count, features):
    """Of seven features the last takes no part."""
    real, fake = features[:, :count]
    found = losses.minibatch_energy_distance(real, fake, 10.0, 20).numpy()
    assert found == pytest.approx(distance_by_loop(real, fake, 10.0, 20), rel=1e-4, abs=1e-5)


def test_distance_by_hand():
    """One image a half: W is one cost. x=e1, x'=e2, y=e1, y'=-e1: 0 + 2 + 1 + 1 - 2·1 - 2·2 = -2."""
    real, fake = tf.constant([[1.0, 0.0], [0.0, 1.0]]), tf.constant([[2.0, 0.0], [-3.0, 0.0]])
    assert losses.minibatch_energy_distance(real, fake, 5.0, 3).numpy() == pytest.approx(-2.0, abs=1e-5)


def test_equal_sets(features):
    """Y = X and Y' = X': W(X,X) = W(X',X') = 0 where the matching is sharp, so 2W(X,X') - 4W(X,X') = -2W(X,X')."""
    rows = features[0]
    costs = cosine_costs(rows[:4], rows[4:])
    between = float(tf.reduce_sum(losses.sinkhorn_matching(costs, 500.0, 500) * costs)) / 4
    found = losses.minibatch_energy_distance(rows, rows, 500.0, 500).numpy()
    assert found == pytest.approx(-2 * between, abs=1e-3) and between > 0.1


def test_lengths_and_rotations_do_not_matter(features):
    """Cosines are those of any positive multiple of each feature, and of all in another orthonormal basis."""
    real, fake = features
    loss = losses.minibatch_energy_distance(real, fake, 10.0, 20).numpy()
    basis, _ = np.linalg.qr(np.random.default_rng(4).normal(size=(5, 5)))
    turned = [(3 * rows @ basis).astype(np.float32) for rows in (real, fake)]
    assert losses.minibatch_energy_distance(*turned, 10.0, 20).numpy() == pytest.approx(loss, abs=1e-4)


def test_gradient_is_that_of_the_costs_at_the_matching(features):
    """∂/∂y of W(X,Y) = Σ_ij M_ij ∂C_ij/∂y / N, the matching held fixed."""
    real, fake = (tf.constant(rows) for rows in features)
    x, other_x = real[:4], real[4:]
    with tf.GradientTape() as tape:
        tape.watch(fake)
        loss = losses.minibatch_energy_distance(real, fake, 10.0, 20)
    found = tape.gradient(loss, fake)
    y, other_y = fake[:4], fake[4:]
    pairs = [(1, x, 0), (1, other_x, 0), (1, x, 4), (1, other_x, 4)]
    kept = [matching_by_loop(cosine_costs(u, fake[at : at + 4]), 10.0, 20) for _, u, at in pairs]
    kept_within = matching_by_loop(cosine_costs(y, other_y), 10.0, 20)
    with tf.GradientTape() as tape:
        tape.watch(fake)
        total = sum(
            tf.reduce_sum(matching.astype(np.float32) * cosine_costs(u, fake[at : at + 4]))
            for matching, (_, u, at) in zip(kept, pairs, strict=True)
        )
        total -= 2 * tf.reduce_sum(kept_within.astype(np.float32) * cosine_costs(fake[:4], fake[4:]))
    np.testing.assert_allclose(found, tape.gradient(total, fake) / 4, rtol=1e-3, atol=1e-5)
    assert np.abs(found).max() > 1e-3


def test_compiled_equals_eager(features):
    """The loop is one of the graph."""
    real, fake = features
    compiled = tf.function(lambda *both: losses.minibatch_energy_distance(*both, 50.0, 30))
    expected = losses.minibatch_energy_distance(real, fake, 50.0, 30)
    np.testing.assert_allclose(compiled(real, fake), expected, rtol=1e-5, atol=1e-6)
