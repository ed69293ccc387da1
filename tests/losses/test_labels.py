"""Label losses: hand arithmetic, float64 loops, the lemmas of AM-GAN, gradients by autodiff and extreme logits."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric import losses

BATCH, CLASSES = 7, 4


def softmax(logits):
    """softmax of one vector, in float64 and plain arithmetic."""
    logits = [float(entry) for entry in logits]
    powers = [math.exp(entry - max(logits)) for entry in logits]
    return np.array([power / sum(powers) for power in powers])


def log_softmax(logits):
    """Its logarithm; finite for logits of any size."""
    logits = [float(entry) for entry in logits]
    return np.array([e - max(logits) - math.log(sum(math.exp(o - max(logits)) for o in logits)) for e in logits])


def with_fake(logits):
    """[l, 0]: the K class logits of one image, and the fake one."""
    return np.append(logits, 0.0)


def cross_entropy(target, prediction):
    """H(p̂, p) = -Σ p̂ ln p, with 0 ln 0 = 0."""
    return -sum(t * math.log(p) for t, p in zip(target, prediction, strict=True) if t > 0)


def entropy(prediction):
    """H(p) = H(p, p)."""
    return cross_entropy(prediction, prediction)


def one_hot(label, count=CLASSES):
    return np.eye(count)[label]


def gradients(function, *arrays):
    """The gradients of a scalar function with respect to each of its arguments, as NumPy arrays."""
    tensors = [tf.constant(array, tf.float32) for array in arrays]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value = function(*tensors)
    return [gradient.numpy() for gradient in tape.gradient(value, tensors)]


@pytest.fixture
def logits():
    """Class logits l (7, 4)."""
    return (np.random.default_rng(0).normal(size=(BATCH, CLASSES)) * 2).astype(np.float32)


@pytest.fixture
def labels():
    """Classes y (7,), each of the four at least once."""
    return np.array([2, 0, 3, 1, 1, 0, 2], np.int32)


EXTREME = np.float32([[1e4, -1e4, 0, 0], [-1e4] * 4, [1e4] * 4, [0, -1e4, -1e4, -1e4]])


# Real or fake


def test_overall_real_logit_by_hand():
    """l=(ln 2, ln 3, ln 1, ln 4): r = ln 10, so that D_r = 10/11 against the fake logit 0."""
    r = losses.overall_real_logit(tf.math.log([[2.0, 3.0, 1.0, 4.0]]))
    np.testing.assert_allclose(r, [math.log(10)], rtol=1e-6)
    assert tf.sigmoid(r).numpy()[0] == pytest.approx(10 / 11, rel=1e-6)


def test_overall_real_logit_gives_the_sum_of_the_class_probabilities(logits):
    """D_r = Σ_k D_k, D the softmax of [l, 0]."""
    expected = [softmax(with_fake(row))[:-1].sum() for row in logits]
    np.testing.assert_allclose(tf.sigmoid(losses.overall_real_logit(logits)), expected, rtol=1e-5)
    np.testing.assert_allclose(losses.overall_real_logit(EXTREME), [1e4, -1e4, 1e4, 0], rtol=1e-3)


def test_real_or_fake_cross_entropy_by_hand():
    """r = ln 3: D_r = 3/4. t=1: ln 4/3; t=0: ln 4; t=.9: .9 ln 4/3 + .1 ln 4."""
    r = tf.constant([math.log(3)])
    for share in (1.0, 0.0, 0.9):
        expected = share * math.log(4 / 3) + (1 - share) * math.log(4)
        np.testing.assert_allclose(losses.real_or_fake_cross_entropy(r, share), [expected], rtol=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 1.0])
def test_real_or_fake_cross_entropy_equals_a_loop(logits, share):
    expected = [cross_entropy([share, 1 - share], softmax([r, 0])) for r in logits[:, 0]]
    np.testing.assert_allclose(losses.real_or_fake_cross_entropy(logits[:, 0], share), expected, rtol=1e-5, atol=1e-6)


def test_real_or_fake_cross_entropy_of_extreme_logits():
    """D_r is 1 at r=1e4 and 0 at -1e4: the cross-entropy is 1e4 times the share that was wrong; gradient D_r - t."""
    r = tf.constant([1e4, -1e4])
    for share, expected in ((1.0, [0, 1e4]), (0.0, [1e4, 0]), (0.75, [2.5e3, 7.5e3])):
        np.testing.assert_allclose(losses.real_or_fake_cross_entropy(r, share), expected, rtol=1e-6)
        found = gradients(lambda r, t=share: tf.reduce_sum(losses.real_or_fake_cross_entropy(r, t)), r)[0]
        np.testing.assert_allclose(found, [1 - share, -share], atol=1e-7)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_smoothed_targets_are_stationary_points(share):
    """-∂/∂r = t - D_r (eq. 29): 0 where D_r = t, that is r = ln t/(1-t), up below it and down above it (eq. 30)."""
    stationary = math.log(share / (1 - share))
    r = tf.constant([stationary - 1, stationary, stationary + 1], tf.float32)
    found = gradients(lambda r: tf.reduce_sum(losses.real_or_fake_cross_entropy(r, share)), r)[0]
    expected = [1 / (1 + math.exp(-float(entry))) - share for entry in r]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert abs(found[1]) < 1e-6 and found[0] < -0.03 and found[2] > 0.03
    values = losses.real_or_fake_cross_entropy(r, share).numpy()
    assert values[1] < values[0] and values[1] < values[2]
    assert values[1] == pytest.approx(entropy([share, 1 - share]), rel=1e-5)  # H(t, t)


# Classes


def test_class_cross_entropy_by_hand():
    """softmax(ln 1, ln 2, ln 5) = (1, 2, 5)/8: for y=1 ln 4, for y=2 ln 8/5; unlabelled 0."""
    given = tf.math.log([[1.0, 2.0, 5.0]] * 3)
    expected = [math.log(4), math.log(8 / 5), 0]
    np.testing.assert_allclose(losses.class_cross_entropy(given, tf.constant([1, 2, -1])), expected, rtol=1e-6)


def test_class_cross_entropy_equals_a_loop(logits, labels):
    expected = [cross_entropy(one_hot(y), softmax(row)) for row, y in zip(logits, labels, strict=True)]
    np.testing.assert_allclose(losses.class_cross_entropy(logits, labels), expected, rtol=1e-5)


def test_class_cross_entropy_ignores_unlabelled_images(logits, labels):
    """Value and gradient 0 in their rows; softmax - v(y) in the others."""
    some = np.where([True, False, True, True, False, True, True], labels, -1)
    values = losses.class_cross_entropy(logits, some).numpy()
    np.testing.assert_array_equal(values == 0, some == -1)
    found = gradients(lambda given: tf.reduce_sum(losses.class_cross_entropy(given, some)), logits)[0]
    for row, y, gradient in zip(logits, some, found, strict=True):
        expected = np.zeros(CLASSES) if y == -1 else softmax(row) - one_hot(y)
        np.testing.assert_allclose(gradient, expected, atol=1e-6)


def test_class_cross_entropy_of_extreme_logits():
    """-ln softmax_y: (1e4, -1e4, 0, 0) gives 0 for y=0 and 2e4 for y=1; equal logits ln 4, however large."""
    given = EXTREME[[0, 0, 1, 2]]
    labels = tf.constant([0, 1, 3, 2])
    values = losses.class_cross_entropy(given, labels)
    np.testing.assert_allclose(values, [0, 2e4, math.log(4), math.log(4)], rtol=1e-6)
    found = gradients(lambda given: tf.reduce_sum(losses.class_cross_entropy(given, labels)), given)[0]
    expected = [[0, 0, 0, 0], [1, -1, 0, 0], [0.25, 0.25, 0.25, -0.75], [0.25, 0.25, -0.75, 0.25]]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_dynamic_labels_are_the_largest_class_logit(logits):
    expected = [max(range(CLASSES), key=lambda k, row=row: row[k]) for row in logits]
    assert len(set(expected)) > 1
    np.testing.assert_array_equal(losses.dynamic_labels(logits), expected)


def test_dynamic_labels_are_never_the_fake_class():
    """Where all class logits are far below the fake one's 0, the fake class is likeliest and still not chosen."""
    given = np.float32([[-9, -8, -30, -20], [-1e4, -2e4, -3e4, -5e3]])
    for row in given:
        assert np.argmax(softmax(with_fake(row))) == CLASSES
    np.testing.assert_array_equal(losses.dynamic_labels(given), [1, 3])
    drawn = losses.dynamic_labels(np.random.default_rng(1).normal(-5, 3, size=(500, CLASSES)).astype(np.float32))
    assert set(drawn.numpy()) == {0, 1, 2, 3}


