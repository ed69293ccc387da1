"""Maximum mean discrepancy: kernels by hand and by loops, the unbiased estimate, the witness, the activations."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric import losses
from tfgan_metric.losses.mmd import KERNELS


def by_loop(name, u, v):
    """k(u, v) of two vectors, from the formulas."""
    square = sum((float(a) - float(b)) ** 2 for a, b in zip(u, v, strict=True))
    rational = sum((1 + square / (2 * scale)) ** -scale for scale in (0.2, 0.5, 1, 2, 5))
    length = [math.sqrt(sum(float(entry) ** 2 for entry in vector)) for vector in (u, v)]
    return {
        "rq": rational,
        "rq_linear": rational + sum(float(a) * float(b) for a, b in zip(u, v, strict=True)),
        "rbf": sum(math.exp(-square / (2 * deviation**2)) for deviation in (2, 5, 10, 20, 40, 80)),
        "distance": (length[0] + length[1] - math.sqrt(square)) / 2,
    }[name]


def mmd_by_loop(name, real, fake):
    total = 0.0
    for rows in (real, fake):
        pairs = [by_loop(name, u, v) for i, u in enumerate(rows) for j, v in enumerate(rows) if i != j]
        total += sum(pairs) / len(pairs)
    return total - 2 * sum(by_loop(name, u, v) for u in real for v in fake) / (len(real) * len(fake))


@pytest.fixture
def features():
    """Real features (6, 4) and generated ones (5, 4), of another mean."""
    random = np.random.default_rng(0)
    return random.normal(size=(6, 4)).astype(np.float32), (1 + random.normal(size=(5, 4))).astype(np.float32)


def test_kernels_by_hand():
    """u=(3,0), v=(0,4), ‖u-v‖²=25: α=1 gives 1/(1+12.5) = 2/27; the distance kernel (3+4-5)/2 = 1; uᵀv = 0."""
    u, v = tf.constant([[3.0, 0.0]]), tf.constant([[0.0, 4.0]])
    rational = 63.5**-0.2 + 26**-0.5 + 2 / 27 + 7.25**-2 + 3.5**-5
    for name, expected in (("rq", rational), ("rq_linear", rational), ("distance", 1.0)):
        np.testing.assert_allclose(KERNELS[name](u, v), [[expected]], rtol=1e-6)
    gaussian = sum(math.exp(-25 / (2 * deviation**2)) for deviation in (2, 5, 10, 20, 40, 80))
    np.testing.assert_allclose(KERNELS["rbf"](u, v), [[gaussian]], rtol=1e-6)


@pytest.mark.parametrize("name", KERNELS)
def test_equal_a_loop(name, features):
    real, fake = features
    kernel = KERNELS[name](real, fake).numpy()
    expected = [[by_loop(name, u, v) for v in fake] for u in real]
    np.testing.assert_allclose(kernel, expected, rtol=1e-5, atol=1e-6)
    assert losses.squared_mmd(real, fake, KERNELS[name]).numpy() == pytest.approx(
        mmd_by_loop(name, real, fake), rel=1e-4, abs=1e-5
    )
    witness = losses.mmd_witness(fake, real, fake, KERNELS[name])
    by_hand = [sum(by_loop(name, u, a) for a in real) / 6 - sum(by_loop(name, u, g) for g in fake) / 5 for u in fake]
    np.testing.assert_allclose(witness, by_hand, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", KERNELS)
def test_kernels_are_symmetric_and_positive(name, features):
    """So is each a kernel: a matrix without an eigenvalue below 0, up to rounding."""
    rows = np.concatenate(features)
    kernel = KERNELS[name](rows, rows).numpy()
    np.testing.assert_allclose(kernel, kernel.T, rtol=1e-5, atol=1e-6)
    assert np.linalg.eigvalsh(kernel.astype(np.float64)).min() > -1e-5


def test_linear_kernel_compares_means():
    """MMD²_u of uᵀv with a = (0, 4), g = (1, 1): E a_i a_j = 0, E g_i g_j = 1, E a g = 2, so 0 + 1 - 2·2 = -3."""
    product = losses.squared_mmd(*(tf.constant(rows)[:, None] for rows in ([0.0, 4.0], [1.0, 1.0])), np_product)
    assert product.numpy() == pytest.approx(-3.0)


def np_product(features, others):
    return tf.matmul(features, others, transpose_b=True)


def test_distance_kernel_s_mmd_is_half_the_energy_distance(features):
    """The lengths cancel, E‖a‖ + E‖g‖ - (E‖a‖ + E‖g‖) = 0, and leave half of 2E‖a-g‖ - E‖a-a'‖ - E‖g-g'‖."""
    real, fake = features
    labels = [tf.zeros(len(rows), tf.int32) for rows in features]
    expected = losses.energy_distance(real, fake, *labels).numpy() / 2
    assert losses.squared_mmd(real, fake, KERNELS["distance"]).numpy() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("name", KERNELS)
def test_unbiased(name):
    """Both sets two independent draws from one population: over all of them each term's mean is that of k, and
    1 + 1 - 2 = 0."""
    population = np.random.default_rng(2).normal(size=(4, 3)).astype(np.float32)
    sets = [population[[i, j]] for i in range(4) for j in range(4)]
    values = [losses.squared_mmd(a, g, KERNELS[name]).numpy() for a in sets for g in sets]
    assert np.mean(values) == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("name", KERNELS)
def test_gradient_is_finite_where_all_features_are_one(name):
    one = tf.ones((3, 2))
    with tf.GradientTape() as tape:
        tape.watch(one)
        loss = losses.squared_mmd(one, one, KERNELS[name])
    assert np.all(np.isfinite(tape.gradient(loss, one)))


def test_activations_by_hand():
    """Layers of [1, 3] and of 2 everywhere: (1+9)/2 + 4 = 9; of zeros 0; large ones in float16 do not overflow."""
    layers = [
        tf.constant([[1.0, 3.0], [0.0, 0.0]]),
        tf.constant([2.0, 0.0])[:, None, None, None] * tf.ones((2, 2, 2, 3)),
    ]
    np.testing.assert_allclose(losses.mean_squared_activations(layers), [9.0, 0.0])
    found = losses.mean_squared_activations([tf.fill((1, 4), tf.constant(1000.0, tf.float16))])
    np.testing.assert_allclose(found, [1e6])
