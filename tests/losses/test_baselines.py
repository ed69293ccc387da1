"""Probability, Wasserstein, energy and fixed-center losses: hand arithmetic, plain loops, gradients and extremes."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric import losses


def rows(values):
    """A float32 column of outputs, (B, 1)."""
    return tf.constant(values, tf.float32)[:, None]


def gradients(function, *arrays):
    """The gradients of a scalar function with respect to each of its arguments, as NumPy arrays."""
    tensors = [tf.constant(array, tf.float32) for array in arrays]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value = function(*tensors)
    return [gradient.numpy() for gradient in tape.gradient(value, tensors)]


def norm(vector):
    """‖v‖₂, entry by entry."""
    return math.sqrt(sum(float(entry) ** 2 for entry in vector.ravel()))


@pytest.fixture
def outputs():
    """Outputs on real and on fake images, (9, 1) each, to both sides of the margins at -1, 0 and 1."""
    return (np.random.default_rng(3).normal(size=(2, 9, 1)) * 2).astype(np.float32)


@pytest.fixture
def images():
    """Real and fake images, (6, 3, 2, 2) each."""
    return np.random.default_rng(4).uniform(-1, 1, size=(2, 6, 3, 2, 2)).astype(np.float32)


# Probability


@pytest.mark.parametrize(
    ("real", "fake", "discriminator", "generator"),
    [(1e4, -1e4, 0.0, 1e4), (-1e4, 1e4, 2e4, 0.0), (1e4, 1e4, 1e4, 0.0), (0.0, 0.0, 2 * math.log(2), math.log(2))],
)
def test_gan_losses_of_extreme_logits(real, fake, discriminator, generator):
    """-ln σ(s) is 0 at s=1e4 and 1e4 at s=-1e4; -ln(1-σ(s)) the other way round."""
    assert losses.gan_discriminator_loss(rows([real]), rows([fake])).numpy() == pytest.approx(discriminator)
    assert losses.gan_generator_loss(rows([fake])).numpy() == pytest.approx(generator)


def test_gan_gradients():
    """∂L_D/∂s_r = (σ(s_r)-1)/m, ∂L_D/∂s_f = σ(s_f)/m, ∂L_G/∂s_f = (σ(s_f)-1)/m, and σ(±1e4) is 1 or 0."""
    real, fake = rows([-1e4, -2.0, 1e4]), rows([1e4, 0.5, -1e4])
    by_real, by_fake = gradients(losses.gan_discriminator_loss, real, fake)
    (by_generator,) = gradients(losses.gan_generator_loss, fake)
    expected_real = [-1 / 3, (1 / (1 + math.exp(2)) - 1) / 3, 0]
    expected_fake = [1 / 3, 1 / (1 + math.exp(-0.5)) / 3, 0]
    np.testing.assert_allclose(by_real[:, 0], expected_real, rtol=1e-5)
    np.testing.assert_allclose(by_fake[:, 0], expected_fake, rtol=1e-5)
    np.testing.assert_allclose(by_generator[:, 0], np.subtract(expected_fake, 1 / 3), rtol=1e-5, atol=1e-7)


def test_least_squares_losses_by_hand():
    """s_r=(3,1), s_f=(-2,4): E(s_r-1)²=(4+0)/2=2, E s_f²=(4+16)/2=10, so L_D=6; E(s_f-1)²=(9+9)/2=9, so L_G=4.5."""
    assert losses.least_squares_discriminator_loss(rows([3, 1]), rows([-2, 4])).numpy() == pytest.approx(6.0)
    assert losses.least_squares_generator_loss(rows([-2, 4])).numpy() == pytest.approx(4.5)


def test_least_squares_losses_equal_a_loop(outputs):
    real, fake = outputs
    expected = sum((float(s) - 1) ** 2 for s in real[:, 0]) / 18 + sum(float(s) ** 2 for s in fake[:, 0]) / 18
    assert losses.least_squares_discriminator_loss(real, fake).numpy() == pytest.approx(expected, rel=1e-5)
    expected = sum((float(s) - 1) ** 2 for s in fake[:, 0]) / 18
    assert losses.least_squares_generator_loss(fake).numpy() == pytest.approx(expected, rel=1e-5)


def test_least_squares_gradients(outputs):
    """∂L_D/∂s_r = (s_r-1)/m, ∂L_D/∂s_f = s_f/m, ∂L_G/∂s_f = (s_f-1)/m; at 1e4 too."""
    real, fake = np.concatenate([outputs, np.full((2, 1, 1), 1e4, np.float32)], axis=1)
    by_real, by_fake = gradients(losses.least_squares_discriminator_loss, real, fake)
    (by_generator,) = gradients(losses.least_squares_generator_loss, fake)
    np.testing.assert_allclose(by_real, (real - 1) / 10, rtol=1e-4)
    np.testing.assert_allclose(by_fake, fake / 10, rtol=1e-4)
    np.testing.assert_allclose(by_generator, (fake - 1) / 10, rtol=1e-4)


def test_hinge_loss_by_hand():
    """s_r=(3,-1): (0+2)/2=1; s_f=(-4,0.5): (0+1.5)/2=.75; 1.75 in all. Of ±1e4 the wrong one costs 10001."""
    assert losses.hinge_discriminator_loss(rows([3, -1]), rows([-4, 0.5])).numpy() == pytest.approx(1.75)
    assert losses.hinge_discriminator_loss(rows([1e4]), rows([-1e4])).numpy() == 0.0
    assert losses.hinge_discriminator_loss(rows([-1e4]), rows([-1e4])).numpy() == pytest.approx(10001)
    assert losses.hinge_discriminator_loss(rows([1e4]), rows([1e4])).numpy() == pytest.approx(10001)


def test_hinge_loss_equals_a_loop(outputs):
    real, fake = outputs
    expected = sum(max(0.0, 1 - float(s)) for s in real[:, 0]) / 9 + sum(max(0.0, 1 + float(s)) for s in fake[:, 0]) / 9
    assert losses.hinge_discriminator_loss(real, fake).numpy() == pytest.approx(expected, rel=1e-5)


def test_hinge_gradient_is_one_over_batch_inside_the_margin_and_zero_outside():
    by_real, by_fake = gradients(losses.hinge_discriminator_loss, rows([2, 0, -5]), rows([-2, -0.5, 7]))
    np.testing.assert_allclose(by_real[:, 0], [0, -1 / 3, -1 / 3], rtol=1e-6)
    np.testing.assert_allclose(by_fake[:, 0], [0, 1 / 3, 1 / 3], rtol=1e-6)


def test_relativistic_losses_by_hand():
    """s_r - s_f = (1, -2): L_D = (ln(1+e⁻¹) + ln(1+e²))/2 = (.3133 + 2.1269)/2, L_G = (1.3133 + .1269)/2."""
    real, fake = rows([1, 0]), rows([0, 2])
    assert losses.relativistic_discriminator_loss(real, fake).numpy() == pytest.approx(1.2201, abs=1e-4)
    assert losses.relativistic_generator_loss(real, fake).numpy() == pytest.approx(0.7201, abs=1e-4)
    assert losses.relativistic_discriminator_loss(rows([0]), rows([1e4])).numpy() == pytest.approx(1e4)
    assert losses.relativistic_generator_loss(rows([0]), rows([1e4])).numpy() == 0.0


def test_relativistic_losses_equal_a_loop(outputs):
    """And L_D - L_G = E(s_f - s_r), for ln(1+eᵗ) - ln(1+e⁻ᵗ) = t."""
    real, fake = outputs
    expected = sum(math.log(1 + math.exp(float(f) - float(r))) for r, f in zip(real[:, 0], fake[:, 0], strict=True)) / 9
    loss = losses.relativistic_discriminator_loss(real, fake).numpy()
    assert loss == pytest.approx(expected, rel=1e-5)
    other = losses.relativistic_generator_loss(real, fake).numpy()
    assert loss - other == pytest.approx(float(fake.mean() - real.mean()), abs=1e-5)


def test_relativistic_loss_sees_pairs_and_no_constant(outputs):
    """ln(1 + e^(s_f - s_r)) of each row: a constant cancels, another pairing differs; ∂/∂s_f = σ(s_f - s_r)/m."""
    real, fake = outputs
    loss = losses.relativistic_discriminator_loss
    assert loss(real + 3, fake + 3).numpy() == pytest.approx(loss(real, fake).numpy(), rel=1e-5)
    assert abs(loss(real, fake[::-1]).numpy() - loss(real, fake).numpy()) > 1e-3
    by_real, by_fake = gradients(loss, real, fake)
    expected = 1 / (1 + np.exp(real.astype(np.float64) - fake)) / 9
    np.testing.assert_allclose(by_fake, expected, rtol=1e-4)
    np.testing.assert_allclose(by_real, -expected, rtol=1e-4)


# Slopes


def test_zero_centered_penalty_by_hand():
    """Gradients (3, 4) and (0, 2): ½(25 + 4)/2 = 7.25; none costs nothing."""
    slopes = tf.constant([[3.0, 4.0], [0.0, 2.0]])[:, None, :, None]
    assert losses.zero_centered_penalty(slopes).numpy() == pytest.approx(7.25)
    assert losses.zero_centered_penalty(tf.zeros((2, 3, 3, 1))).numpy() == 0.0


def test_zero_centered_penalty_equals_a_loop_and_grows_by_squares(images):
    slopes = images[0]
    expected = sum(norm(slope) ** 2 for slope in slopes) / 6 / 2
    assert losses.zero_centered_penalty(slopes).numpy() == pytest.approx(expected, rel=1e-5)
    assert losses.zero_centered_penalty(3 * slopes).numpy() == pytest.approx(9 * expected, rel=1e-5)
    np.testing.assert_allclose(gradients(losses.zero_centered_penalty, slopes)[0], slopes / 6, rtol=1e-5)


# Wasserstein


def test_wasserstein_losses_by_hand():
    """s_r=(1,3), s_f=(-2,-4,0): the means are 2 and -2, so L_D = -2-2 = -4 and L_G = 2."""
    assert losses.wasserstein_discriminator_loss(rows([1, 3]), rows([-2, -4, 0])).numpy() == pytest.approx(-4.0)
    assert losses.wasserstein_generator_loss(rows([-2, -4, 0])).numpy() == pytest.approx(2.0)


def test_wasserstein_losses_equal_a_loop(outputs):
    real, fake = outputs
    expected = sum(float(s) for s in fake[:, 0]) / 9 - sum(float(s) for s in real[:, 0]) / 9
    assert losses.wasserstein_discriminator_loss(real, fake).numpy() == pytest.approx(expected, rel=1e-5)
    assert losses.wasserstein_generator_loss(fake).numpy() == pytest.approx(-sum(map(float, fake[:, 0])) / 9, rel=1e-5)


def test_wasserstein_loss_ignores_a_constant(outputs):
    """E(s_f+c) - E(s_r+c) = E s_f - E s_r."""
    real, fake = outputs
    shifted = losses.wasserstein_discriminator_loss(real + 5, fake + 5).numpy()
    assert shifted == pytest.approx(losses.wasserstein_discriminator_loss(real, fake).numpy(), abs=1e-5)


def flat(pictures):
    """(B, H, W, C) -> (B, H·W·C)."""
    return tf.reshape(pictures, (tf.shape(pictures)[0], -1))


def test_gradient_penalty_by_hand():
    """s(x)=x²/2 has the gradient x. One pixel, x=4, G=0, u=.75: x̂ = .75·4 + .25·0 = 3, so (3-1)² = 4."""
    real, fake = tf.fill((1, 1, 1, 1), 4.0), tf.zeros((1, 1, 1, 1))
    penalty = losses.gradient_penalty(lambda x: flat(x) ** 2 / 2, real, fake, tf.constant([0.75]))
    assert penalty.numpy() == pytest.approx(4.0)


@pytest.mark.parametrize("length", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_gradient_penalty_of_a_linear_critic(length, seed):
    """∇(w·x+b) = w everywhere, so whatever the images and the mixing the penalty is (‖w‖-1)²."""
    generator = np.random.default_rng(seed)
    real, fake = generator.normal(size=(2, 5, 3, 2, 2)).astype(np.float32) * 10
    mixing = generator.uniform(size=5).astype(np.float32)
    weights = generator.normal(size=(12, 1))
    weights = (length * weights / norm(weights)).astype(np.float32)
    penalty = losses.gradient_penalty(lambda x: flat(x) @ weights + 7.0, real, fake, mixing)
    assert penalty.numpy() == pytest.approx((length - 1) ** 2, abs=1e-5)


@pytest.fixture
def quadratic():
    """A symmetric A (12, 12), and the mixing u (6,)."""
    generator = np.random.default_rng(5)
    matrix = generator.normal(size=(12, 12)).astype(np.float32) / 4
    return (matrix + matrix.T) / 2, generator.uniform(size=6).astype(np.float32)


def quadratic_critic(matrix):
    """s(x) = ½xᵀAx."""
    return lambda x: tf.reduce_sum(flat(x) * (flat(x) @ matrix), axis=1, keepdims=True) / 2


def test_gradient_penalty_of_a_quadratic_critic(images, quadratic):
    """∇½xᵀAx = Ax for a symmetric A: the mean over i of (‖A x̂_i‖-1)², x̂_i = u_i x_i + (1-u_i) G_i."""
    (real, fake), (matrix, mixing) = images, quadratic
    penalty = losses.gradient_penalty(quadratic_critic(matrix), real, fake, mixing).numpy()
    expected = 0.0
    for i in range(6):
        mixed = np.float64(mixing[i]) * real[i].ravel() + (1 - np.float64(mixing[i])) * fake[i].ravel()
        expected += (norm(matrix.astype(np.float64) @ mixed) - 1) ** 2 / 6
    assert penalty == pytest.approx(expected, rel=1e-5)


def test_gradient_penalty_trains_a_quadratic_critic(images, quadratic):
    """∂/∂A of the mean of (n_i-1)², n_i = ‖A x̂_i‖: 2(n_i-1)/n_i · (A x̂_i) x̂_iᵀ for one x̂_i, then made symmetric.

    The critic is ½xᵀAx with its own A, whose gradient ½(A+Aᵀ)x sees only A's symmetric part.
    """
    (real, fake), (matrix, mixing) = images, quadratic

    def penalty(critic_matrix):
        return losses.gradient_penalty(quadratic_critic(critic_matrix), real, fake, mixing)

    expected = np.zeros((12, 12))
    for i in range(6):
        mixed = np.float64(mixing[i]) * real[i].ravel() + (1 - np.float64(mixing[i])) * fake[i].ravel()
        slope = matrix.astype(np.float64) @ mixed
        expected += 2 * (norm(slope) - 1) / norm(slope) * np.outer(slope, mixed) / 6
    np.testing.assert_allclose(gradients(penalty, matrix)[0], (expected + expected.T) / 2, rtol=1e-4, atol=1e-6)


def test_gradient_penalty_reaches_the_weights_of_a_network(images):
    """s(x) = v·tanh(Wx): ∇s = Wᵀ(v(1-tanh²)); the penalty's change for a small step of each weight, in float64."""
    generator = np.random.default_rng(6)
    inner, outer = generator.normal(size=(12, 4)) / 2, generator.normal(size=(4, 1))
    mixing = generator.uniform(size=6)
    real, fake = (array.reshape(6, 12).astype(np.float64) for array in images)
    mixed = mixing[:, None] * real + (1 - mixing[:, None]) * fake

    def reference(inner, outer):
        total = 0.0
        for image in mixed:
            slope = inner @ (outer[:, 0] * (1 - np.tanh(image @ inner) ** 2))
            total += (norm(slope) - 1) ** 2 / 6
        return total

    def penalty(inner, outer):
        u = tf.constant(mixing, tf.float32)
        return losses.gradient_penalty(lambda x: tf.tanh(flat(x) @ inner) @ outer, *images, u)

    value = penalty(tf.constant(inner, tf.float32), tf.constant(outer, tf.float32)).numpy()
    assert value == pytest.approx(reference(inner, outer), rel=1e-5)
    found = gradients(penalty, inner, outer)
    for which, weights in enumerate((inner, outer)):
        expected = np.zeros_like(weights)
        for place in np.ndindex(weights.shape):
            step = np.zeros_like(weights)
            step[place] = 1e-5
            up, down = [inner, outer], [inner, outer]
            up[which], down[which] = weights + step, weights - step
            expected[place] = (reference(*up) - reference(*down)) / 2e-5
        assert np.abs(expected).max() > 0.1  # there is something to find
        np.testing.assert_allclose(found[which], expected, rtol=1e-3, atol=1e-4)


