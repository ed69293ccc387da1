"""Scores, kernel distance, MS-SSIM and neighbours: golden numbers, hand arithmetic, loops, directions."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric.errors import InputError
from tfgan_metric.metrics import (
    am_score,
    entropy_terms,
    inception_score,
    intra_class_ms_ssim,
    kernel_distance,
    marginal_divergence,
    memorisation,
    mode_score,
    ms_ssim,
    nearest_rows,
    prdc,
)

CERTAIN = 1000.0 * np.eye(10)  # logits of balanced one-hot predictions


def softmax(logits):
    values = np.exp(logits - logits.max(axis=1, keepdims=True))
    return values / values.sum(axis=1, keepdims=True)


def random_logits():
    return np.random.RandomState(0).randn(1003, 10) * 3


def test_kernel_distance_golden():
    """The second set, ×1.1 + .05, is computed in float64 before it becomes float32."""
    np.random.seed(0)
    first, second = np.random.randn(512, 256), np.random.randn(512, 256)
    value, error = kernel_distance(first.astype(np.float32), (second * 1.1 + 0.05).astype(np.float32))
    assert value == pytest.approx(0.00838861479673, rel=1e-9) and error is None


def test_kernel_distance_equals_a_loop_over_blocks():
    random = np.random.default_rng(0)
    first, second = random.normal(size=(21, 4)), random.normal(size=(20, 4))

    def discrepancy(a, b):
        def mean(x, y, same):
            pairs = [(i, j) for i in range(len(x)) for j in range(len(y)) if not same or i != j]
            return np.mean([(x[i] @ y[j] / 4 + 1) ** 3 for i, j in pairs])

        return mean(a, a, True) + mean(b, b, True) - 2 * mean(a, b, False)

    values = [discrepancy(first[:7], second[:6]), discrepancy(first[7:14], second[6:13])]
    values.append(discrepancy(first[14:], second[13:]))
    value, error = kernel_distance(first, second, block_size=7)
    assert value == pytest.approx(np.mean(values), rel=1e-12)
    assert error == pytest.approx(np.std(values, ddof=1) / np.sqrt(3), rel=1e-12)


def test_inception_score_golden():
    mean, deviation = inception_score(random_logits(), splits=1)
    assert mean == pytest.approx(3.91967125142, rel=1e-11) and deviation == 0


def test_inception_score_limits():
    assert inception_score(np.zeros((20, 10)), splits=1)[0] == pytest.approx(1)
    assert inception_score(CERTAIN, splits=1)[0] == pytest.approx(10)


def test_inception_score_splits():
    """1003 rows in 10 splits: rows 100s to 100s+99, one row more in splits 3, 6 and 9."""
    logits = random_logits()
    scores = []
    for start, end in zip(
        [0, 100, 200, 300, 401, 501, 601, 702, 802, 902],
        [100, 200, 300, 401, 501, 601, 702, 802, 902, 1003],
        strict=True,
    ):
        p = softmax(logits[start:end])
        scores.append(np.exp(np.mean(np.sum(p * np.log(p / p.mean(axis=0)), axis=1))))
    mean, deviation = inception_score(logits)
    assert mean == pytest.approx(np.mean(scores), rel=1e-12) and deviation == pytest.approx(np.std(scores), rel=1e-12)


def test_mode_score_is_the_inception_score_for_any_training_marginal():
    for seed in range(3):
        marginal = np.random.default_rng(seed).dirichlet(np.ones(10))
        expected = inception_score(random_logits(), splits=1)[0]
        assert mode_score(random_logits(), marginal) == pytest.approx(expected, rel=1e-12)


def test_am_score_by_hand():
    """Two images, p = (3/4, 1/4) and (1/4, 3/4): the mean is uniform, KL(uniform ‖ uniform) = 0, and each entropy is
    3/4 ln(4/3) + 1/4 ln 4 = .5623. Training marginal (1, 0) adds ln 2."""
    logits = np.log([[0.75, 0.25], [0.25, 0.75]])
    entropy = 0.75 * np.log(4 / 3) + 0.25 * np.log(4)
    assert am_score(logits, [0.5, 0.5]) == pytest.approx(entropy)
    assert am_score(logits, [1.0, 0.0]) == pytest.approx(entropy + np.log(2))


def test_entropies_by_hand():
    """Two images certain of two classes: H of their mean ln 2, mean of their H 0; two undecided ones: ln 2 and ln 2.
    A marginal (.8, .2) against (.5, .5): .8 ln 1.6 + .2 ln .4."""
    assert entropy_terms(1000.0 * np.eye(2)) == pytest.approx((np.log(2), 0))
    assert entropy_terms(np.zeros((2, 2))) == pytest.approx((np.log(2), np.log(2)))
    expected = 0.8 * np.log(1.6) + 0.2 * np.log(0.4)
    assert marginal_divergence(np.zeros((2, 2)), [0.8, 0.2]) == pytest.approx(expected)


def test_am_score_limits_and_direction():
    uniform = np.full(10, 0.1)
    assert am_score(CERTAIN, uniform) == pytest.approx(0, abs=1e-12)
    without_a_class = am_score(CERTAIN[:9], uniform)
    assert without_a_class > am_score(random_logits(), uniform) > 0 and np.isfinite(without_a_class)


def test_ms_ssim_against_tensorflow():
    """On intensities in [0, 1], which TensorFlow's formula assumes and does not check; ours takes [-1, 1].

    TensorFlow's weights sum to 1.0001 and ours to 1; on one channel that is a power.
    """
    random = np.random.default_rng(0)
    first = random.uniform(size=(4, 192, 208, 1))
    second = np.clip(first + random.normal(size=first.shape) * [[[[0.05]]], [[[0.15]]], [[[0.5]]], [[[0.0]]]], 0, 1)
    expected = tf.image.ssim_multiscale(tf.constant(first, tf.float32), tf.constant(second, tf.float32), 1.0)
    found = ms_ssim(2 * first - 1, 2 * second - 1)
    np.testing.assert_allclose(found, expected.numpy() ** (1 / 1.0001), atol=1e-5)


def test_ms_ssim_of_brightness():
    """A checkerboard around 102 and around 153 of 255, i.e. around .4 and .6: its structure is the same, so only the
    fifth scale's luminance, where the pattern has averaged out, tells them apart:
    ((2·.4·.6 + C₁)/(.16 + .36 + C₁))^.1333, C₁ = 1e-4: (.4801/.5201)^.1333 = .98939."""
    pattern = 0.05 * (-1.0) ** np.add.outer(np.arange(176), np.arange(176))[None, :, :, None]
    assert ms_ssim(-0.2 + pattern, 0.2 + pattern)[0] == pytest.approx(0.98939, abs=1e-5)


def test_ms_ssim_of_one_scale_by_hand():
    """2×2 images have one scale (the next has side 1) and a window of four equal weights. Constant intensities .75 and
    .25: SSIM = (2·.75·.25 + C₁)/(.5625 + .0625 + C₁) · 1 = .3751/.6251. Black and white: C₁/(1 + C₁).
    A pattern .5 ± .25 and its negative: variances .0625, σ₁₂ = -.0625, C₂ = .0009: (-.1241/.1259) · 1 is negative: 0;
    with |σ₁₂| it is .1259/.1259."""
    image = np.ones((1, 2, 2, 1))
    assert ms_ssim(0.5 * image, -0.5 * image)[0] == pytest.approx(0.3751 / 0.6251)
    assert ms_ssim(image, -image)[0] == pytest.approx(1e-4 / 1.0001)
    pattern = 0.5 * np.array([[1.0, -1.0], [-1.0, 1.0]])[None, :, :, None]
    assert ms_ssim(pattern, -pattern)[0] == 0
    assert ms_ssim(pattern, -pattern, absolute_covariance=True)[0] == pytest.approx(1)


@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 32, 3), (64, 64, 3), (3, 5, 1)])
def test_ms_ssim_limits_and_order(shape):
    random = np.random.default_rng(0)
    images = random.uniform(-1, 1, size=(3, *shape))
    noise = random.normal(size=images.shape)
    np.testing.assert_allclose(ms_ssim(images, images), 1, rtol=1e-9)
    near, far = ms_ssim(images, np.clip(images + 0.05 * noise, -1, 1)), ms_ssim(images, -images)
    assert np.all((near <= 1) & (near > 0.5)) and np.all(far < near)
    np.testing.assert_allclose(ms_ssim(images, -images), ms_ssim(-images, images))


def test_intra_class_ms_ssim_finds_the_collapsed_class():
    random = np.random.default_rng(0)
    images, labels = random.uniform(-1, 1, size=(60, 28, 28, 1)), np.repeat([0, 1, 2], 20)
    images[labels == 1] = images[20]
    found = intra_class_ms_ssim(images, labels, pairs=30)
    assert found[1] == pytest.approx(1) and max(found[0], found[2]) < 0.5
    assert set(intra_class_ms_ssim(images[:21], labels[:21], pairs=3)) == {0}  # class 1 has one image


def test_prdc_golden():
    random = np.random.RandomState(0)
    real, fake = random.randn(1000, 64), random.randn(800, 64) * 0.9 + 0.1
    expected = {"precision": 0.93125, "recall": 0.344, "density": 3.30275, "coverage": 0.999}
    assert prdc(real, fake, k=5) == pytest.approx(expected, rel=1e-9)


def test_prdc_by_hand():
    """Real points 0, 1, 3, 7 on a line, k=1: radii 1, 1, 2, 4, so balls [-1,1], [0,2], [1,5], [3,11].
    Generated points 1, 2, 20: 1 is on the edge of the first and the third and in the second, 2 on the second's edge
    and in the third, 20 in none: balls 3, 2, 0: precision 2/3, density 5/3, all but the last ball covered: 3/4.
    Generated radii 1, 1, 18: balls [0,2], [1,3], [2,38] hold 0, 1, 3 and 7: recall 1."""
    found = prdc(np.array([[0.0], [1], [3], [7]]), np.array([[1.0], [2], [20]]), k=1)
    assert found == pytest.approx({"precision": 2 / 3, "recall": 1.0, "density": 5 / 3, "coverage": 3 / 4})


def test_prdc_of_duplicated_rows_far_from_the_origin():
    """Five equal points have radius 0 with k=4; the same points generated are on it, whatever the rounding."""
    points = np.repeat(np.random.default_rng(0).normal(size=(20, 32)) + 1000.0, 5, axis=0)
    found = prdc(points, points, k=4)
    assert found == pytest.approx({"precision": 1.0, "recall": 1.0, "density": 5 / 4, "coverage": 1.0})


def test_duplicates_lower_coverage_and_not_precision():
    random = np.random.default_rng(0)
    real, fake = random.normal(size=(400, 8)), random.normal(size=(400, 8))
    copies = np.repeat(fake[:10], 40, axis=0)
    varied, collapsed = prdc(real, fake), prdc(real, copies)
    assert collapsed["coverage"] < 0.5 * varied["coverage"] and collapsed["recall"] < 0.2
    assert collapsed["precision"] > 0.5


def test_memorisation():
    """Distances of the held-out to the training point 0: 1 and 2; of the generated 0, 1 and 5: nearer than both,
    nearer than one and level with one, than none: (1 + (1/2 + 1/4... = .75) + 0)/3."""
    found = memorisation(np.array([[0.0]]), np.array([2.0, 1.0]), np.array([[0.0], [1.0], [5.0]]))
    assert found["share_nearer"] == pytest.approx((1 + 0.75 + 0) / 3)
    np.testing.assert_array_equal(found["distances"], [0, 1, 5])


def test_memorisation_trips_on_copies_alone():
    random = np.random.default_rng(0)
    train, held_out, new = (random.normal(size=(300, 8)) for _ in range(3))
    _, usual = nearest_rows(held_out, train)
    assert memorisation(train, usual, new)["share_nearer"] == pytest.approx(0.5, abs=0.06)
    copied = memorisation(train, usual, train[50:100] + 1e-3)
    assert copied["share_nearer"] > 0.99
    np.testing.assert_array_equal(copied["nearest"], np.arange(50, 100))


NAN = np.array([[np.nan, 0.0]] * 12)
GOOD = np.random.default_rng(0).normal(size=(12, 2))


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        (lambda: kernel_distance(GOOD, NAN), "features_b must be finite; 12 of 24"),
        (lambda: kernel_distance(GOOD[:1], GOOD), "at least 2 rows; got 1"),
        (lambda: kernel_distance(GOOD, GOOD, block_size=1), "12 blocks need at least 24 rows each; got 12"),
        (lambda: kernel_distance(GOOD, GOOD[:, :1]), "same dimension; got 2 and 1"),
        (lambda: inception_score(GOOD, splits=13), "13 splits needs at least 13 images; got 12"),
        (lambda: inception_score(NAN), "must be finite"),
        (lambda: am_score(GOOD, [0.5, 0.4]), "sum to 0.9"),
        (lambda: am_score(GOOD, [1.0]), r"shape \(2,\), one probability a class; got \(1,\)"),
        (lambda: mode_score(NAN, [0.5, 0.5]), "must be finite"),
        (lambda: ms_ssim(np.zeros((1, 8, 8, 1)), np.zeros((1, 8, 9, 1))), "one shape"),
        (lambda: ms_ssim(np.zeros((1, 1, 8, 1)), np.zeros((1, 1, 8, 1))), "sides of at least 2"),
        (lambda: ms_ssim(np.zeros((1, 8, 8, 1)), np.full((1, 8, 8, 1), 255.0)), r"images_b must be in \[-1, 1\]"),
        (lambda: intra_class_ms_ssim(np.zeros((2, 8, 8, 1)), [0, 1]), "a class of at least two images"),
        (lambda: intra_class_ms_ssim(np.zeros((2, 8, 8, 1)), [0]), "one int an image"),
        (lambda: prdc(GOOD[:5], GOOD), "at least 6 rows; got 5"),
        (lambda: prdc(GOOD, NAN), "fake features must be finite"),
        (lambda: memorisation(GOOD, GOOD[:0], GOOD), "needs held-out real images"),
    ],
)
def test_what_a_metric_refuses(metric, message):
    with pytest.raises(InputError, match=message):
        metric()
