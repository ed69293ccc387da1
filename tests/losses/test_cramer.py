"""Cramér GAN's losses: hand arithmetic, plain loops, and what must hold whatever the features."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric import losses


def distance(u, v):
    """‖u-v‖₂ of two vectors, entry by entry."""
    return math.sqrt(sum((float(a) - float(b)) ** 2 for a, b in zip(u, v, strict=True)))


@pytest.fixture
def features():
    """h(x), h(G) and h(G'), (7, 5) each."""
    return np.random.default_rng(0).normal(size=(3, 7, 5)).astype(np.float32)


def test_by_hand():
    """h(x)=(3,4), h(G)=(0,0), h(G')=(3,0): f(x) = 4-5 = -1 and f(G) = 3-0 = 3, so L_D = 3+1 = 4.

    L_G = ‖x-G‖ + ‖x-G'‖ - ‖G-G'‖ = 5+4-3 = 6.
    """
    real, fake, other = (tf.constant([row], tf.float32) for row in ((3, 4), (0, 0), (3, 0)))
    np.testing.assert_allclose(losses.cramer_critic(real, other), [-1.0], rtol=1e-6)
    assert losses.cramer_discriminator_loss(real, fake, other).numpy() == pytest.approx(4.0, abs=1e-5)
    assert losses.cramer_generator_loss(real, fake, other).numpy() == pytest.approx(6.0, abs=1e-5)


def test_equal_a_loop(features):
    origin, count = np.zeros(5), 7
    of_discriminator = of_generator = 0.0
    for x, g, other in zip(*features, strict=True):
        of_real, of_fake = (distance(h, other) - distance(h, origin) for h in (x, g))
        of_discriminator += (of_fake - of_real) / count
        of_generator += (distance(x, g) + distance(x, other) - distance(g, other)) / count
    assert losses.cramer_discriminator_loss(*features).numpy() == pytest.approx(of_discriminator, rel=1e-5)
    assert losses.cramer_generator_loss(*features).numpy() == pytest.approx(of_generator, rel=1e-5)


def test_bounds_and_symmetry(features):
    """The triangle's inequality: |f(x)| <= ‖h(G')‖ and L_G >= 0; G and G' may change places in L_G."""
    real, fake, other = features
    assert np.all(np.abs(losses.cramer_critic(real, other)) <= np.linalg.norm(other, axis=1) + 1e-5)
    loss = losses.cramer_generator_loss(real, fake, other).numpy()
    assert loss >= 0 and losses.cramer_generator_loss(real, other, fake).numpy() == pytest.approx(loss, rel=1e-6)


def test_generator_s_gradient_reaches_both_images(features):
    """∂L_G/∂g = ((g-x)/‖g-x‖ - (g-g')/‖g-g'‖) / m, for g' likewise: to the real image, away from the other one."""
    real, fake, other = (tf.constant(rows) for rows in features)
    with tf.GradientTape() as tape:
        tape.watch([fake, other])
        loss = losses.cramer_generator_loss(real, fake, other)
    found = tape.gradient(loss, [fake, other])

    def unit(vectors):
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    x, g, g2 = features.astype(np.float64)
    np.testing.assert_allclose(found[0], (unit(g - x) - unit(g - g2)) / 7, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found[1], (unit(g2 - x) - unit(g2 - g)) / 7, rtol=1e-4, atol=1e-6)


def test_expectation_is_the_energy_distance():
    """Over all x of {0, 4} and g, g' of {0, 2}, independent: E L_G = 2·E|x-g| - E|g-g'|, with E|x-g| = (0+2+4+2)/4 = 2
    and E|g-g'| = 1, so 3; and 2·2 - 1 is the energy distance of both laws, 1, plus E|x-x'| = 2."""
    triples = [(x, g, other) for x in (0, 4) for g in (0, 2) for other in (0, 2)]
    columns = [tf.constant(column, tf.float32)[:, None] for column in zip(*triples, strict=True)]
    assert losses.cramer_generator_loss(*columns).numpy() == pytest.approx(3.0, abs=1e-4)


def test_gradients_are_finite_where_all_features_are_one():
    one = tf.ones((3, 2))
    with tf.GradientTape() as tape:
        tape.watch(one)
        loss = losses.cramer_generator_loss(one, one, one)
    assert np.all(tape.gradient(loss, one) == 0)
