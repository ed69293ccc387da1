"""Latent distributions and the inputs drawn for a generator."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric.errors import InputError
from tfgan_metric.latents import MixtureLatent, NormalLatent, UniformLatent, draw_inputs
from tfgan_metric.random import normal, uniform


def test_uniform():
    sample = UniformLatent(50, low=-1.0, high=3.0).sample(4000, [0, 1]).numpy()
    assert sample.shape == (4000, 50) and sample.min() >= -1 and sample.max() < 3
    assert sample.mean() == pytest.approx(1.0, abs=0.02)  # 5 standard errors: 5·1.15/√200000 = .013
    assert sample.std() == pytest.approx(4 / np.sqrt(12), abs=0.02)


def test_normal():
    sample = NormalLatent(50, scale=2.0).sample(4000, [0, 1]).numpy()
    assert sample.mean() == pytest.approx(0.0, abs=0.03) and sample.std() == pytest.approx(2.0, abs=0.03)


def test_seed_decides():
    latent = UniformLatent(4)
    np.testing.assert_array_equal(latent.sample(3, [5, 1]), latent.sample(3, [5, 1]))
    assert not np.array_equal(latent.sample(3, [5, 1]), latent.sample(3, [5, 2]))


def test_draw_inputs():
    latent = UniformLatent(4)
    latents, labels = draw_inputs(latent, 3, 900, seed=0)
    assert latents.shape == (900, 4)
    assert np.bincount(labels).min() > 240  # 300 expected of each, standard deviation 14
    np.testing.assert_array_equal(draw_inputs(latent, None, 900, seed=0), latents)
    np.testing.assert_array_equal(draw_inputs(latent, 3, 2, seed=0, labels=[2, 1])[1], [2, 1])


@pytest.mark.parametrize(
    "make", [lambda: UniformLatent(0), lambda: UniformLatent(3, 1.0, 1.0), lambda: NormalLatent(3, scale=0.0)]
)
def test_arguments_out_of_range(make):
    with pytest.raises(InputError, match="must be"):
        make()


def readable_mixture(components, component_choice, scale=1.0, noise=None, component_weights=None):
    """A mixture of three entries: the first is the component's number, the others its noise times `scale`."""
    latent = MixtureLatent(3, components, component_choice, noise=noise, component_weights=component_weights)
    means, scales = np.zeros((2, components, 3), np.float32)
    means[:, 0] = np.arange(components)
    scales[:, 1:] = scale
    latent.means.assign(means)
    latent.scales.assign(scales)
    return latent


def random_mixture(components, component_choice, noise=None, component_weights=None):
    """A mixture of four entries with means and scales of its own in each of them, σ in [1, 2)."""
    latent = MixtureLatent(4, components, component_choice, noise=noise, component_weights=component_weights)
    generator = np.random.default_rng(0)
    latent.means.assign(generator.normal(size=(components, 4)))
    latent.scales.assign(generator.uniform(1, 2, size=(components, 4)))
    return latent


def test_mixture_starts_as_the_paper_has_it():
    """μ ~ U(-1, 1), σ = 0.2, both trained."""
    latent = MixtureLatent(40, 50)
    means, scales = (weight.numpy() for weight in latent.trainable_weights)
    assert means.shape == scales.shape == (50, 40)
    assert means.min() >= -1 and means.max() < 1
    assert means.mean() == pytest.approx(0, abs=0.07)  # 5 standard errors: 5·.577/√2000 = .065
    assert means.std() == pytest.approx(2 / np.sqrt(12), abs=0.05)
    np.testing.assert_array_equal(scales, np.full((50, 40), 0.2, np.float32))
    np.testing.assert_array_equal(
        MixtureLatent(2, 3, initial_scale=0.7).scales.numpy(), np.full((3, 2), np.float32(0.7))
    )