def test_gradient_penalty_of_a_flat_critic_is_one_with_finite_gradients(images):
    """w=0 gives ‖∇s‖=0, up to the norm's floor of 1e-6, so (0-1)² = 1; the floor makes its gradient zero, not NaN."""
    zero = np.zeros((12, 1), np.float32)

    def penalty(weights):
        return losses.gradient_penalty(lambda x: flat(x) @ weights, *images, tf.fill((6,), 0.5))

    assert penalty(tf.constant(zero)).numpy() == pytest.approx(1.0, abs=1e-5)
    np.testing.assert_array_equal(gradients(penalty, zero)[0], zero)


# Loss-sensitive GAN and EBGAN


def test_loss_sensitive_loss_by_hand():
    """τ=.5. Pair 1: ‖x-G‖₁ = 1+2 = 3, L(x)=1, L(G)=2: 1.5+1-2 = .5. Pair 2: ‖x-G‖₁ = 1, L(x)=0, L(G)=4: inactive.

    The mean is .25.
    """
    real, fake = tf.zeros((2, 1, 2, 1)), tf.constant([1.0, -2.0, 1.0, 0.0], shape=(2, 1, 2, 1))
    loss = losses.loss_sensitive_discriminator_loss(rows([1, 0]), rows([2, 4]), real, fake, 0.5)
    assert loss.numpy() == pytest.approx(0.25)


