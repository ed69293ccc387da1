"""Losses: hand arithmetic, plain loops over NumPy arrays, and what must hold whatever the features."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric import losses
from tfgan_metric.errors import InputError


@pytest.fixture
def arrays():
    """Features a, a', g, two sets of centers (6, 5), and images x, G (6, 4, 4, 2)."""
    generator = np.random.default_rng(0)
    features = [generator.normal(size=(6, 5)).astype(np.float32) for _ in range(5)]
    images = [generator.uniform(-1, 1, size=(6, 4, 4, 2)).astype(np.float32) for _ in range(2)]
    return *features, *images


def distance(u, v):
    """‖u-v‖₂ of two vectors, entry by entry."""
    return math.sqrt(sum((float(a) - float(b)) ** 2 for a, b in zip(u, v, strict=True)))


def pixel_distance(x, y):
    """The mean of |x-y| over all pixels, entry by entry."""
    pairs = list(zip(x.ravel(), y.ravel(), strict=True))
    return sum(abs(float(a) - float(b)) for a, b in pairs) / len(pairs)


def test_gan_losses_by_hand():
    """s_r=0, s_f=ln 3: -ln σ(0) = ln 2; -ln(1-σ(ln 3)) = ln 4; -ln σ(ln 3) = ln 4/3."""
    real, fake = tf.constant([[0.0]]), tf.constant([[math.log(3.0)]])
    assert losses.gan_discriminator_loss(real, fake).numpy() == pytest.approx(math.log(2) + math.log(4), rel=1e-6)
    assert losses.gan_generator_loss(fake).numpy() == pytest.approx(math.log(4 / 3), rel=1e-6)


def test_gan_losses_equal_a_loop():
    real, fake = np.random.default_rng(1).normal(size=(2, 7)).astype(np.float32) * 5
    sigmoid = [1 / (1 + math.exp(-s)) for s in fake]
    expected = sum(math.log(1 + math.exp(-s)) for s in real) / 7 - sum(math.log(1 - p) for p in sigmoid) / 7
    assert losses.gan_discriminator_loss(real, fake).numpy() == pytest.approx(expected, rel=1e-5)
    expected = -sum(math.log(p) for p in sigmoid) / 7
    assert losses.gan_generator_loss(fake).numpy() == pytest.approx(expected, rel=1e-5)


def test_dmgan_losses_by_hand():
    """a=(3,4), g=(0,0), c=(0,0), ĉ=(0,1), λ=2: ‖a-c‖=5, ‖g-ĉ‖=1, ‖g-a‖=5, so L_D = 5+1-2·5 = -4 and L_G = 5.

    With weight w=3 the distance counts 2·3·5 = 30: L_D = -24.
    """
    a, g = tf.constant([[3.0, 4.0]]), tf.constant([[0.0, 0.0]])
    c, c_fake = tf.constant([[0.0, 0.0]]), tf.constant([[0.0, 1.0]])
    assert losses.dmgan_discriminator_loss(a, g, c, c_fake, 2.0).numpy() == pytest.approx(-4.0)
    weights = tf.constant([3.0])
    assert losses.dmgan_discriminator_loss(a, g, c, c_fake, 2.0, weights).numpy() == pytest.approx(-24.0)
    assert losses.dmgan_generator_loss(a, g).numpy() == pytest.approx(5.0)


def test_dmgan_losses_equal_a_loop(arrays):
    a, _, g, c, c_fake, x, fake = arrays
    weights = losses.adaptive_weights(x, fake).numpy()
    expected = 0.0
    for i in range(6):
        expected += distance(a[i], c[i]) + distance(g[i], c_fake[i]) - 0.7 * float(weights[i]) * distance(g[i], a[i])
    assert losses.dmgan_discriminator_loss(a, g, c, c_fake, 0.7, weights).numpy() == pytest.approx(
        expected / 6, rel=1e-5
    )
    expected = sum(distance(g[i], a[i]) for i in range(6)) / 6
    assert losses.dmgan_generator_loss(a, g).numpy() == pytest.approx(expected, rel=1e-5)


