"""Initial weights drawn from one normal distribution: their deviation, what is left alone, seeds and recipes."""

import json
import random

import keras
import numpy as np
import pytest

from conftest import small_model
from tfgan_metric.data.catalog import load_data
from tfgan_metric.errors import InputError
from tfgan_metric.layers import WeightNormalization
from tfgan_metric.models import NETWORKS, build_model
from tfgan_metric.trainers import Recipe, load_recipe
from tfgan_metric.trainers.runs.build import build_recipe_model

CLASSES = {"am_gan": 10}
LINEAR = (keras.layers.Dense, keras.layers.Conv2D, keras.layers.Conv2DTranspose)


def layers(model):
    return [layer for network in (model.generator, model.discriminator) for layer in network._flatten_layers()]


def kernels(model):
    return [layer.kernel.numpy() for layer in layers(model) if isinstance(layer, LINEAR)]


def others(model):
    """All weights but kernels, by path."""
    drawn = {id(layer.kernel) for layer in layers(model) if isinstance(layer, LINEAR)}
    weights = model.generator.weights + model.discriminator.weights
    return {weight.path: weight.numpy() for weight in weights if id(weight) not in drawn}


@pytest.mark.parametrize(("scheme", "count"), [("gan", 8), ("am_gan", 10), ("sagan", 29), ("ebgan", 10)])
def test_kernels_have_mean_0_and_the_deviation(scheme, count):
    """Each of n numbers: its mean within 4σ/√n of 0, its deviation within 4σ/√(2n) of σ; all together as normal.

    Of a normal distribution 68.27% lie within σ and 99.73% within 3σ.
    """
    found = kernels(small_model(scheme, width=1 / 8, initial_deviation=0.02))
    assert len(found) == count
    for kernel in found:
        assert abs(kernel.mean()) < 4 * 0.02 / np.sqrt(kernel.size)
        assert abs(kernel.std() - 0.02) < 4 * 0.02 / np.sqrt(2 * kernel.size)
    together = np.abs(np.concatenate([kernel.ravel() for kernel in found])) / 0.02
    assert np.mean(together < 1) == pytest.approx(0.6827, abs=0.005)
    assert np.mean(together < 3) == pytest.approx(0.9973, abs=0.001)


@pytest.mark.parametrize("scheme", ["gan", "sagan"])
def test_biases_and_normalisation_stay(scheme):
    without, drawn = (small_model(scheme, initial_deviation=deviation) for deviation in (None, 0.02))
    for (_, old), (path, new) in zip(others(without).items(), others(drawn).items(), strict=True):
        np.testing.assert_array_equal(old, new, err_msg=path)


def test_gain_of_a_weight_normalised_layer_is_the_drawn_norm():
    """‖V‖ over each unit: axis -1 of a kernel, of a transposed convolution's axis -2."""
    wrapped = [layer for layer in layers(small_model("am_gan", initial_deviation=0.05)) if hasattr(layer, "gain")]
    assert len(wrapped) == 10 and all(isinstance(layer, WeightNormalization) for layer in wrapped)
    for layer in wrapped:
        kernel = layer.layer.kernel.numpy().astype(np.float64)
        units = -2 if isinstance(layer.layer, keras.layers.Conv2DTranspose) else -1
        norms = np.sqrt((np.moveaxis(kernel, units, 0).reshape(layer.units, -1) ** 2).sum(axis=1))
        np.testing.assert_allclose(layer.gain.numpy(), norms, rtol=1e-5)


def test_without_a_deviation_the_layers_initialise_themselves():
    """To the bit what the two networks are when built by themselves from the same global seed."""
    model = small_model("gan", initial_deviation=None)
    keras.utils.set_random_seed(0)
    pair = NETWORKS["dcgan"]
    alone = pair.generator((28, 28, 1), 8, width=1 / 32), pair.discriminator((28, 28, 1), 1, width=1 / 32)
    for mine, other in zip((model.generator, model.discriminator), alone, strict=True):
        for weight, expected in zip(mine.get_weights(), other.get_weights(), strict=True):
            np.testing.assert_array_equal(weight, expected)