def test_loss_sensitive_loss_equals_a_loop(images, outputs):
    (real, fake), (real_losses, fake_losses) = images, outputs[:, :6]
    expected = 0.0
    for i in range(6):
        pixels = sum(abs(float(a) - float(b)) for a, b in zip(real[i].ravel(), fake[i].ravel(), strict=True))
        expected += max(0.0, 0.2 * pixels + float(real_losses[i, 0]) - float(fake_losses[i, 0])) / 6
    loss = losses.loss_sensitive_discriminator_loss(real_losses, fake_losses, real, fake, 0.2)
    assert loss.numpy() == pytest.approx(expected, rel=1e-5)
    loss = losses.loss_sensitive_discriminator_loss(real_losses[:, 0], fake_losses[:, 0], real, fake, 0.2)
    assert loss.numpy() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("gap", "share"), [(1e4, 0.0), (-1e4, 1 / 6)])
def test_loss_sensitive_hinge_gives_a_gradient_only_where_it_is_active(images, gap, share):
    """L(G) = L(x) + 1e4 is beyond any margin here and gives none; L(G) = L(x) - 1e4 gives ±1/m."""
    real_losses = np.zeros((6, 1), np.float32)

    def loss(real_losses, fake_losses):
        return losses.loss_sensitive_discriminator_loss(real_losses, fake_losses, *images, 1.0)

    by_real, by_fake = gradients(loss, real_losses, real_losses + gap)
    np.testing.assert_allclose(by_real, np.full((6, 1), share), rtol=1e-6)
    np.testing.assert_allclose(by_fake, np.full((6, 1), -share), rtol=1e-6)


