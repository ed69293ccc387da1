"""Half precision and XLA: every scheme trains with them as in float32 without."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from conftest import BATCH, REPRESENTATIVES, by_representatives, random_data, small_model, variables
from tfgan_metric.errors import InputError
from tfgan_metric.models import SCHEMES, build_model
from tfgan_metric.trainers.recipes.library import RECIPES

TOLERANCE = {"mixed_bfloat16": 0.05, "mixed_float16": 0.01}  # of a loss of order 1, after layers of 8 or 11 bits


def first_losses(scheme, jit_compile=False, run_eagerly=False, **settings):
    """A model after one step, and the losses of that step."""
    model = small_model(scheme, seed=5, **settings)
    optimizers = [keras.optimizers.SGD(1e-3), keras.optimizers.SGD(1e-3)]
    if settings.get("precision") == "mixed_float16":  # Keras' first scale of 2¹⁵ may skip the first step
        optimizers = [keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=64.0) for optimizer in optimizers]
    model.compile(*optimizers, jit_compile=jit_compile, run_eagerly=run_eagerly)
    history = model.fit(*random_data(), batch_size=BATCH, steps_per_epoch=1, verbose=0)
    return model, {name: values[0] for name, values in history.history.items()}


@pytest.fixture(
    scope="module",
    params=[
        *((scheme, True) for scheme in REPRESENTATIVES),
        *(pytest.param((scheme, False), marks=pytest.mark.full) for scheme in SCHEMES),
    ],
    ids=lambda case: f"{case[0]}-{'eager' if case[1] else 'compiled'}",
)
def in_float32(request):
    """(scheme, whether it runs eagerly, the losses of its first step in float32)."""
    scheme, run_eagerly = request.param
    _, losses = first_losses(scheme, run_eagerly=run_eagerly, precision="float32")
    return scheme, run_eagerly, losses


@pytest.mark.parametrize("precision", TOLERANCE)
def test_first_losses_agree_with_float32(in_float32, precision):
    scheme, run_eagerly, losses = in_float32
    half, half_losses = first_losses(scheme, run_eagerly=run_eagerly, precision=precision)
    for name, loss in losses.items():
        assert abs(half_losses[name] - loss) <= TOLERANCE[precision] * max(1.0, abs(loss)), name
    assert half.non_finite.is_clear and half.generate(2).dtype == np.float32
    optimizers = (half.generator_optimizer, half.discriminator_optimizer)
    assert all(
        isinstance(optimizer, keras.optimizers.LossScaleOptimizer) == (precision == "mixed_float16")
        for optimizer in optimizers
    )
    computed = {layer.compute_dtype for layer in half.discriminator._flatten_layers()}
    assert precision.removeprefix("mixed_") in computed
    assert {variable.dtype for variable in half.variables if "float" in variable.dtype} == {"float32"}


def test_state_of_loss_scaling_is_saved(tmp_path):
    model, _ = first_losses("dmgan", precision="mixed_float16", num_classes=10)
    model.discriminator_optimizer.dynamic_scale.assign(8.0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert float(loaded.discriminator_optimizer.dynamic_scale) == 8.0
    for ours, theirs in zip(variables(model), variables(loaded), strict=True):
        np.testing.assert_array_equal(theirs, ours)


def test_an_overflow_skips_the_step_and_halves_the_scale():
    """A scale of 1e38 makes every gradient of a loss above 3.4 infinite; the step must then change no weight."""
    model = small_model("dmgan", precision="mixed_float16", num_classes=10)
    assert isinstance(model.generator_optimizer, keras.optimizers.LossScaleOptimizer)
    model.discriminator_optimizer.dynamic_scale.assign(1e38)
    before = model.discriminator.get_weights()
    trainable = [weight.trainable for weight in model.discriminator.weights]
    model.fit(*random_data(), batch_size=BATCH, steps_per_epoch=1, verbose=0)
    assert float(model.discriminator_optimizer.dynamic_scale) == np.float32(5e37)
    assert int(model.discriminator_optimizer.iterations) == 0 and int(model.generator_optimizer.iterations) == 1
    assert model.non_finite.is_clear
    for value, old, changes in zip(model.discriminator.get_weights(), before, trainable, strict=True):
        assert not changes or np.array_equal(value, old)


def test_an_unknown_policy_is_refused():
    with pytest.raises(
        InputError, match="unknown precision 'float8'; did you mean .*valid: float32, mixed_bfloat16, mixed_float16"
    ):
        build_model("gan", (28, 28, 1), precision="float8")
    with pytest.raises(InputError, match="unknown precision"):
        RECIPES["dcgan_embedded"].with_fields({"precision": "half"})
    assert keras.config.dtype_policy().name == "float32"


@pytest.mark.parametrize("scheme", by_representatives("wgan_gp"))  # the gradient of a gradient; layers have their own
def test_xla_gives_the_same(scheme):
    """The same noise, losses and weights; XLA orders sums differently."""
    model, losses = first_losses(scheme, run_eagerly=True)
    compiled, compiled_losses = first_losses(scheme, jit_compile=True)
    for name, loss in losses.items():
        np.testing.assert_allclose(compiled_losses[name], loss, rtol=1e-4, atol=1e-5, err_msg=name)
    for ours, theirs in zip(model.variables, compiled.variables, strict=True):
        first, second = (keras.ops.convert_to_numpy(variable) for variable in (ours, theirs))
        np.testing.assert_allclose(second, first, rtol=1e-3, atol=1e-4, err_msg=ours.path)


def test_xla_is_off_by_default_without_a_gpu():
    assert small_model("gan").jit_compile is bool(tf.config.list_physical_devices("GPU"))