@pytest.mark.parametrize("noise", [None, UniformLatent(4, low=0.0, high=3.0)])
def test_mixture_in_a_cycle(noise):
    """Row j is μ_k + σ_k ⊙ ε_j with k = j mod 3, ε the noise of the same seed."""
    latent = random_mixture(3, "cycle", noise)
    epsilon = (noise or NormalLatent(4)).sample(8, [3, 1]).numpy()
    means, scales = latent.means.numpy(), latent.scales.numpy()
    expected = [means[j % 3] + scales[j % 3] * epsilon[j] for j in range(8)]
    np.testing.assert_allclose(latent.sample(8, [3, 1]), expected, rtol=1e-6, atol=1e-6)


def test_mixture_has_the_noise_it_is_given():
    """With μ=0 and σ=1 the vectors are the noise: U(2, 5) here, whose mean is 3.5 and deviation 3/√12."""
    latent = MixtureLatent(20, 7, initial_scale=1.0, noise=UniformLatent(20, low=2.0, high=5.0))
    latent.means.assign(np.zeros((7, 20)))
    sample = latent.sample(1000, [0, 1]).numpy()
    assert sample.min() >= 2 and sample.max() < 5
    assert sample.mean() == pytest.approx(3.5, abs=0.04)  # 5 standard errors: 5·.866/√20000 = .031
    assert sample.std() == pytest.approx(3 / np.sqrt(12), abs=0.03)