def test_energies_by_hand():
    """Errors 3, 4, 0, 0 on four pixels: mean square 25/4, norm 5."""
    image, reconstruction = tf.zeros((1, 2, 2, 1)), tf.constant([3.0, -4.0, 0.0, 0.0], shape=(1, 2, 2, 1))
    np.testing.assert_allclose(losses.mean_squared_energy(image, reconstruction), [6.25])
    np.testing.assert_allclose(losses.euclidean_energy(image, reconstruction), [5.0])


def test_energies_equal_a_loop(images):
    x, reconstructions = images
    squares = []
    for image, reconstruction in zip(x, reconstructions, strict=True):
        pairs = zip(image.ravel(), reconstruction.ravel(), strict=True)
        squares.append(sum((float(a) - float(b)) ** 2 for a, b in pairs))
    np.testing.assert_allclose(losses.mean_squared_energy(x, reconstructions), [s / 12 for s in squares], rtol=1e-5)
    np.testing.assert_allclose(losses.euclidean_energy(x, reconstructions), [math.sqrt(s) for s in squares], rtol=1e-5)


@pytest.mark.parametrize("energy", [losses.mean_squared_energy, losses.euclidean_energy])
def test_a_perfect_reconstruction_has_no_energy_and_a_zero_gradient(images, energy):
    x = images[0]
    np.testing.assert_allclose(energy(x, x), np.zeros(6), atol=2e-6)
    for gradient in gradients(lambda x, copy: tf.reduce_sum(energy(x, copy)), x, x):
        np.testing.assert_array_equal(gradient, np.zeros_like(x))


