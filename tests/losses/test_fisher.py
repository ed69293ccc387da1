"""Fisher losses: hand arithmetic, a plain loop, and what the augmented Lagrangian converges to."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric import losses


@pytest.fixture
def outputs():
    """A critic's outputs on real and on fake images, (8, 1) and (5, 1)."""
    generator = np.random.default_rng(0)
    return [generator.normal(center, 2.0, size=(size, 1)).astype(np.float32) for center, size in ((0.7, 8), (-0.4, 5))]


def test_fisher_loss_by_hand():
    """s_r=(1,3), s_f=(0,-2), Λ=.5, ρ=.2: E s_r²=5, E s_f²=2, so Ω=3.5; E s_r=2, E s_f=-1.

    The critic maximises 2-(-1) + .5(1-3.5) - .1(3.5-1)² = 3 - 1.25 - .625 = 1.125, so the loss is -1.125.
    """
    real, fake = tf.constant([[1.0], [3.0]]), tf.constant([[0.0], [-2.0]])
    loss, constraint = losses.fisher_discriminator_loss(real, fake, 0.5, 0.2)
    assert constraint.numpy() == pytest.approx(3.5)
    assert losses.fisher_constraint(real, fake).numpy() == pytest.approx(3.5)
    assert loss.numpy() == pytest.approx(-1.125)


@pytest.mark.parametrize(("multiplier", "penalty_weight"), [(0.0, 1e-6), (0.8, 0.0), (-0.3, 2.5)])
def test_fisher_loss_equals_a_loop(outputs, multiplier, penalty_weight):
    real, fake = ([float(s) for s in array[:, 0]] for array in outputs)
    constraint = 0.5 * sum(s**2 for s in real) / 8 + 0.5 * sum(s**2 for s in fake) / 5
    expected = sum(real) / 8 - sum(fake) / 5
    expected += multiplier * (1 - constraint) - penalty_weight / 2 * (constraint - 1) ** 2
    loss, found = losses.fisher_discriminator_loss(*outputs, multiplier, penalty_weight)
    assert found.numpy() == pytest.approx(constraint, rel=1e-5)
    assert loss.numpy() == pytest.approx(-expected, rel=1e-4)