def test_no_gradient_goes_through_dynamic_labels(logits):
    """The loss with y* = argmax l has the gradient it has with the same labels given: softmax - v(y*)."""
    with tf.GradientTape(persistent=True) as tape:
        given = tf.constant(logits)
        tape.watch(given)
        chosen = losses.dynamic_labels(given)
        loss = tf.reduce_sum(losses.class_cross_entropy(given, chosen))
        alone = tf.cast(chosen, tf.float32)
    assert tape.gradient(alone, given) is None
    expected = [softmax(row) - one_hot(int(np.argmax(row))) for row in logits]
    np.testing.assert_allclose(tape.gradient(loss, given), expected, atol=1e-6)


def test_uniform_cross_entropy_by_hand():
    """softmax(ln 1, ln 3) = (¼, ¾): -½(ln ¼ + ln ¾) = ½ ln 16/3; equal logits give ln 2."""
    values = losses.uniform_cross_entropy(tf.math.log([[1.0, 3.0], [5.0, 5.0]]))
    np.testing.assert_allclose(values, [math.log(16 / 3) / 2, math.log(2)], rtol=1e-6)


def test_uniform_cross_entropy_equals_a_loop(logits):
    """H(u, softmax l), at least H(u) = ln K; its gradient is softmax - 1/K in each row."""
    uniform = np.full(CLASSES, 1 / CLASSES)
    values = losses.uniform_cross_entropy(logits).numpy()
    np.testing.assert_allclose(values, [cross_entropy(uniform, softmax(row)) for row in logits], rtol=1e-5)
    assert (values > math.log(CLASSES)).all()
    found = gradients(lambda given: tf.reduce_sum(losses.uniform_cross_entropy(given)), logits)[0]
    np.testing.assert_allclose(found, [softmax(row) - 1 / CLASSES for row in logits], atol=1e-6)