def test_dmgan_generator_gradient_has_length_one_over_batch(arrays):
    """∂‖g_i-a_i‖/∂g_i is a unit vector, and the mean divides it by m=6."""
    a, _, g = (tf.constant(array) for array in arrays[:3])
    with tf.GradientTape() as tape:
        tape.watch(g)
        loss = losses.dmgan_generator_loss(a, g)
    np.testing.assert_allclose(np.linalg.norm(tape.gradient(loss, g), axis=1), 1 / 6, rtol=1e-5)


def test_dmgan_discriminator_gradient(arrays):
    """∂L_D/∂a = ((a-c)/‖a-c‖ + λw(g-a)/‖g-a‖)/m."""
    a, _, g, c, c_fake = arrays[:5]
    weights = np.linspace(1.0, 3.0, 6, dtype=np.float32)
    features = tf.constant(a)
    with tf.GradientTape() as tape:
        tape.watch(features)
        loss = losses.dmgan_discriminator_loss(features, g, c, c_fake, 1.2, weights)

    def unit(v):
        return v / np.linalg.norm(v, axis=1, keepdims=True)

    expected = (unit(a - c) + 1.2 * weights[:, None] * unit(g - a)) / 6
    np.testing.assert_allclose(tape.gradient(loss, features), expected, atol=1e-6)


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_dmgan_discriminator_loss_with_fixed_centers_is_bounded_below(weight):
    """With c=ĉ=0 and λ<=1: ‖g-a‖ <= ‖g‖+‖a‖, so L_D >= (1-λ)(‖a‖+‖g‖)."""
    generator = np.random.default_rng(2)
    for _ in range(50):
        a, g = generator.normal(size=(2, 1, 4)).astype(np.float32) * generator.uniform(0, 10)
        loss = losses.dmgan_discriminator_loss(a, g, np.zeros_like(a), np.zeros_like(a), weight).numpy()
        assert loss >= (1 - weight) * (np.linalg.norm(a) + np.linalg.norm(g)) - 1e-4


def test_distances_of_equal_features_have_finite_gradients():
    features = tf.constant([[1.0, 2.0], [0.0, 0.0]])
    with tf.GradientTape() as tape:
        tape.watch(features)
        loss = losses.dmgan_generator_loss(tf.stop_gradient(features), features)
    np.testing.assert_array_equal(tape.gradient(loss, features), np.zeros((2, 2)))


def test_adaptive_weights_by_hand():
    """Pixel distances 1 and 3, mean 2: w = (e^(2/1), e^(2/3))."""
    x = tf.zeros((2, 1, 1, 1))
    fake = tf.constant([1.0, 3.0])[:, None, None, None]
    np.testing.assert_allclose(losses.adaptive_weights(x, fake), [math.exp(2), math.exp(2 / 3)], rtol=1e-6)


def test_adaptive_weights_equal_a_loop_and_take_a_global_mean(arrays):
    x, fake = arrays[-2:]
    distances = [pixel_distance(x[i], fake[i]) for i in range(6)]
    expected = [math.exp(sum(distances) / 6 / d) for d in distances]
    np.testing.assert_allclose(losses.adaptive_weights(x, fake), expected, rtol=1e-5)
    expected = [math.exp(0.5 / d) for d in distances]
    np.testing.assert_allclose(losses.adaptive_weights(x, fake, mean_distance=0.5), expected, rtol=1e-5)


def test_adaptive_weights_properties(arrays):
    """Equal distances give e each; 1/mean(1/ln w) = 1 because mean(d_i/d̄) = 1; scaling pixels changes nothing."""
    x, fake = arrays[-2:]
    np.testing.assert_allclose(losses.adaptive_weights(x, x + 0.25), math.e, rtol=1e-5)
    weights = losses.adaptive_weights(x, fake).numpy()
    assert 1 / np.mean(1 / np.log(weights)) == pytest.approx(1.0, rel=1e-5)
    np.testing.assert_allclose(losses.adaptive_weights(x / 100, fake / 100), weights, rtol=1e-4)