def test_energy_loss_by_hand():
    """e(x)=(1,3), e(G)=(4,12), m=10: the mean of e(x) is 2, that of max(0, m-e(G)) = (6,0) is 3; 5 in all."""
    real, fake = tf.constant([1.0, 3.0]), tf.constant([4.0, 12.0])
    assert losses.energy_discriminator_loss(real, fake, 10.0).numpy() == pytest.approx(5.0)


def test_energy_loss_equals_a_loop(outputs):
    real, fake = np.abs(outputs[..., 0])
    expected = sum(float(e) for e in real) / 9 + sum(max(0.0, 1.5 - float(e)) for e in fake) / 9
    assert losses.energy_discriminator_loss(real, fake, 1.5).numpy() == pytest.approx(expected, rel=1e-5)


def test_energy_loss_leaves_fake_images_beyond_the_margin_alone():
    real, fake = [0.0, 2.0, 1e4], [0.0, 9.0, 1e4]
    by_real, by_fake = gradients(lambda r, f: losses.energy_discriminator_loss(r, f, 10.0), real, fake)
    np.testing.assert_allclose(by_real, [1 / 3, 1 / 3, 1 / 3], rtol=1e-6)
    np.testing.assert_allclose(by_fake, [-1 / 3, -1 / 3, 0], rtol=1e-6)