def test_uniform_cross_entropy_of_extreme_logits():
    """(1e4, -1e4, 0, 0): (0+2e4+1e4+1e4)/4 = 1e4; equal ones are at the minimum ln K with a zero gradient."""
    values = losses.uniform_cross_entropy(EXTREME).numpy()
    np.testing.assert_allclose(values, [1e4, math.log(4), math.log(4), 7.5e3], rtol=1e-6)
    found = gradients(lambda given: tf.reduce_sum(losses.uniform_cross_entropy(given)), EXTREME)[0]
    expected = [[0.75, -0.25, -0.25, -0.25], [0] * 4, [0] * 4, [0.75, -0.25, -0.25, -0.25]]
    np.testing.assert_allclose(found, expected, atol=1e-6)


# K + 1 classes


@pytest.mark.parametrize("seed", range(5))
def test_lemma_2(seed):
    """H(p̂, p) = p̂_r H(R(p̂), R(p)) + H(F(p̂), F(p)) for any p̂ and p over K + 1 classes (eq. 16).

    R(p) = softmax(l) and F(p) = [D_r, 1-D_r] for p = softmax([l, 0]); H(R(p̂), ·) is linear in R(p̂), so it is the
    mean of the class cross-entropies weighted with R(p̂).
    """
    generator = np.random.default_rng(seed)
    target = generator.dirichlet(np.ones(CLASSES + 1))
    given = (generator.normal(size=(1, CLASSES)) * 3).astype(np.float32)
    share = target[:-1].sum()
    by_class = [losses.class_cross_entropy(given, [k]).numpy()[0] for k in range(CLASSES)]
    real_or_fake = losses.real_or_fake_cross_entropy(losses.overall_real_logit(given), share).numpy()[0]
    decomposed = share * sum(target[:-1] / share * by_class) + real_or_fake
    assert decomposed == pytest.approx(cross_entropy(target, softmax(with_fake(given[0]))), rel=1e-5)


