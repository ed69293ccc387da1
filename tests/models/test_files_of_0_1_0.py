"""What version 0.1.0 wrote: a model's file, and the config of every scheme.

data/ holds a waDMGAN of 16 pixels after three steps, its images and all its state after three more, and for each of its
25 schemes arguments away from their defaults with the config that they gave.
"""

import json
import pathlib

import keras
import numpy as np
import pytest

from conftest import small_model
from tfgan_metric.models import SCHEMES
from tfgan_metric.models.loading import load_model
from tfgan_metric.models.state import state_variables

DATA = pathlib.Path(__file__).parent / "data"
CONFIGS = json.loads((DATA / "configs_0_1_0.json").read_text(encoding="utf-8"))


def test_a_file_loads_and_trains_on():
    model, expected = load_model(DATA / "wadmgan_0_1_0.keras"), np.load(DATA / "wadmgan_0_1_0.npz")
    assert model.steps_trained == 3 and model.non_finite.is_clear
    np.testing.assert_allclose(model.generate(2, seed=3), expected["images"], atol=1e-6)
    images = np.random.default_rng(0).uniform(-1, 1, (16, 4, 4, 1)).astype(np.float32)
    history = model.fit(images, np.arange(16) % 4, batch_size=8, steps_per_epoch=3, verbose=0).history
    assert "generator_gradient_norm" in history
    kept = [variable for variable in state_variables(model) if "non_finite" not in variable.path]
    state = np.concatenate([np.ravel(keras.ops.convert_to_numpy(variable)) for variable in kept])
    np.testing.assert_allclose(state, expected["state"], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("scheme", CONFIGS)
def test_configs_are_the_same(scheme):
    found = small_model(scheme, **CONFIGS[scheme]["arguments"]).get_config()
    for name in ("generator", "discriminator", "latent", "dtype", "trainable"):
        del found[name]
    expected = CONFIGS[scheme]["config"]
    added = {name: found.pop(name) for name in set(found) - set(expected)}
    assert found | {"name": ""} == expected | {"name": ""}  # Keras numbers the names
    assert added == {name: SCHEMES[scheme].arguments()[name] for name in added}
