"""What only looks at a model changes nothing of it: `evaluate`, and what generates images."""

import keras
import numpy as np
import pytest

from conftest import BATCH, SHAPE, eager, random_data, small_model
from tfgan_metric.errors import InputError
from tfgan_metric.latents import draw_inputs
from tfgan_metric.models import SCHEMES, WGANGP
from tfgan_metric.models.state import state_variables
from tfgan_metric.models.zoo import NETWORKS

IMAGES, LABELS = random_data()


def networks_of(scheme):
    return ["autoencoder"] if scheme == "ebgan" else [name for name in NETWORKS if name != "autoencoder"]


def is_quick(scheme, network):
    """The paper's network; once that with the most kinds of state, and for a gradient penalty that of another kind."""
    cls = SCHEMES[scheme]
    own = cls.choose_network(cls.label_modes[0])
    return network == own or (scheme, network) in {("gan", "am"), ("wgan_gp", "sagan")}


PAIRS = [
    pytest.param(scheme, network, marks=() if is_quick(scheme, network) else pytest.mark.full)
    for scheme in SCHEMES
    for network in networks_of(scheme)
]


def train(model):
    model.fit(IMAGES, LABELS, batch_size=BATCH, steps_per_epoch=1, verbose=0)


def evaluate(model):
    return model.evaluate(IMAGES, LABELS, batch_size=BATCH, verbose=0)


def state(model):
    """A copy of every variable but the metrics' sums, and of where Keras' own noise layers are; (path, value)."""
    sums = {id(variable) for metric in model.metrics for variable in metric.variables}
    found = [variable for variable in state_variables(model) if id(variable) not in sums] + model.random_states()
    return [(variable.path, np.array(keras.ops.convert_to_numpy(variable))) for variable in found]


def assert_unchanged(model, before):
    pairs = zip(state(model), before, strict=True)
    assert not [path for (path, value), (_, old) in pairs if not np.array_equal(value, old)]


def assert_evaluates_alike(model):
    before = state(model)
    losses = evaluate(model)
    assert_unchanged(model, before)
    assert evaluate(model) == losses


@pytest.mark.parametrize(("scheme", "network"), PAIRS)
def test_evaluate_changes_nothing(scheme, network):
    model = eager(small_model(scheme, network=network))
    assert_evaluates_alike(model)
    train(model)
    assert_evaluates_alike(model)


def test_evaluate_leaves_keras_own_noise_where_it_is():
    parts = small_model("wgan_gp")
    layers = [keras.layers.Flatten(), keras.layers.GaussianNoise(0.1), keras.layers.Dropout(0.5), keras.layers.Dense(1)]
    model = eager(WGANGP(parts.generator, keras.Sequential([keras.Input(SHAPE), *layers]), parts.latent))
    assert len(model.random_states()) == 2
    assert_evaluates_alike(model)


def test_km_gan_refuses_to_evaluate_fewer_images_than_clusters():
    """Three images for four centers; also as a graph, which knows the batch's size before it runs."""
    for model in (small_model("km_gan"), eager(small_model("km_gan"))):
        with pytest.raises(InputError, match="a batch needs at least 4 images .* this one holds 3"):
            model.evaluate(IMAGES[:3], batch_size=3, verbose=0)


def test_an_evaluation_has_noise_of_its_own():
    """Each batch has another seed, the same ones after training, and none of them is one of training's."""
    model, seeds = eager(small_model("gan")), []
    original = model.generator_loss

    def record(batch):
        seeds.append(tuple(batch.seed.numpy()))
        return original(batch)

    object.__setattr__(model, "generator_loss", record)
    evaluate(model)
    train(model)
    train(model)
    evaluate(model)
    first, training, second = seeds[:2], seeds[2:4], seeds[4:]
    assert first == second and len({*first, *training}) == 4


@pytest.mark.parametrize("network", NETWORKS)
def test_generating_changes_nothing(network, tmp_path):
    model = eager(small_model("ebgan" if network == "autoencoder" else "gan", network=network))
    train(model)
    before = state(model)
    images = model.generate(3, seed=1)
    model.predict(draw_inputs(model.latent, None, 3, seed=1), verbose=0)
    model.export(tmp_path / "generator")
    assert_unchanged(model, before)
    np.testing.assert_array_equal(model.generate(3, seed=1), images)