def test_labelgan_losses_are_cross_entropies_of_k_plus_1_classes(logits, labels):
    """With the fake logit at 0: ln Σe^l's binary terms plus the class term are H(v(y), D) and H(v(K+1), D) (eq. 5)."""
    r = losses.overall_real_logit(logits)
    real = losses.real_or_fake_cross_entropy(r, 1.0) + losses.class_cross_entropy(logits, labels)
    fake = losses.real_or_fake_cross_entropy(r, 0.0)
    predictions = [softmax(with_fake(row)) for row in logits]
    expected = [cross_entropy(one_hot(y, CLASSES + 1), p) for y, p in zip(labels, predictions, strict=True)]
    np.testing.assert_allclose(real, expected, rtol=1e-4)
    expected_fake = [cross_entropy(one_hot(CLASSES, CLASSES + 1), p) for p in predictions]
    np.testing.assert_allclose(fake, expected_fake, rtol=1e-4)
    binary = losses.gan_discriminator_loss(r, r)
    whole = binary + tf.reduce_mean(losses.class_cross_entropy(logits, labels))
    assert whole.numpy() == pytest.approx(np.mean(expected) + np.mean(expected_fake), rel=1e-5)


def test_am_generator_loss_is_labelgans_plus_the_auxiliary_classifiers(logits):
    """H(v(y*), D) = -ln D_y* over K + 1 classes (eq. 14) = LabelGAN's -ln D_r + H(u(y*), R(D)) (eqs 17-18)."""
    chosen = losses.dynamic_labels(logits)
    predictions = [softmax(with_fake(row)) for row in logits]
    whole = [-math.log(p[int(y)]) for p, y in zip(predictions, chosen, strict=True)]
    labelgan = losses.gan_generator_loss(losses.overall_real_logit(logits)).numpy()
    auxiliary = losses.class_cross_entropy(logits, chosen).numpy()
    assert labelgan == pytest.approx(np.mean([-math.log(1 - p[-1]) for p in predictions]), rel=1e-5)
    assert labelgan + auxiliary.mean() == pytest.approx(np.mean(whole), rel=1e-5)


def test_class_aware_gradients_of_labelgan(logits):
    """-∂L_G/∂l_k = (1-D_r) D_k/D_r and -∂L_G/∂l_{K+1} = -(1-D_r) (eq. 11), here each over the batch size.

    The softmax of [l, f] is that of [l-f, 0], so a fake logit f that is to have a gradient is taken from l.
    """

    def loss(class_logits, fake_logits):
        return losses.gan_generator_loss(losses.overall_real_logit(class_logits - fake_logits))

    fake_logits = np.linspace(-1, 1, BATCH, dtype=np.float32)[:, None]
    by_class, by_fake = gradients(loss, logits, fake_logits)
    for i in range(BATCH):
        prediction = softmax(np.append(logits[i], fake_logits[i]))
        real = prediction[:-1].sum()
        np.testing.assert_allclose(-by_class[i] * BATCH, (1 - real) * prediction[:-1] / real, rtol=1e-3, atol=1e-6)
        np.testing.assert_allclose(-by_fake[i] * BATCH, [-(1 - real)], rtol=1e-3)