def test_seed_alone_decides():
    """The model's, not Keras' global one; no kernel repeats another, and another seed gives others."""

    def drawn(seed, global_seed):
        keras.utils.set_random_seed(global_seed)
        return kernels(build_model("gan", (28, 28, 1), width=1 / 32, seed=seed, initial_deviation=0.02))

    first, again, other = drawn(1, 1), drawn(1, 2), drawn(2, 1)
    for kernel, same, different in zip(first, again, other, strict=True):
        np.testing.assert_array_equal(kernel, same)
        assert abs(np.corrcoef(kernel.ravel(), different.ravel())[0, 1]) < 4 / np.sqrt(kernel.size)
    starts = [kernel.ravel()[0] for kernel in first]
    assert len(set(starts)) == len(starts)


def test_averaged_generator_starts_from_the_drawn_kernels():
    model = small_model("gan", initial_deviation=0.02, ema_momentum=0.9)
    for mean, weight in zip(model.averaged_generator.get_weights(), model.generator.get_weights(), strict=True):
        np.testing.assert_array_equal(mean, weight)


def test_saved_and_loaded(tmp_path):
    model = small_model("am_gan", initial_deviation=0.02)
    model.save(tmp_path / "model.keras")
    for old, new in zip(kernels(model), kernels(keras.saving.load_model(tmp_path / "model.keras")), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("deviation", [0, -0.02, "small", float("inf")])
def test_a_deviation_out_of_its_range(deviation):
    with pytest.raises(InputError, match="initial_deviation must be a finite number above 0"):
        small_model("gan", initial_deviation=deviation)
    with pytest.raises(InputError, match="initial_deviation must be a finite number above 0"):
        load_recipe("dcgan_mnist").with_fields({"initial_deviation": deviation})


def test_in_a_recipe(tmp_path):
    """It survives JSON, a file of before it had the field means None, and a run's model has it."""
    small = {"data": "embedded_mnist", "width": 0.05, "latent_dimension": 8}
    recipe = load_recipe("dcgan_mnist").with_fields(small | {"initial_deviation": 0.05})
    fields = json.loads(json.dumps(recipe.as_fields()))
    assert Recipe.from_fields(fields).initial_deviation == recipe.chosen_fields()["initial_deviation"] == 0.05
    del fields["initial_deviation"]
    (tmp_path / "recipe.json").write_text(json.dumps(fields))
    old = load_recipe(str(tmp_path / "recipe.json"))
    assert old.initial_deviation is None and "initial_deviation" not in old.chosen_fields()
    data = load_data("embedded_mnist")

    def deviation(given):
        return np.concatenate([kernel.ravel() for kernel in kernels(build_recipe_model(given, data))]).std()

    assert deviation(recipe) == pytest.approx(0.05, rel=0.02) != deviation(old)


@pytest.mark.parametrize("scheme", ["gan", "am_gan", "sagan", "deligan"])
def test_a_seed_decides_the_weights(scheme):
    """Twice the same and of another seed others, whatever Keras' global seed is; what is drawn after it goes on."""

    def weights(**seed):
        model = build_model(scheme, (28, 28, 1), CLASSES.get(scheme), width=1 / 32, latent_dimension=8, **seed)
        return [keras.ops.convert_to_numpy(weight) for weight in model.weights]

    keras.utils.set_random_seed(5)
    drawn = random.random(), random.random()
    keras.utils.set_random_seed(5)
    first = random.random()
    one, other = weights(seed=1), weights(seed=2)
    assert (first, random.random()) == drawn
    keras.utils.set_random_seed(6)
    for ours, theirs in zip(one, weights(seed=1), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert any(not np.array_equal(ours, theirs) for ours, theirs in zip(one, other, strict=True))


def test_without_a_seed_keras_global_one_decides():
    found = []
    for seed in (5, 5, 6):
        keras.utils.set_random_seed(seed)
        found.append(build_model("gan", (28, 28, 1), width=1 / 32, latent_dimension=8).generator.get_weights()[0])
    np.testing.assert_array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])