def test_repelling_term_by_hand():
    """Codes (1,0), (0,2), (3,3): cos² is 0 for the first two, ½ for each with the third; (0+½+½)·2/(3·2) = 1/3."""
    assert losses.repelling_term(tf.constant([[1.0, 0.0], [0.0, 2.0], [3.0, 3.0]])).numpy() == pytest.approx(1 / 3)


def test_repelling_term_equals_a_loop():
    codes = np.random.default_rng(7).normal(size=(6, 4)).astype(np.float32)
    expected = 0.0
    for i in range(6):
        for j in range(6):
            if i != j:
                product = sum(float(a) * float(b) for a, b in zip(codes[i], codes[j], strict=True))
                expected += (product / norm(codes[i]) / norm(codes[j])) ** 2 / (6 * 5)
    assert losses.repelling_term(codes).numpy() == pytest.approx(expected, rel=1e-5)
    lengths = np.float32([1e-3, 1e-2, 1, -1, 1e2, 1e3])[:, None]  # cos² is of directions alone, up to sign
    assert losses.repelling_term(codes * lengths).numpy() == pytest.approx(expected, rel=1e-5)


def test_repelling_term_of_identical_and_of_orthogonal_codes():
    """Identical codes have cos²=1 for every pair: PT=1, its largest value, so the gradient is 0; orthogonal ones 0."""
    same = np.tile(np.float32([[0.3, -2.0, 1.1]]), (5, 1))
    assert losses.repelling_term(same).numpy() == pytest.approx(1.0, rel=1e-5)
    assert losses.repelling_term(same * np.float32([[1], [-1], [2], [-3], [1]])).numpy() == pytest.approx(1.0, rel=1e-5)
    np.testing.assert_allclose(gradients(losses.repelling_term, same)[0], np.zeros((5, 3)), atol=1e-6)
    assert losses.repelling_term(5 * np.eye(4, dtype=np.float32)).numpy() == 0.0