def test_class_aware_gradient_of_labelgan_reaches_the_image():
    """-∂L_G/∂x = (1-D_r) Σ_k α_k ∂l_k/∂x with α_k = D_k/D_r, α_{K+1} = -1 (eqs 12-13), for linear logits l = Wx.

    Their ∂l_k/∂x are the rows of W, the last one the fake logit's.
    """
    generator = np.random.default_rng(2)
    weights = generator.normal(size=(CLASSES + 1, 6)).astype(np.float32)
    image = generator.normal(size=(1, 6)).astype(np.float32)

    def loss(x):
        all_logits = x @ weights.T
        return losses.gan_generator_loss(losses.overall_real_logit(all_logits[:, :-1] - all_logits[:, -1:]))

    prediction = softmax(weights.astype(np.float64) @ image[0])
    real = prediction[:-1].sum()
    shares = np.append(prediction[:-1] / real, -1)
    expected = (1 - real) * sum(share * row for share, row in zip(shares, weights, strict=True))
    assert np.abs(expected).max() > 0.01
    np.testing.assert_allclose(-gradients(loss, image)[0][0], expected, rtol=1e-3, atol=1e-6)


def test_am_generator_gradient_draws_to_one_class(logits):
    """-∂H(v(y), D)/∂l_k = v_k(y) - D_k by lemma 1: up for the target class alone, where LabelGAN raises them all."""
    chosen = losses.dynamic_labels(logits)

    def loss(given):
        real_or_fake = losses.real_or_fake_cross_entropy(losses.overall_real_logit(given), 1.0)
        return tf.reduce_sum(real_or_fake + losses.class_cross_entropy(given, chosen))

    found = gradients(loss, logits)[0]
    expected = [one_hot(int(y)) - softmax(with_fake(row))[:-1] for row, y in zip(logits, chosen, strict=True)]
    np.testing.assert_allclose(-found, expected, atol=1e-5)


# Unlabelled images: the mean prediction


def marginal_reference(logits, selected):
    """H(u, R(E D)) in float64: D the softmax of [l, 0], the mean of the selected, its K real entries normalised."""
    predictions = [softmax(with_fake(row)) for row, chosen in zip(logits, selected, strict=True) if chosen]
    mean = sum(predictions) / len(predictions)
    real = mean[:-1] / mean[:-1].sum()
    return cross_entropy(np.full(len(real), 1 / len(real)), real)


def test_marginal_cross_entropy_by_hand():
    """e^[l,0] = (2,1,1) and (½,3/2,1): D = (½,¼,¼) and (1/6,½,1/3), whose sum over the real classes is (2/3, 3/4).

    Normalised (8/17, 9/17), and -½(ln 8/17 + ln 9/17) = ½ ln 289/72. (Normalised first, the mean would be
    (11/24, 13/24); the likelier real image counts more.) The third image is not selected.
    """
    given = tf.math.log([[2.0, 1.0], [0.5, 1.5], [7.0, 0.1]])
    value = losses.marginal_cross_entropy(given, tf.constant([True, True, False]))
    assert value.numpy() == pytest.approx(math.log(289 / 72) / 2, rel=1e-5)


@pytest.mark.parametrize("selected", [[True] * 7, [True, False, True, False, False, True, False], [False] * 6 + [True]])
def test_marginal_cross_entropy_equals_the_direct_computation(logits, selected):
    value = losses.marginal_cross_entropy(logits, tf.constant(selected)).numpy()
    assert value == pytest.approx(marginal_reference(logits, selected), rel=1e-5)
    assert value >= math.log(CLASSES)