def test_fisher_gradients(outputs):
    """Of the loss: ∂/∂s_r = (-1 + (Λ+ρ(Ω-1))s_r)/m_r, ∂/∂s_f = (1 + (Λ+ρ(Ω-1))s_f)/m_f, ∂/∂Λ = Ω-1."""
    real, fake, multiplier = tf.constant(outputs[0]), tf.constant(outputs[1]), tf.constant(0.3)
    with tf.GradientTape() as tape:
        tape.watch([real, fake, multiplier])
        loss, _ = losses.fisher_discriminator_loss(real, fake, multiplier, 0.7)
    by_real, by_fake, by_multiplier = tape.gradient(loss, [real, fake, multiplier])
    constraint = (np.mean(np.float64(outputs[0]) ** 2) + np.mean(np.float64(outputs[1]) ** 2)) / 2
    slope = 0.3 + 0.7 * (constraint - 1)
    np.testing.assert_allclose(by_real, (-1 + slope * outputs[0]) / 8, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(by_fake, (1 + slope * outputs[1]) / 5, rtol=1e-4, atol=1e-6)
    assert by_multiplier.numpy() == pytest.approx(constraint - 1, rel=1e-5)


def test_fisher_loss_of_extreme_outputs():
    """s_r=1e4, s_f=-1e4: Ω=1e8 and, with Λ=0 and ρ=1e-6, the loss -2e4 + .5e-6·(1e8)² = 5e9; finite gradients."""
    real, fake = tf.constant([[1e4]]), tf.constant([[-1e4]])
    with tf.GradientTape() as tape:
        tape.watch([real, fake])
        loss, constraint = losses.fisher_discriminator_loss(real, fake, 0.0, 1e-6)
    assert constraint.numpy() == pytest.approx(1e8, rel=1e-5)
    assert loss.numpy() == pytest.approx(5e9, rel=1e-4)
    for gradient, sign in zip(tape.gradient(loss, [real, fake]), (1, -1), strict=True):
        assert gradient.numpy()[0, 0] == pytest.approx(sign * 1e6, rel=1e-4)  # ρ(Ω-1)s = 1e-6·1e8·1e4


def normal_samples(mean, seed):
    """20,000 draws of N(mean, 1), shifted and scaled so that their own mean and variance are exactly these."""
    draws = np.random.default_rng(seed).normal(size=(20000, 1))
    return ((draws - draws.mean()) / draws.std() + mean).astype(np.float32)


def train_critic(real, fake, affine, penalty_weight, steps=800, rate=0.05):
    """Gradient steps of s = wx (+ b), each followed by Λ <- Λ - ρ(1-Ω) with the Ω of that step's forward pass.

    Returns:
        (w, b, Λ, Ω, E s_r - E s_f) of the last step.
    """
    weights = [tf.Variable(0.1), tf.Variable(0.0)][: 2 if affine else 1]
    multiplier = tf.Variable(0.0)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            outputs = [weights[0] * images + (weights[1] if affine else 0.0) for images in (real, fake)]
            loss, constraint = losses.fisher_discriminator_loss(*outputs, multiplier, penalty_weight)
        for weight, gradient in zip(weights, tape.gradient(loss, weights), strict=True):
            weight.assign_sub(rate * gradient)
        multiplier.assign_sub(penalty_weight * (1.0 - constraint))
        return constraint, tf.reduce_mean(outputs[0]) - tf.reduce_mean(outputs[1])

    for _ in range(steps):
        constraint, distance = step()
    slope, offset = float(weights[0]), float(weights[1]) if affine else 0.0
    return slope, offset, float(multiplier), float(constraint), float(distance)


@pytest.mark.parametrize("mean", [0.5, 2.0])
def test_a_linear_critic_converges(mean):
    """Real N(0,1), fake N(m,1), s=wx: E s_r - E s_f = -wm and Ω = ½w² + ½w²(1+m²) = w²(1+m²/2).

    Ω=1 allows |w| = 1/√(1+m²/2), and the larger of the two distances is that of w < 0: IPM = m/√(1+m²/2).
    The multiplier: at the maximum of d + Λ(1-Ω), d of degree 1 and Ω of degree 2 in w, Euler's w·∂d/∂w = d and
    w·∂Ω/∂w = 2Ω make d = 2ΛΩ, so Λ* = IPM/2 where Ω=1.
    """
    distance = mean / math.sqrt(1 + mean**2 / 2)
    found = train_critic(normal_samples(0, 1), normal_samples(mean, 2), False, 1.0)
    np.testing.assert_allclose(found, [-distance / mean, 0, distance / 2, 1, distance], atol=2e-3)


@pytest.mark.parametrize(("mean", "penalty_weight"), [(0.5, 1.0), (2.0, 1.0), (2.0, 0.2)])
def test_an_affine_critic_converges(mean, penalty_weight):
    """Real N(0,1), fake N(m,1), s=wx+b: E s_r - E s_f = -wm whatever b, and Ω = w²(1+m²/2) + wbm + b².

    Ω is least for b = -wm/2, where it is w²(1+m²/4); so |w| = 1/√(1+m²/4), IPM = m/√(1+m²/4), b = IPM/2.
    That is more than the linear critic's. Λ* = IPM/2 by the same argument of degrees, for (w, b) together.
    The penalty has no slope at Ω=1, so the limit is the same for any ρ.
    """
    distance = mean / math.sqrt(1 + mean**2 / 4)
    found = train_critic(normal_samples(0, 1), normal_samples(mean, 2), True, penalty_weight)
    np.testing.assert_allclose(found, [-distance / mean, distance / 2, distance / 2, 1, distance], atol=2e-3)


@pytest.mark.parametrize("size", [2.0, 0.5])
def test_the_multiplier_rises_where_the_constraint_is_exceeded(size):
    """Outputs of ±2 have Ω=4: Λ <- Λ - ρ(1-4) rises by 3ρ; of ±½ Ω=¼: Λ falls by ¾ρ.

    A higher Λ then draws the critic in: the slope of the loss along its outputs, Σ s·∂loss/∂s, is -d + 2ΛΩ.
    """
    real, fake = tf.constant([[size], [-size]]), tf.constant([[-size], [size]])
    _, constraint = losses.fisher_discriminator_loss(real, fake, 0.0, 0.0)
    raised = 0.0 - 0.1 * (1.0 - constraint.numpy())
    assert raised == pytest.approx(0.1 * (size**2 - 1), rel=1e-5)
    scale = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(scale)
        loss, _ = losses.fisher_discriminator_loss(scale * real, scale * fake, raised, 0.0)
    assert tape.gradient(loss, scale).numpy() == pytest.approx(2 * raised * size**2, rel=1e-5)  # d = 0 here
