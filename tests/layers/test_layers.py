"""Layers: against NumPy loops, what the reparametrisations promise, their state when saved, mixed precision."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric.errors import InputError
from tfgan_metric.layers import SelfAttention, SpectralNormalization, WeightNormalization

POLICIES = {"float32": 1e-6, "mixed_bfloat16": 2e-2, "mixed_float16": 2e-3}  # -> 4 ε of its compute dtype
WRAPPERS = [WeightNormalization, SpectralNormalization]


def dense():
    return keras.layers.Dense(4, use_bias=False)


def convolution():
    return keras.layers.Conv2D(4, 3, strides=2, padding="valid", use_bias=False)


def transposed():
    return keras.layers.Conv2DTranspose(4, 3, strides=2, padding="valid", use_bias=False)


def loop(kind, inputs, kernel):
    """The layer by its definition: sums over inputs, positions and units in float64."""
    inputs, kernel = inputs.astype(np.float64), kernel.astype(np.float64)
    if kind is dense:
        return np.array([[x @ kernel[:, unit] for unit in range(4)] for x in inputs])
    count, height, width, _ = inputs.shape
    if kind is convolution:
        rows, columns = (height - 3) // 2 + 1, (width - 3) // 2 + 1
        outputs = np.zeros((count, rows, columns, 4))
        for row, column, unit in np.ndindex(rows, columns, 4):
            window = inputs[:, 2 * row : 2 * row + 3, 2 * column : 2 * column + 3]
            outputs[:, row, column, unit] = (window * kernel[..., unit]).sum((1, 2, 3))
        return outputs
    outputs = np.zeros((count, 2 * height + 1, 2 * width + 1, 4))
    for row, column, i, j, unit in np.ndindex(height, width, 3, 3, 4):
        outputs[:, 2 * row + i, 2 * column + j, unit] += inputs[:, row, column] @ kernel[i, j, unit]
    return outputs


def unit_rows(kind, kernel):
    """The kernel as a matrix (units, everything else), unit by unit."""
    return np.stack([(kernel[:, :, unit] if kind is transposed else kernel[..., unit]).ravel() for unit in range(4)])


def example(kind, seed=0, count=16):
    shape = (count, 6) if kind is dense else (count, 5, 5, 6)
    return np.random.default_rng(seed).normal(0.5, 2.0, shape).astype(np.float32)


def built(wrapper, kind, seed=0):
    """The wrapper around a layer, with other vectors than the initial ones."""
    keras.utils.set_random_seed(seed)
    layer = wrapper(kind())
    layer.build(example(kind).shape)
    rng = np.random.default_rng(seed)
    layer.bias.assign(rng.normal(size=4))
    if wrapper is WeightNormalization:
        layer.gain.assign(rng.normal(size=4))
    return layer


def compiled(layer, jit_compile=False):
    return tf.function(lambda inputs: layer(inputs, training=True), jit_compile=jit_compile)


KINDS = pytest.mark.parametrize("kind", [dense, convolution, transposed])


@KINDS
def test_weight_normalization_equals_a_loop(kind):
    """y_k = Σ x·(g_k V_k / ‖V_k‖) + b_k, V_k the weights of unit k."""
    layer, inputs = built(WeightNormalization, kind), example(kind)
    norms = np.linalg.norm(unit_rows(kind, layer.layer.kernel.numpy()), axis=1)
    scale = layer.gain.numpy() / norms
    kernel = layer.layer.kernel.numpy() * (scale[:, None] if kind is transposed else scale)
    expected = loop(kind, inputs, kernel) + layer.bias.numpy()
    np.testing.assert_allclose(layer(inputs), expected, rtol=1e-4, atol=1e-4)


@KINDS
def test_spectral_normalization_equals_the_singular_value(kind):
    """y = layer(x)/σ₁(W) + b once the power iterations have converged."""
    layer, inputs = built(SpectralNormalization, kind), example(kind)
    step = compiled(layer)
    for _ in range(200):
        step(inputs)
    kernel = layer.layer.kernel.numpy()
    top = np.linalg.svd(unit_rows(kind, kernel), compute_uv=False)[0]
    expected = loop(kind, inputs, kernel / top) + layer.bias.numpy()
    np.testing.assert_allclose(layer(inputs), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("wrapper", WRAPPERS)
@KINDS
def test_gradients_of_the_kernel_are_those_of_the_reparametrisation(wrapper, kind):
    """Central differences of Σ y·t in float64, with u and v (Miyato et al., eq 11) at their converged values.

    At the converged u and v, dσ = uᵀ dW v = dσ₁, so the SVD's σ₁ is what to differentiate.
    """
    layer, inputs = built(wrapper, kind), example(kind, count=2)
    if wrapper is SpectralNormalization:
        step = compiled(layer)
        for _ in range(200):
            step(inputs)
    gain = layer.gain.numpy().astype(np.float64) if wrapper is WeightNormalization else None
    targets = np.random.default_rng(1).normal(size=layer(inputs).shape)

    def value(kernel):
        rows = unit_rows(kind, kernel)
        if gain is None:
            return (loop(kind, inputs, kernel / np.linalg.svd(rows, compute_uv=False)[0]) * targets).sum()
        scale = gain / np.linalg.norm(rows, axis=1)
        return (loop(kind, inputs, kernel * (scale[:, None] if kind is transposed else scale)) * targets).sum()

    with tf.GradientTape() as tape:
        total = tf.reduce_sum(layer(inputs) * targets.astype(np.float32))
    gradient = tape.gradient(total, layer.layer.kernel.value).numpy()
    kernel = layer.layer.kernel.numpy().astype(np.float64)
    for index in [(0, 0, 1, 2), (2, 1, 3, 3), (1, 2, 0, 0)]:
        index = index[-kernel.ndim :]
        step = np.zeros_like(kernel)
        step[index] = 1e-5
        expected = (value(kernel + step) - value(kernel - step)) / 2e-5
        np.testing.assert_allclose(gradient[index], expected, rtol=2e-3, atol=2e-3)


@KINDS
def test_before_its_first_batch_weight_normalization_is_the_plain_layer(kind):
    layer, inputs = WeightNormalization(kind()), example(kind)
    np.testing.assert_allclose(layer(inputs), layer.layer(inputs), rtol=1e-4, atol=1e-5)
    assert float(layer.initialized) == 0.0


@pytest.mark.parametrize("jit_compile", [False, True])
@KINDS
def test_first_batch_in_training_gives_mean_0_and_deviation_1(kind, jit_compile):
    """In that call itself and afterwards in inference; a second batch changes nothing."""
    layer, first, second = built(WeightNormalization, kind), example(kind), example(kind, seed=1)
    step = compiled(layer, jit_compile)
    for outputs in (step(first), layer(first)):
        units = outputs.numpy().reshape(-1, 4)
        np.testing.assert_allclose(units.mean(0), np.zeros(4), atol=1e-5)
        np.testing.assert_allclose(units.std(0), np.ones(4), rtol=1e-4)
    before = layer.get_weights()
    np.testing.assert_allclose(step(second), layer(second), rtol=1e-4, atol=1e-5)
    for old, new in zip(before, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert abs(layer(second).numpy().reshape(-1, 4).std(0) - 1).max() > 1e-3


def test_units_that_are_constant_over_the_first_batch_keep_their_scale():
    """One sample has no deviation: g = ‖V‖, and b makes the mean 0."""
    layer = WeightNormalization(dense())
    np.testing.assert_allclose(layer(np.ones((1, 6), np.float32), training=True), np.zeros((1, 4)), atol=1e-6)
    np.testing.assert_allclose(layer.gain, np.linalg.norm(layer.layer.kernel.numpy(), axis=0), rtol=1e-5)


@KINDS
def test_power_iteration_runs_in_training_alone(kind):
    """One step is v = Wᵀu/‖Wᵀu‖, u = Wv/‖Wv‖, and σ never exceeds the top singular value."""
    layer, inputs = built(SpectralNormalization, kind), example(kind)
    start = layer.u.numpy()
    layer(inputs)
    np.testing.assert_array_equal(layer.u, start)
    layer(inputs, training=True)
    matrix = unit_rows(kind, layer.layer.kernel.numpy())
    v = matrix.T @ start
    u = matrix @ (v / np.linalg.norm(v))
    np.testing.assert_allclose(layer.u, u / np.linalg.norm(u), rtol=1e-4, atol=1e-5)
    assert float(layer._top_singular_value(training=False)) <= np.linalg.svd(matrix, compute_uv=False)[0] * 1.00001


def test_spectral_normalization_does_not_depend_on_the_length_of_u():
    """An average of the weights over the updates leaves no unit vector."""
    layer, inputs = built(SpectralNormalization, convolution), example(convolution)
    layer(inputs, training=True)
    expected = layer(inputs)
    layer.u.assign(0.3 * layer.u)
    np.testing.assert_allclose(layer(inputs), expected, rtol=1e-5, atol=1e-6)


def attention_loop(layer, inputs):
    """The attention, one position at a time, in float64; φ and h are the maxima of 2×2 windows."""

    def convolve(wrapper, maps):
        kernel = wrapper.layer.kernel.numpy().astype(np.float64)[0, 0]  # (in, units)
        u = wrapper.u.numpy().astype(np.float64)
        return maps @ kernel / np.linalg.norm(kernel @ (u / np.linalg.norm(u))) + wrapper.bias.numpy()

    def pool(maps):
        return [maps[i : i + 2, j : j + 2].max((0, 1)) for i, j in np.ndindex(*maps.shape[:2]) if not (i % 2 or j % 2)]

    outputs = []
    for image in inputs.astype(np.float64):
        query, keys, values = convolve(layer.query, image), convolve(layer.key, image), convolve(layer.value, image)
        keys, values = pool(keys), pool(values)
        found = np.zeros((*image.shape[:2], len(values[0])))
        for i, j in np.ndindex(*image.shape[:2]):
            weights = np.exp([query[i, j] @ key for key in keys])
            found[i, j] = sum(w * value for w, value in zip(weights / weights.sum(), values, strict=True))
        outputs.append(image + float(layer.scale) * convolve(layer.output_convolution, found))
    return np.array(outputs)


@pytest.mark.parametrize(("side", "channels"), [(4, 16), (5, 8), (4, 4)])
def test_attention_equals_a_loop(side, channels):
    """Odd sides keep their last row; fewer than 8 channels are compared in one."""
    inputs = np.random.default_rng(0).normal(size=(2, side, side, channels)).astype(np.float32)
    layer = SelfAttention()
    layer.build(inputs.shape)
    layer.scale.assign(0.7)
    for child in (layer.query, layer.key, layer.value, layer.output_convolution):
        child.bias.assign(np.random.default_rng(1).normal(size=child.units))
    assert layer.query.units == layer.key.units == max(1, channels // 8) and layer.value.units == channels // 2
    np.testing.assert_allclose(layer(inputs), attention_loop(layer, inputs), rtol=1e-4, atol=1e-5)


def test_attention_starts_as_the_identity_that_learns():
    """At s = 0, y = x and ∂Σy/∂s = Σ W_o(found), which is not 0."""
    layer, inputs = SelfAttention(), np.random.default_rng(0).normal(size=(2, 6, 6, 16)).astype(np.float32)
    with tf.GradientTape() as tape:
        outputs = layer(inputs, training=True)
        total = tf.reduce_sum(outputs)
    np.testing.assert_array_equal(outputs, inputs)
    assert abs(tape.gradient(total, layer.scale.value).numpy()) > 1e-3


def test_attention_trains_its_normalisations():
    layer, inputs = SelfAttention(), np.random.default_rng(0).normal(size=(1, 4, 4, 32)).astype(np.float32)
    layer(inputs)
    before = [weight.numpy() for weight in layer.non_trainable_weights]
    assert len(before) == 4
    layer(inputs, training=True)
    assert all(np.any(old != new.numpy()) for old, new in zip(before, layer.non_trainable_weights, strict=True))


def network():
    """All layers in one network, images (8, 8, 3) -> (2,) in float32."""
    inputs = keras.Input((8, 8, 3))
    x = WeightNormalization(keras.layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False))(inputs)
    x = SelfAttention()(x)
    x = SpectralNormalization(keras.layers.Conv2DTranspose(4, 4, strides=2, padding="same", use_bias=False))(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, WeightNormalization(keras.layers.Dense(2, use_bias=False, dtype="float32"))(x))


@pytest.fixture
def policy(request):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy(before)


@pytest.mark.parametrize("policy", POLICIES, indirect=True)
def test_saved_and_loaded_in_safe_mode(policy, tmp_path):
    """State included: neither the loaded network's vectors u nor its first batch are new."""
    model, inputs = network(), np.random.default_rng(0).normal(size=(8, 8, 8, 3)).astype(np.float32)
    model(inputs, training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    assert all(weight.dtype == "float32" for weight in loaded.weights)
    for old, new in zip(model.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    np.testing.assert_array_equal(model(inputs, training=True), loaded(inputs, training=True))


@pytest.mark.parametrize(
    ("policy", "jit_compile"), [*((name, False) for name in POLICIES), ("mixed_float16", True)], indirect=["policy"]
)
def test_precisions_agree(policy, jit_compile):
    """Gradients are finite, and the outputs, of deviation 1, are float32's up to the compute dtype's error."""
    keras.utils.set_random_seed(0)
    model, inputs = network(), np.random.default_rng(0).normal(size=(32, 8, 8, 3)).astype(np.float32)
    keras.config.set_dtype_policy("float32")
    keras.utils.set_random_seed(0)
    exact = network()
    exact.set_weights(model.get_weights())

    @tf.function(jit_compile=jit_compile)
    def step():
        with tf.GradientTape() as tape:
            outputs = model(inputs, training=True)
            total = tf.reduce_sum(tf.square(outputs[:4]))
        return outputs, tape.gradient(total, model.trainable_variables)

    outputs, gradients = step()
    assert outputs.dtype == tf.float32
    assert all(gradient.dtype == tf.float32 and np.isfinite(gradient).all() for gradient in gradients)
    difference = abs(outputs.numpy() - exact(inputs, training=True).numpy()).mean()
    assert difference < POLICIES[policy]


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_wrappers_take_the_dtype_of_their_layer(wrapper):
    layer = wrapper(keras.layers.Dense(2, use_bias=False, dtype="mixed_bfloat16"))
    assert layer.compute_dtype == "bfloat16" and layer(np.ones((1, 2), np.float32)).dtype == tf.bfloat16


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_gradient_penalties_have_gradients(wrapper):
    """∇ₓ of a linear critic is its effective weight w: the penalty's gradient reaches kernel (and gain) through it."""
    layer = wrapper(keras.layers.Dense(1, use_bias=False))
    inputs = tf.ones((3, 6))
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(inputs)
            total = tf.reduce_sum(layer(inputs))
        gradient = inner.gradient(total, inputs)
        penalty = tf.reduce_mean(tf.square(gradient - 0.1))
    if wrapper is WeightNormalization:
        np.testing.assert_allclose(tf.norm(gradient[0]), layer.gain[0], rtol=1e-5)
    assert np.isfinite(outer.gradient(penalty, layer.layer.kernel.value)).all()


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.Dense(2),
        keras.layers.Conv2D(2, 3, use_bias=False, activation="relu"),
        keras.layers.Conv2D(2, 3, use_bias=False, data_format="channels_first"),
        keras.layers.DepthwiseConv2D(3, use_bias=False),
        keras.layers.LeakyReLU(),
        "dense",
    ],
)
def test_layers_that_are_not_linear_are_refused(wrapper, layer):
    expected = f"{wrapper.__name__} wraps a Dense, Conv2D or Conv2DTranspose with use_bias=False and no activation.*got"
    with pytest.raises(InputError, match=expected):
        wrapper(layer)