def test_marginal_cross_entropy_gradient(logits):
    """Against differences of the float64 computation; images that are not selected have none."""
    selected = np.array([True, False, True, True, False, True, False])
    found = gradients(lambda given: losses.marginal_cross_entropy(given, tf.constant(selected)), logits)[0]
    for i, k in np.ndindex(logits.shape):
        step = np.zeros(logits.shape)
        step[i, k] = 1e-5
        up, down = (marginal_reference(logits.astype(np.float64) + sign * step, selected) for sign in (1, -1))
        assert found[i, k] == pytest.approx((up - down) / 2e-5, rel=1e-3, abs=1e-5)
        assert found[i, k] != 0 or not selected[i]


def test_marginal_cross_entropy_of_balanced_predictions_is_the_least():
    """Certain images of each class, or images that are all undecided, have a uniform mean: ln K, and no gradient."""
    certain = 20 * np.eye(CLASSES, dtype=np.float32) - 5
    for given in (certain, np.zeros((3, CLASSES), np.float32)):
        chosen = tf.ones(len(given), tf.bool)
        assert losses.marginal_cross_entropy(given, chosen).numpy() == pytest.approx(math.log(CLASSES), rel=1e-5)
        found = gradients(lambda given, c=chosen: losses.marginal_cross_entropy(given, c), given)[0]
        np.testing.assert_allclose(found, np.zeros(given.shape), atol=1e-6)


@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_marginal_cross_entropy_of_no_image_is_zero(logits, scale):
    nothing = tf.zeros(BATCH, tf.bool)
    assert losses.marginal_cross_entropy(logits * scale, nothing).numpy() == 0.0
    found = gradients(lambda given: losses.marginal_cross_entropy(given, nothing), logits * scale)[0]
    np.testing.assert_array_equal(found, np.zeros((BATCH, CLASSES)))


def test_marginal_cross_entropy_of_extreme_logits():
    """Selected alone, (1e4,-1e4,0,0) has ln R = (0,-2e4,-1e4,-1e4): mean 1e4. All logits -1e4 or all 1e4: ln 4.

    Of the first and the last image, D = (1,0,0,0) and (½,0,0,0) beside e^-1e4: the sum's ln R is near
    (0,-1e4,-1e4,-1e4) (the last image's -1e4 beats -2e4), the mean 7,500.
    """
    for chosen, expected in (
        ([0], 1e4),
        ([1], math.log(4)),
        ([2], math.log(4)),
        ([1, 2], math.log(4)),
        ([0, 3], 7.5e3),
    ):
        selected = tf.constant([i in chosen for i in range(4)])
        assert losses.marginal_cross_entropy(EXTREME, selected).numpy() == pytest.approx(expected, rel=1e-3)
        found = gradients(lambda given, s=selected: losses.marginal_cross_entropy(given, s), EXTREME)[0]
        assert np.isfinite(found).all()
        np.testing.assert_array_equal(found[~selected.numpy()], np.zeros((4 - len(chosen), 4)))


def test_mean_prediction_by_hand():
    """D(x) is (2, 1, 1)/5 for l = (ln 2, 0, 0) and (1, 1, 8)/11 for l = (0, 0, ln 8): the fake class has a 1 each.

    Of the first alone R gives (2, 1, 1)/4. Of both the sums are (2/5 + 1/11, 1/5 + 1/11, 1/5 + 8/11) =
    (27, 16, 51)/55, so R gives (27, 16, 51)/94. Of none it is uniform.
    """
    given = tf.constant([[math.log(2), 0, 0], [0, 0, math.log(8)]])
    for selected, expected in (
        ([True, False], np.array([2, 1, 1]) / 4),
        ([True, True], np.array([27, 16, 51]) / 94),
        ([False, False], np.ones(3) / 3),
    ):
        np.testing.assert_allclose(losses.mean_prediction(given, tf.constant(selected)), expected, rtol=1e-6)
    with tf.GradientTape() as tape:
        tape.watch(given)
        found = losses.mean_prediction(given, tf.constant([True, True]))
    assert tape.gradient(found, given) is None