def test_adaptive_weight_of_an_identical_pair_is_capped(arrays):
    x, fake = arrays[-2:]
    fake = np.concatenate([x[:1], fake[1:]])
    weights = losses.adaptive_weights(x, fake).numpy()
    assert weights[0] == pytest.approx(math.exp(20), rel=1e-5)
    assert np.isfinite(losses.adaptive_weights(x, x)).all()


def test_margin_by_hand():
    """|x-G| is 0.5 on 2 of 4 pixels and 0 on 2: mean .25, sum 1; α=20 gives 5 and 20."""
    x, fake = tf.zeros((1, 2, 2, 1)), tf.constant([0.5, -0.5, 0.0, 0.0], shape=(1, 2, 2, 1))
    np.testing.assert_allclose(losses.data_dependent_margin(x, fake, 20.0), [5.0])
    np.testing.assert_allclose(losses.data_dependent_margin(x, fake, 20.0, reduction="sum"), [20.0])
    with pytest.raises(InputError, match="median.*mean, sum"):
        losses.data_dependent_margin(x, fake, 20.0, reduction="median")


def test_mbgan_losses_by_hand():
    """a=(0,0), a'=(3,4), g=(6,8): ‖a-a'‖=5, ‖a-g‖=10, ‖a'-g‖=5; h=7 gives 7+5-10 = 2, h=5 gives 0; L_G = 5."""
    a, positive, g = tf.constant([[0.0, 0.0]]), tf.constant([[3.0, 4.0]]), tf.constant([[6.0, 8.0]])
    assert losses.mbgan_discriminator_loss(a, positive, g, 7.0).numpy() == pytest.approx(2.0)
    assert losses.mbgan_discriminator_loss(a, positive, g, 5.0).numpy() == 0.0
    assert losses.mbgan_generator_loss(positive, g).numpy() == pytest.approx(5.0)


def test_mbgan_losses_equal_a_loop(arrays):
    a, positive, g, _, _, x, fake = arrays
    weights = np.float32([1, 0, 2, 1, 1, 1])
    margins = losses.data_dependent_margin(x, fake, 2.0)
    expected = expected_generator = 0.0
    for i in range(6):
        margin = 2.0 * pixel_distance(x[i], fake[i])
        expected += weights[i] * max(0.0, margin + distance(a[i], positive[i]) - distance(a[i], g[i]))
        expected_generator += weights[i] * distance(positive[i], g[i])
    loss = losses.mbgan_discriminator_loss(a, positive, g, margins, weights)
    assert loss.numpy() == pytest.approx(expected / 6, rel=1e-5)
    loss = losses.mbgan_generator_loss(positive, g, weights)
    assert loss.numpy() == pytest.approx(expected_generator / 6, rel=1e-5)


def test_mbgan_inactive_hinge_gives_no_gradient(arrays):
    a, positive, g = (tf.constant(array) for array in arrays[:3])
    with tf.GradientTape() as tape:
        tape.watch([a, positive, g])
        loss = losses.mbgan_discriminator_loss(a, positive, g, margin=-100.0)
    for gradient in tape.gradient(loss, [a, positive, g]):
        np.testing.assert_array_equal(gradient, np.zeros((6, 5)))


def test_mbgan_of_a_pair_with_itself_is_the_plain_hinge(arrays):
    """a=a' leaves max(0, h-‖a-g‖), up to the norm's floor of 1e-6."""
    a, _, g = arrays[:3]
    expected = np.mean(np.maximum(0, 4.0 - np.linalg.norm(a - g, axis=1)))
    assert losses.mbgan_discriminator_loss(a, a, g, 4.0).numpy() == pytest.approx(expected, abs=1e-5)
