"""The energy distance: hand arithmetic, a plain loop, and what must hold whatever the features."""

import itertools
import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric.losses import energy_distance, repulsion, unit_features

ONE_CLASS = tf.zeros(6, tf.int32)


@pytest.fixture
def features():
    """Real and generated features, float32 (6, 3), of different distributions."""
    generator = np.random.default_rng(0)
    return generator.normal(size=(6, 3)).astype(np.float32), generator.normal(1, 2, size=(6, 3)).astype(np.float32)


def mean_distance(features, others, pairs):
    return sum(math.dist(features[i], others[j]) for i, j in pairs) / len(pairs)


def loop(real, fake, real_labels, fake_labels):
    """Σ_c w_c E_c / Σ_c w_c, w_c = √(n(n-1)m(m-1)), pair by pair."""
    total = weights = 0.0
    for c in set(real_labels) & set(fake_labels):
        a = [i for i, label in enumerate(real_labels) if label == c]
        g = [i for i, label in enumerate(fake_labels) if label == c]
        if min(len(a), len(g)) > 1:
            cross = mean_distance(fake, real, list(itertools.product(g, a)))
            within = mean_distance(fake, fake, list(itertools.permutations(g, 2)))
            within += mean_distance(real, real, list(itertools.permutations(a, 2)))
            weight = math.sqrt(len(a) * (len(a) - 1) * len(g) * (len(g) - 1))
            total, weights = total + weight * (2 * cross - within), weights + weight
    return total / weights


def test_two_points_against_two_by_hand():
    """a = 0, 6 and g = 2, 3 on a line: mean |g-a| = (2+4+3+3)/4 = 3, |g-g'| = 1, |a-a'| = 6; E = 2·3 - 1 - 6 = -1."""
    real, fake, labels = tf.constant([[0.0], [6.0]]), tf.constant([[2.0], [3.0]]), tf.zeros(2, tf.int32)
    assert float(energy_distance(real, fake, labels, labels)) == pytest.approx(-1.0)


def test_classes_weigh_by_their_pairs_by_hand():
    """Class 0: a = 0, 2 and g = 4, 4 on a line: mean |g-a| = 3, within 2 and 0, E_0 = 2·3 - 0 - 2 = 4, weight 2·1 = 2.
    Class 1: a = 0, 0, 0 and g = 1, 1, 1: E_1 = 2, weight 3·2 = 6. Class 2 has one of each: left out.
    E = (2·4 + 6·2) / 8 = 2.5."""
    real = tf.constant([0.0, 2.0, 0.0, 0.0, 0.0, 50.0])[:, None]
    fake = tf.constant([4.0, 4.0, 1.0, 1.0, 1.0, -9.0])[:, None]
    labels = tf.constant([0, 0, 1, 1, 1, 2])
    assert float(energy_distance(real, fake, labels, labels)) == pytest.approx(2.5, abs=1e-5)


@pytest.mark.parametrize("fake_labels", [[0, 0, 1, 1, 1, 2], [1, 1, 0, 0, 0, 1], [0, 1, 1, 1, 1, 3]])
def test_equals_a_loop(features, fake_labels):
    """Also where a class has other numbers of real and of generated images, or is missing on a side."""
    real_labels = [0, 1, 0, 1, 1, 2]
    value = energy_distance(*features, tf.constant(real_labels), tf.constant(fake_labels))
    assert float(value) == pytest.approx(loop(*features, real_labels, fake_labels), rel=1e-5)


def test_equal_sets(features):
    """Where g_i = a_i the cross mean has n zeros on its diagonal: 2(n-1)/n·m - 2m = -(2/n)·m, m = mean ‖a_i-a_j‖."""
    real, _ = features
    mean = mean_distance(real, real, list(itertools.permutations(range(6), 2)))
    assert float(energy_distance(real, real, ONE_CLASS, ONE_CLASS)) == pytest.approx(-2 / 6 * mean, rel=1e-4)


def test_unbiased():
    """Two sets of one distribution: the mean over 400 pairs of sets is 0 within four standard errors, where the plain
    (biased) form lies 2/n of the mean distance above 0."""
    normal = np.random.default_rng(0).normal(size=(400, 2, 8, 2)).astype(np.float32)
    labels = tf.zeros(8, tf.int32)
    values = np.array([energy_distance(*pair, labels, labels) for pair in normal])
    assert abs(values.mean()) < 4 * values.std() / 20


def test_moving_turning_and_scaling(features):
    """A translation and a rotation of all features leave E as it is; twice as large features have twice the E."""
    rotation = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0].astype(np.float32)
    value = float(energy_distance(*features, ONE_CLASS, ONE_CLASS))
    moved = [feature @ rotation + 5 for feature in features]
    assert float(energy_distance(*moved, ONE_CLASS, ONE_CLASS)) == pytest.approx(value, rel=1e-4)
    assert float(energy_distance(*(2 * feature for feature in features), ONE_CLASS, ONE_CLASS)) == pytest.approx(
        2 * value, rel=1e-5
    )


def test_generated_features_repel_each_other():
    """g = ±.1 between a = ±1 on a line: d|g-g'|/dg pushes each outwards by 2·1/2 = 1 and the real ones' pulls cancel.

    Of E = 2·(1/4)Σ|g_i-a_j| - |g-g'| the gradient at g_0 = -.1 is ½(sign(g_0+1) + sign(g_0-1)) + 1 = 1, so that a step
    against it moves g_0 further left."""
    real, fake = tf.constant([[-1.0], [1.0]]), tf.Variable([[-0.1], [0.1]])
    with tf.GradientTape() as tape:
        value = energy_distance(real, fake, tf.zeros(2, tf.int32), tf.zeros(2, tf.int32))
    np.testing.assert_allclose(tape.gradient(value, fake), [[1.0], [-1.0]], atol=1e-6)


def test_gradient_where_features_coincide():
    """g_0 = g_1 = a_0 = 0 and a_1 = 2 on a line: coinciding pairs give no slope, and a_1 pulls each g by -½."""
    real, fake = tf.constant([[0.0], [2.0]]), tf.Variable([[0.0], [0.0]])
    with tf.GradientTape() as tape:
        value = energy_distance(real, fake, tf.zeros(2, tf.int32), tf.zeros(2, tf.int32))
    np.testing.assert_allclose(tape.gradient(value, fake), [[-0.5], [-0.5]], atol=1e-6)


def test_no_class_with_a_pair_gives_zero(features):
    labels = tf.range(6)
    assert float(energy_distance(*features, labels, labels)) == 0.0
    assert float(repulsion(features[0], labels)) == 0.0


def test_repulsion_by_hand():
    """g = 0, 1, 3 of one class and 7 of another: (1 + 3 + 2) / 3 = 2, whichever way each pair is counted."""
    features, labels = tf.constant([[0.0], [1.0], [3.0], [7.0]]), tf.constant([0, 0, 0, 1])
    assert float(repulsion(features, labels)) == pytest.approx(2.0)
    assert float(repulsion(features, tf.zeros(4, tf.int32))) == pytest.approx((1 + 3 + 7 + 2 + 6 + 4) / 6)


def test_unit_features():
    """(3, 4) has length 5; 0 stays 0 with a finite gradient."""
    features = tf.Variable([[3.0, 4.0], [0.0, 0.0]])
    with tf.GradientTape() as tape:
        units = unit_features(features)
    np.testing.assert_allclose(units, [[0.6, 0.8], [0.0, 0.0]], rtol=1e-6)
    assert np.isfinite(tape.gradient(units, features)).all()