def test_marginal_cross_entropy_against_a_reference_by_hand():
    """R(E D) of the second image is (1, 1, 8)/10; against (½, ¼, ¼): ¾ ln 10 + ¼ ln 10/8.

    Its gradient is that of the weighted logs: with p_ref = R the term is at its least, and the gradient 0.
    """
    given, second = tf.constant([[math.log(2), 0, 0], [0, 0, math.log(8)]]), tf.constant([False, True])
    reference = losses.mean_prediction(given, ~second)
    found = losses.marginal_cross_entropy(given, second, reference).numpy()
    assert found == pytest.approx(0.75 * math.log(10) + 0.25 * math.log(10 / 8), rel=1e-6)
    uniform = losses.marginal_cross_entropy(given, second, tf.fill((3,), 1 / 3)).numpy()
    assert uniform == pytest.approx(losses.marginal_cross_entropy(given, second).numpy(), rel=1e-6)
    own = tf.constant([0.1, 0.1, 0.8])
    at_least = gradients(lambda x: losses.marginal_cross_entropy(x, second, own), given)[0]
    np.testing.assert_allclose(at_least, np.zeros((2, 3)), atol=1e-6)
    away = gradients(lambda x: losses.marginal_cross_entropy(x, second, reference), given)[0]
    assert abs(away[1]).min() > 0.01 and not away[0].any()
    assert losses.marginal_cross_entropy(given, tf.zeros(2, tf.bool), reference).numpy() == 0.0


def test_mean_over():
    """Of 1, 5, 9 the first and the last: 5; their gradient ½ each; of none 0, with a gradient of 0."""
    values = tf.constant([1.0, 5.0, 9.0])
    some, nothing = tf.constant([True, False, True]), tf.zeros(3, tf.bool)
    assert losses.mean_over(values, some).numpy() == pytest.approx(5.0)
    assert losses.mean_over(values, tf.constant([False, True, True])).numpy() == pytest.approx(7.0)
    np.testing.assert_allclose(gradients(lambda v: losses.mean_over(v, some), values)[0], [0.5, 0, 0.5])
    assert losses.mean_over(values, nothing).numpy() == 0.0
    np.testing.assert_array_equal(gradients(lambda v: losses.mean_over(v, nothing), values)[0], np.zeros(3))


# CatGAN


def test_entropies_by_hand():
    """p = (½,½) and (1,0), e^-1e4 being 0: entropies ln 2 and 0; their mean (¾,¼) has ¾ ln 4/3 + ¼ ln 4."""
    given = tf.constant([[3.0, 3.0], [0.0, -1e4]])
    np.testing.assert_allclose(losses.entropy(given), [math.log(2), 0], atol=1e-6)
    expected = 0.75 * math.log(4 / 3) + 0.25 * math.log(4)
    assert losses.marginal_entropy(given).numpy() == pytest.approx(expected, rel=1e-5)


def test_entropies_equal_a_loop(logits):
    predictions = [softmax(row) for row in logits]
    np.testing.assert_allclose(losses.entropy(logits), [entropy(p) for p in predictions], rtol=1e-4, atol=1e-6)
    expected = entropy(sum(predictions) / BATCH)
    assert losses.marginal_entropy(logits).numpy() == pytest.approx(expected, rel=1e-5)


def catgan_terms(logits):
    """(E H(p), H(E p)) in float64."""
    predictions = [softmax(row) for row in logits]
    return sum(entropy(p) for p in predictions) / len(predictions), entropy(sum(predictions) / len(predictions))


