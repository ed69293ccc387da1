"""The shared battery: what every scheme must pass, as plain Python, and what representatives do compiled."""

import subprocess
import sys
from typing import NamedTuple

import keras
import numpy as np
import pytest

from conftest import (
    BATCH,
    CLASSES,
    REPRESENTATIVES,
    SHAPE,
    STEPS,
    by_representatives,
    eager,
    random_data,
    small_model,
    variables,
)
from tfgan_metric.latents import draw_inputs
from tfgan_metric.models import SAGAN, SCHEMES

OTHER_LABEL_MODES = [(name, mode) for name, cls in SCHEMES.items() for mode in cls.label_modes[1:]]


def train(model, image_shape=SHAPE):
    return model.fit(*random_data(image_shape), batch_size=BATCH, steps_per_epoch=STEPS, verbose=0)


def assert_same(first, second):
    assert len(first) == len(second)
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def assert_same_training(model, first, second):
    """Bit by bit; SAGAN's step, whose sums have up to four terms, was seen to differ in the last place when TensorFlow
    compiled it anew in a process that had compiled much else (2 of about 6 whole test runs, never alone)."""
    if not isinstance(model, SAGAN):
        assert_same(first, second)
    for a, b in zip(first, second, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def assert_trains(model, image_shape):
    """Two steps change every weight of both networks and of the latent, and images come out.

    A loss of differences of outputs does not see a constant added to all, so the discriminator's last bias may stay;
    test_replay has its value.
    """
    parts = (model.generator, model.discriminator, model.latent)
    before = [part.get_weights() for part in parts]
    history = train(model, image_shape)
    for part, old in zip(parts, before, strict=True):
        pairs = zip(part.weights, old, strict=True)
        unchanged = [weight for weight, value in pairs if np.array_equal(value, weight.numpy())]
        if part is model.discriminator:
            unchanged = [weight for weight in unchanged if not is_last_bias(weight, model)]
        assert not unchanged
    assert int(model.step) == STEPS
    assert set(history.history) == {"discriminator_loss", "generator_loss"}
    images = model.generate(3, seed=1)
    assert images.shape == (3, *image_shape) and images.dtype == np.float32 and abs(images).max() <= 1


def is_last_bias(weight, model):
    return weight.name == "bias" and weight.shape == model.outputs_shape


class Trained(NamedTuple):
    """A model after two steps, how to build and train it again, and a copy of its variables then."""

    model: keras.Model
    build: tuple
    state: list


def build(scheme, compiled):
    """A small model with an average of its generator and learning rates that change."""
    model = small_model(scheme, ema_momentum=0.9, seed=5)
    rate = keras.optimizers.schedules.CosineDecay(1e-3, 20)
    # The attention's scale starts at 0, so its first gradients are mostly rounding, which √v would make whole steps of.
    epsilon = 1e-5 if scheme == "sagan" else 1e-7
    optimizers = keras.optimizers.RMSprop(rate, epsilon=epsilon), keras.optimizers.Adam(1e-3, 0.0, epsilon=epsilon)
    model.compile(*optimizers, run_eagerly=not compiled)
    return model


# Each has state of its own: centers; a multiplier, a mixture and the variables of its optimizers.
COMPILED = [
    pytest.param((case.values[0], True), marks=case.marks) for case in by_representatives("wadmgan", "deli_fisher_gan")
]


@pytest.fixture(
    scope="module",
    params=[*((scheme, False) for scheme in SCHEMES), *COMPILED],
    ids=lambda case: f"{case[0]}-{'compiled' if case[1] else 'eager'}",
)
def trained(request):
    model = build(*request.param)
    assert_trains(model, SHAPE)
    return Trained(model, request.param, variables(model))


def test_same_seed_same_bits(trained):
    again = build(*trained.build)
    train(again)
    assert_same_training(again, variables(again), trained.state)


def test_keras_file_holds_the_whole_state(trained, tmp_path):
    """Loaded in safe mode, everything is equal, and training goes on as it would have."""
    model = trained.model
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    assert type(loaded) is type(model)
    parts = ("generator", "discriminator", "latent")  # Keras words the same network in more than one way
    ours, theirs = ({k: v for k, v in m.get_config().items() if k not in parts} for m in (model, loaded))
    assert ours == theirs and "seed" in ours
    assert_same(variables(loaded), variables(model))
    inputs = draw_inputs(model.inference_latent, model.inference_classes, 4, seed=3)
    np.testing.assert_array_equal(loaded(inputs), model(inputs))
    np.testing.assert_allclose(loaded.generate(4, seed=3), model.generate(4, seed=3), atol=1e-6)  # compiled anew
    loaded.run_eagerly = model.run_eagerly
    train(model)
    train(loaded)
    assert_same_training(model, variables(loaded), variables(model))


@pytest.mark.parametrize(("scheme", "settings"), REPRESENTATIVES.items())
def test_compiled_trains_as_eager(scheme, settings):
    """So what is proved eagerly holds compiled. By gradient descent, whose weights amplify no rounding as Adam's."""
    models = []
    for run_eagerly in (False, True):
        model = small_model(scheme, seed=5, ema_momentum=0.9, **settings)
        optimizers = [keras.optimizers.SGD(1e-2) for _ in range(2)]
        model.compile(*optimizers, run_eagerly=run_eagerly)
        model.fit(*random_data(), batch_size=BATCH, steps_per_epoch=STEPS, verbose=0)
        models.append(model)
    for ours, theirs in zip(*(variables(model) for model in models), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_images_of_three_colours(scheme):
    assert_trains(eager(small_model(scheme, (32, 32, 3))), (32, 32, 3))


@pytest.mark.parametrize("scheme", by_representatives())
def test_larger_images(scheme):
    assert_trains(eager(small_model(scheme, (64, 64, 3))), (64, 64, 3))


@pytest.mark.parametrize(
    ("scheme", "label_mode"), [(name, mode) for name, cls in SCHEMES.items() for mode in cls.label_modes[1:]]
)
def test_other_label_modes(scheme, label_mode, tmp_path):
    model = eager(small_model(scheme, label_mode=label_mode, num_classes=CLASSES))
    assert_trains(model, SHAPE)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    assert loaded.label_mode == label_mode
    assert_same(variables(loaded), variables(model))
    np.testing.assert_allclose(loaded.generate(4, seed=3), model.generate(4, seed=3), atol=1e-5)


RELOAD = """
import importlib.util
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("keras", "tfgan_metric", "tf_keras"):
            return importlib.util.spec_from_loader(name, self)
    def create_module(self, spec):
        raise ImportError(spec.name)
    def exec_module(self, module):
        raise ImportError
sys.meta_path.insert(0, Refuse())
import numpy as np
import tensorflow as tf
for name in ("keras", "tfgan_metric"):
    try:
        __import__(name)
    except ImportError:
        continue
    raise SystemExit(name + " could be imported")
seed, folders = tf.constant(11, tf.int64), sys.argv[1:]
for folder in folders:
    loaded = tf.saved_model.load(folder)
    found, extra = {"sample": loaded.sample(tf.constant(5), seed)["images"]}, {}
    if "sample_labels" in loaded.signatures:
        found["sample_labels"] = loaded.sample_labels(tf.constant([2, 0, 1], tf.int32), seed)["images"]
        extra = {"labels": tf.zeros(4, tf.int32)}
    found["served"] = loaded.signatures["serving_default"](latents=tf.zeros((4, 8)), **extra)["images"]
    np.savez(folder + "/found.npz", **found)
"""


OTHERS = {name: {} for name in SCHEMES if REPRESENTATIVES.get(name) != {}}


@pytest.mark.parametrize(
    "settings", [REPRESENTATIVES, pytest.param(OTHERS, marks=pytest.mark.full)], ids=["representatives", "others"]
)
def test_exports_reload_without_keras(settings, tmp_path):
    """After two steps, so that the averaged generator that is exported is not the trained one."""
    models = {scheme: eager(small_model(scheme, ema_momentum=0.9, **own)) for scheme, own in settings.items()}
    for scheme, model in models.items():
        train(model)
        model.export(tmp_path / scheme)
    folders = [str(tmp_path / scheme) for scheme in models]
    subprocess.run([sys.executable, "-c", RELOAD, *folders], check=True, cwd=tmp_path, capture_output=True)
    for scheme, model in models.items():
        found = np.load(tmp_path / scheme / "found.npz")
        np.testing.assert_allclose(found["sample"], model.generate(5, seed=11), atol=1e-6, err_msg=scheme)
        assert found["served"].shape == (4, *SHAPE) and found["served"].dtype == np.float32
        labelled = model.inference_classes is not None
        assert ("sample_labels" in found) == labelled
        if labelled:
            images = model.generate(3, [2, 0, 1], seed=11)
            np.testing.assert_allclose(found["sample_labels"], images, atol=1e-6, err_msg=scheme)