def test_repelling_term_of_zero_codes_is_finite():
    """A zero code has no direction; it counts as orthogonal to all: of (0,0), (1,0), (1,0) only one pair, 2/(3·2)."""
    codes = np.float32([[0, 0], [1, 0], [1, 0]])
    assert losses.repelling_term(codes).numpy() == pytest.approx(1 / 3)
    assert np.isfinite(gradients(losses.repelling_term, codes)[0]).all()
    np.testing.assert_array_equal(gradients(losses.repelling_term, np.zeros((3, 2)))[0], np.zeros((3, 2)))


def test_repelling_term_drives_codes_apart():
    """One small step against its gradient lowers PT."""
    codes = np.random.default_rng(8).normal(size=(6, 4)).astype(np.float32)
    stepped = codes - 0.1 * gradients(losses.repelling_term, codes)[0]
    assert losses.repelling_term(stepped).numpy() < losses.repelling_term(codes).numpy() - 1e-4


# MLGAN, and the norm of all distances


def test_mlgan_loss_by_hand():
    """a=(1,5), g=(-1,-1), c_r=1, c_f=-1, μ=2: ‖a-c_r‖=4, ‖g-c_f‖=0, ‖g-a‖=√(4+36); 2·4 - √40."""
    a, g = tf.constant([[1.0, 5.0]]), tf.constant([[-1.0, -1.0]])
    loss = losses.mlgan_discriminator_loss(a, g, 1.0, -1.0, 2.0)
    assert loss.numpy() == pytest.approx(8 - math.sqrt(40), rel=1e-5)


@pytest.mark.parametrize("weight", [0.0, 0.6, 1.0])
def test_mlgan_loss_equals_a_loop(weight):
    generator = np.random.default_rng(9)
    a, g = generator.normal(size=(2, 6, 5)).astype(np.float32)
    real_center, fake_center = generator.normal(size=(2, 5)).astype(np.float32)
    expected = 0.0
    for i in range(6):
        expected += weight * (norm(a[i] - real_center) + norm(g[i] - fake_center)) / 6 - norm(g[i] - a[i]) / 6
    loss = losses.mlgan_discriminator_loss(a, g, real_center, fake_center, weight)
    assert loss.numpy() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("weight", [1.0, 2.5])
def test_mlgan_loss_is_bounded_below(weight):
    """For μ >= 1, ‖g-a‖ <= ‖g-c_f‖ + ‖c_f-c_r‖ + ‖c_r-a‖, so L_D >= -‖c_r-c_f‖; equal where a and g are the centers."""
    generator = np.random.default_rng(10)
    for _ in range(50):
        a, g = generator.normal(size=(2, 1, 4)).astype(np.float32) * generator.uniform(0, 10)
        assert losses.mlgan_discriminator_loss(a, g, 1.0, -1.0, weight).numpy() >= -4 - 1e-4  # ‖(2,2,2,2)‖ = 4
    ones = np.ones((1, 4), np.float32)
    assert losses.mlgan_discriminator_loss(ones, -ones, 1.0, -1.0, weight).numpy() == pytest.approx(-4, abs=1e-4)


def test_mlgan_gradient_at_the_centers_is_finite():
    """At a=c_r and g=c_f only -‖g-a‖ has a slope: ∂/∂a = (g-a)/‖g-a‖/m, ∂/∂g its opposite."""
    ones = np.ones((3, 4), np.float32)
    by_real, by_fake = gradients(lambda a, g: losses.mlgan_discriminator_loss(a, g, 1.0, -1.0, 1.0), ones, -ones)
    np.testing.assert_allclose(by_real, np.full((3, 4), -0.5 / 3), rtol=1e-5)
    np.testing.assert_allclose(by_fake, np.full((3, 4), 0.5 / 3), rtol=1e-5)


def test_norm_by_hand_and_at_zero():
    """‖(3,4)‖=5; at 0 the floor of the square gives √1e-12 = 1e-6 and a zero gradient."""
    np.testing.assert_allclose(losses.euclidean_norm(tf.constant([[3.0, 4.0], [0.0, 0.0]])), [5.0, 1e-6], rtol=1e-5)
    found = gradients(lambda v: tf.reduce_sum(losses.euclidean_norm(v)), [[3.0, 4.0], [0.0, 0.0]])[0]
    np.testing.assert_allclose(found, [[0.6, 0.8], [0.0, 0.0]], rtol=1e-6)