def test_catgan_losses_equal_a_loop(logits):
    fake = np.random.default_rng(3).normal(size=(5, CLASSES)).astype(np.float32)
    (real_mean, real_marginal), (fake_mean, fake_marginal) = catgan_terms(logits), catgan_terms(fake)
    loss = losses.catgan_discriminator_loss(logits, fake).numpy()
    assert loss == pytest.approx(-real_marginal + real_mean - fake_mean, rel=1e-5)
    assert losses.catgan_generator_loss(fake).numpy() == pytest.approx(fake_mean - fake_marginal, rel=1e-4, abs=1e-6)


CERTAIN = 2e4 * np.eye(CLASSES, dtype=np.float32) - 1e4  # an image of each class, sure of it
ONE_CLASS = np.tile(CERTAIN[:1], (CLASSES, 1))
UNDECIDED = np.full((CLASSES, CLASSES), 1e4, np.float32)


@pytest.mark.parametrize(
    ("real", "fake", "discriminator", "generator"),
    [
        (CERTAIN, CERTAIN, -1, -1),  # the real part is at its least, -H(E p) = -ln K
        (CERTAIN, UNDECIDED, -2, 0),  # and so is the fake part, -ln K: D's optimum
        (ONE_CLASS, ONE_CLASS, 0, 0),  # collapsed: certain but one class alone
        (UNDECIDED, ONE_CLASS, 0, 0),  # -ln K + ln K
        (ONE_CLASS, UNDECIDED, -1, 0),
    ],
)
def test_catgan_losses_of_extreme_predictions(real, fake, discriminator, generator):
    """In units of ln K: a certain image has entropy 0, an undecided one 1; a balanced mean 1, that of one class 0."""
    loss = losses.catgan_discriminator_loss(real, fake).numpy()
    assert loss == pytest.approx(discriminator * math.log(CLASSES), abs=1e-5)
    assert losses.catgan_generator_loss(fake).numpy() == pytest.approx(generator * math.log(CLASSES), abs=1e-5)
    for gradient in gradients(losses.catgan_discriminator_loss, real, fake):
        assert np.isfinite(gradient).all()
    assert np.isfinite(gradients(losses.catgan_generator_loss, fake)[0]).all()


def test_catgan_losses_are_bounded():
    """H is concave, so E H(p) <= H(E p): L_G lies in [-ln K, 0], L_D in [-2 ln K, 0]."""
    generator = np.random.default_rng(4)
    for _ in range(50):
        real, fake = (generator.normal(size=(2, 6, CLASSES)) * generator.uniform(0, 20)).astype(np.float32)
        assert -2 * math.log(CLASSES) - 1e-5 <= losses.catgan_discriminator_loss(real, fake).numpy() <= 1e-5
        assert -math.log(CLASSES) - 1e-5 <= losses.catgan_generator_loss(fake).numpy() <= 1e-5


def test_catgan_gradients(logits):
    """Against differences of the float64 computation."""
    fake = logits[::-1] / 2

    def reference(real, fake):
        (real_mean, real_marginal), (fake_mean, _) = catgan_terms(real), catgan_terms(fake)
        return real_mean - real_marginal - fake_mean

    def generator_reference(fake):
        mean, marginal = catgan_terms(fake)
        return mean - marginal

    by_real, by_fake = gradients(losses.catgan_discriminator_loss, logits, fake)
    (by_generator,) = gradients(losses.catgan_generator_loss, fake)
    real, fake = logits.astype(np.float64), fake.astype(np.float64)
    for place in np.ndindex(logits.shape):
        step = np.zeros(logits.shape)
        step[place] = 1e-5
        expected = (reference(real + step, fake) - reference(real - step, fake)) / 2e-5
        assert by_real[place] == pytest.approx(expected, rel=1e-3, abs=1e-5)
        expected = (reference(real, fake + step) - reference(real, fake - step)) / 2e-5
        assert by_fake[place] == pytest.approx(expected, rel=1e-3, abs=1e-5)
        expected = (generator_reference(fake + step) - generator_reference(fake - step)) / 2e-5
        assert by_generator[place] == pytest.approx(expected, rel=1e-3, abs=1e-5)