@pytest.mark.parametrize("component_choice", ["uniform", "cycle", "weighted", "trained"])
def test_mixture_gradients(component_choice):
    """∂L/∂σ_k = Σ ε_j ⊙ ∂L/∂z_j and ∂L/∂μ_k = Σ ∂L/∂z_j over the rows j of component k, for L = Σ c ⊙ sin z."""
    latent, rows = random_mixture(5, component_choice), readable_mixture(5, component_choice).sample(12, [2, 9])
    rows = np.rint(rows.numpy()[:, 0]).astype(int)
    weights = np.random.default_rng(1).normal(size=(12, 4)).astype(np.float32)
    with tf.GradientTape() as tape:
        latents = latent.sample(12, [2, 9])
        loss = tf.reduce_sum(weights * tf.sin(latents))
    by_means, by_scales = (
        tf.convert_to_tensor(g) for g in tape.gradient(loss, [latent.means.value, latent.scales.value])
    )
    means, scales = latent.means.numpy(), latent.scales.numpy()
    expected_means, expected_scales = np.zeros((2, 5, 4))
    for j, k in enumerate(rows):
        slope = weights[j] * np.cos(latents.numpy()[j])
        expected_means[k] += slope
        expected_scales[k] += slope * (latents.numpy()[j] - means[k]) / scales[k]
    assert np.abs(expected_scales).max() > 0.1
    np.testing.assert_allclose(by_means, expected_means, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(by_scales, expected_scales, rtol=1e-4, atol=1e-5)


def test_mixture_without_scale_is_deterministic():
    """σ=0 leaves z = μ_k whatever the seed, and ∂L/∂σ its noise."""
    latent = random_mixture(3, "cycle")
    latent.scales.assign(np.zeros((3, 4)))
    for seed in ([0, 0], [7, 3]):
        np.testing.assert_array_equal(latent.sample(6, seed), np.tile(latent.means.numpy(), (2, 1)))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(latent.sample(3, [7, 3]))
    gradient = tf.convert_to_tensor(tape.gradient(loss, latent.scales.value))
    np.testing.assert_allclose(gradient, NormalLatent(4).sample(3, [7, 3]), rtol=1e-6)


@pytest.mark.parametrize("seed", [[0, 0], [0, 1], [1, 0], [2**31 - 1, 5]])
def test_mixture_draws_components_alike_and_apart_from_the_noise(seed):
    """5 components and the 4 quarters of N(0,1), cut at 0 and ±.6745: each of the 20 pairs in 1/20 of 8,000 rows.

    Σ (found-400)²/400 is χ² with 19 degrees of freedom, above 60 once in 300,000.
    """
    sample = readable_mixture(5, "uniform").sample(8000, seed).numpy()
    for column in (1, 2):
        pairs = np.zeros((5, 4))
        np.add.at(pairs, (sample[:, 0].astype(int), np.digitize(sample[:, column], [-0.6745, 0, 0.6745])), 1)
        assert np.sum((pairs - 400) ** 2 / 400) < 60


def test_mixture_draws_each_row_apart():
    """Components of neighbouring rows, and of the same rows with the next seed: each of 25 pairs in 1/25 of the rows.

    χ² with 24 degrees of freedom is above 70 once in 400,000.
    """
    latent = readable_mixture(5, "uniform")
    first, second = (latent.sample(10000, [4, number]).numpy()[:, 0].astype(int) for number in (0, 1))
    for a, b in ((first[:-1], first[1:]), (first, second)):
        pairs = np.zeros((5, 5))
        np.add.at(pairs, (a, b), 1)
        assert np.sum((pairs - len(a) / 25) ** 2 / (len(a) / 25)) < 70


@pytest.mark.parametrize("component_choice", ["weighted", "trained"])
def test_mixture_draws_components_by_their_weights(component_choice):
    """w = (1, 4, 3)/8 of 8,000 rows and the 4 quarters of N(0,1): 250, 1,000 and 750 rows in each pair.

    χ² with 11 degrees of freedom is above 50 once in 1,600,000.
    """
    latent = readable_mixture(3, component_choice, component_weights=[1, 4, 3])
    sample = latent.sample(8000, [0, 1]).numpy()
    pairs, expected = np.zeros((3, 4)), np.array([[250], [1000], [750]])
    np.add.at(pairs, (sample[:, 0].astype(int), np.digitize(sample[:, 1], [-0.6745, 0, 0.6745])), 1)
    assert np.sum((pairs - expected) ** 2 / expected) < 50
    assert len(latent.trainable_weights) == (3 if component_choice == "trained" else 2)


def test_mixture_weights_are_trained_as_those_of_a_sum():
    """At drawn z_j, ∂L/∂w_i = Σ_j ∂L/∂z_j · (μ_i + σ_i ε_j); of w = softmax(l), ∂L/∂l_i = w_i (∂L/∂w_i - Σ w ∂L/∂w)."""
    latent = random_mixture(3, "trained", component_weights=[1, 2, 5])
    with tf.GradientTape() as tape:
        latents = latent.sample(6, [2, 9])
        loss = tf.reduce_sum(tf.sin(latents))
    gradient = tape.gradient(loss, latent.logits.value)
    means, scales, epsilon = latent.means.numpy(), latent.scales.numpy(), NormalLatent(4).sample(6, [2, 9]).numpy()
    weights, by_weight = [1 / 8, 2 / 8, 5 / 8], np.zeros(3)
    for i in range(3):
        for j in range(6):
            by_weight[i] += np.cos(latents.numpy()[j]) @ (means[i] + scales[i] * epsilon[j])
    expected = [weights[i] * (by_weight[i] - np.dot(weights, by_weight)) for i in range(3)]
    np.testing.assert_allclose(gradient, expected, rtol=1e-4, atol=1e-5)
    drawn = random_mixture(3, "weighted", component_weights=[1, 2, 5])
    np.testing.assert_array_equal(latents, drawn.sample(6, [2, 9]))


@pytest.mark.parametrize("component_choice", ["uniform", "cycle", "weighted", "trained"])
def test_mixture_seed_decides(component_choice):
    latent = random_mixture(5, component_choice)
    np.testing.assert_array_equal(latent.sample(9, [5, 1]), latent.sample(9, [5, 1]))
    assert not np.array_equal(latent.sample(9, [5, 1]), latent.sample(9, [5, 2]))
    compiled = tf.function(lambda: latent.sample(9, tf.constant([5, 1])), jit_compile=True)
    np.testing.assert_allclose(compiled(), latent.sample(9, [5, 1]), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MixtureLatent(0), "dimension must be.*0"),
        (lambda: MixtureLatent(4, components=0), "components must be.*0"),
        (lambda: MixtureLatent(4, components=2.5), "components must be.*2.5"),
        (lambda: MixtureLatent(4, component_choice="largest"), "largest.*cycle, trained, uniform"),
        (lambda: MixtureLatent(4, component_weights=[1.0]), "needs component_choice 'weighted' or 'trained'; got 'uni"),
        (lambda: MixtureLatent(4, 2, "weighted", component_weights=[1]), r"must be 2 numbers above 0; got \[1\]"),
        (lambda: MixtureLatent(4, 1, "trained", component_weights=[0]), "component_weights must be.*above 0; got 0"),
        (lambda: MixtureLatent(4, initial_scale=-0.1), "initial_scale must be.*-0.1"),
        (lambda: MixtureLatent(4, noise=NormalLatent(5)), "noise must be a Latent of 4 entries"),
        (lambda: MixtureLatent(4, noise="normal"), "noise must be a Latent of 4 entries.*normal"),
    ],
)
def test_mixture_arguments_out_of_range(make, message):
    with pytest.raises(InputError, match=message):
        make()


@pytest.mark.parametrize("noise", [None, UniformLatent(4, low=-3.0, high=0.5)])
def test_mixture_is_rebuilt_from_its_config(noise):
    """The config, as JSON, holds the arguments and the noise; with the weights the copy draws the same vectors."""
    latent = MixtureLatent(4, 6, "cycle", initial_scale=0.3, noise=noise)
    latent.scales.assign_add(np.random.default_rng(2).uniform(size=(6, 4)))
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(latent)))
    copy = keras.saving.deserialize_keras_object(config)
    assert isinstance(copy, MixtureLatent)
    assert (copy.dimension, copy.components, copy.component_choice, copy.initial_scale) == (4, 6, "cycle", 0.3)
    assert type(copy.noise) is type(latent.noise) and copy.noise.get_config() == latent.noise.get_config()
    assert not np.array_equal(copy.sample(5, [0, 1]), latent.sample(5, [0, 1]))
    copy.set_weights(latent.get_weights())
    np.testing.assert_array_equal(copy.sample(5, [0, 1]), latent.sample(5, [0, 1]))


def test_trained_weights_are_rebuilt_and_one_component_has_them_too():
    latent = MixtureLatent(4, 3, "trained", component_weights=(1, 2, 1))
    latent.logits.assign([0.0, 3.0, 1.0])
    copy = keras.saving.deserialize_keras_object(json.loads(json.dumps(keras.saving.serialize_keras_object(latent))))
    np.testing.assert_allclose(copy.logits, np.log([1, 2, 1]), rtol=1e-6)
    copy.set_weights(latent.get_weights())
    np.testing.assert_array_equal(copy.sample(50, [0, 1]), latent.sample(50, [0, 1]))
    assert MixtureLatent(4, 1, "weighted").sample(2, [0, 1]).shape == (2, 4)


@pytest.mark.parametrize("shape", [(3, 5), (16, 100), (7,)])
def test_random_numbers_are_tensorflow_s_and_xla_s_alike(shape):
    """Outside XLA uniform ones are TensorFlow's bit by bit, normal ones to the rounding of sine and logarithm."""
    seed = tf.constant([7, 1 << 33], tf.int64)
    expected = tf.random.stateless_uniform(shape, seed, -1.0, 1.0, alg="philox")
    np.testing.assert_array_equal(uniform(shape, seed, -1.0, 1.0), expected)
    np.testing.assert_allclose(normal(shape, seed), tf.random.stateless_normal(shape, seed, alg="philox"), atol=1e-5)
    for draw in (uniform, normal):
        compiled = tf.function(lambda draw=draw: draw(shape, seed), jit_compile=True)
        np.testing.assert_allclose(compiled(), draw(shape, seed), atol=1e-5)
