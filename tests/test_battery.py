"""The shared battery: what every scheme must pass."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from conftest import CLASSES, small_model
from tfgan_metric.models import SCHEMES

SHAPES = [(28, 28, 1), (32, 32, 3), (64, 64, 3)]
BATCH = 8
CASES = [  # every scheme, with labels and without where it can do both
    pytest.param(name, num_classes, id=f"{name}-{'labels' if num_classes else 'no_labels'}")
    for name, cls in SCHEMES.items()
    for num_classes, needed in ((None, "none"), (CLASSES, "conditional"))
    if needed in cls.label_modes
]


def data(image_shape, batches=2, seed=0):
    """Random images in [-1, 1] and labels, enough for `batches` batches."""
    generator = np.random.default_rng(seed)
    images = generator.uniform(-1, 1, size=(batches * BATCH, *image_shape)).astype(np.float32)
    return images, np.arange(batches * BATCH, dtype=np.int32) % (CLASSES // 3)  # so that classes have pairs


def train(model, image_shape=(28, 28, 1), epochs=1):
    return model.fit(*data(image_shape), batch_size=BATCH, epochs=epochs, verbose=0)


def weights(model):
    """Every variable, both optimizers' included, by position."""
    variables = [*model.variables, *model.generator_optimizer.variables, *model.discriminator_optimizer.variables]
    return [keras.ops.convert_to_numpy(variable) for variable in variables]


def assert_same(first, second):
    assert len(first) == len(second)
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("image_shape", SHAPES)
@pytest.mark.parametrize(("scheme", "num_classes"), CASES)
def test_one_step_changes_both_networks(scheme, num_classes, image_shape):
    model = small_model(scheme, image_shape, num_classes=num_classes)
    before = [network.get_weights() for network in (model.generator, model.discriminator)]
    history = train(model, image_shape)
    for network, old in zip((model.generator, model.discriminator), before, strict=True):
        changed = [not np.array_equal(a, b) for a, b in zip(old, network.get_weights(), strict=True)]
        assert all(changed)
    assert int(model.step) == 2
    assert set(history.history) == {"discriminator_loss", "generator_loss"}
    images = model.generate(3, seed=1)
    assert images.shape == (3, *image_shape) and images.dtype == np.float32 and abs(images).max() <= 1


@pytest.mark.parametrize(("scheme", "num_classes"), CASES)
def test_keras_file_holds_the_whole_state(scheme, num_classes, tmp_path):
    """Loaded in safe mode, everything is equal, and training goes on as it would have."""
    model = small_model(scheme, num_classes=num_classes, ema_momentum=0.9)
    rate = keras.optimizers.schedules.CosineDecay(1e-3, 20)
    model.compile(keras.optimizers.RMSprop(rate), keras.optimizers.Adam(1e-3, beta_1=0.0))
    train(model)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    assert type(loaded) is type(model)
    parts = ("generator", "discriminator", "latent")  # Keras words the same network in more than one way
    ours, theirs = ({k: v for k, v in m.get_config().items() if k not in parts} for m in (model, loaded))
    assert ours == theirs and "seed" in ours
    assert_same(weights(loaded), weights(model))
    np.testing.assert_array_equal(loaded.generate(4, seed=3), model.generate(4, seed=3))
    train(model)
    train(loaded)
    assert_same(weights(loaded), weights(model))


@pytest.mark.parametrize(("scheme", "num_classes"), CASES)
def test_same_seed_same_bits(scheme, num_classes):
    runs = []
    for seed in (5, 5, 6):
        model = small_model(scheme, num_classes=num_classes, seed=seed)
        train(model, epochs=2)
        runs.append(weights(model))
    assert_same(runs[0], runs[1])
    assert any(not np.array_equal(a, b) for a, b in zip(runs[0], runs[2], strict=True))


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
folder, seed, labelled = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "True"
loaded = tf.saved_model.load(folder)
found = {"sample": loaded.sample(tf.constant(5), tf.constant(seed, tf.int64))["images"]}
if labelled:
    labels = tf.constant([2, 0, 1], tf.int32)
    found["sample_labels"] = loaded.sample_labels(labels, tf.constant(seed, tf.int64))["images"]
serve = loaded.signatures["serving_default"]
extra = {"labels": tf.zeros(4, tf.int32)} if labelled else {}
found["served"] = serve(latents=tf.zeros((4, 8)), **extra)["images"]
np.savez(folder + "/found.npz", **found)
"""


@pytest.mark.parametrize(("scheme", "num_classes"), CASES)
def test_export_reloads_without_keras(scheme, num_classes, tmp_path):
    model = small_model(scheme, num_classes=num_classes)
    train(model)
    folder = tmp_path / "generator"
    model.export(folder)
    labelled = model.inference_classes is not None
    arguments = [sys.executable, "-c", RELOAD, str(folder), "11", str(labelled)]
    subprocess.run(arguments, check=True, cwd=tmp_path, capture_output=True)
    found = np.load(folder / "found.npz")
    np.testing.assert_allclose(found["sample"], model.generate(5, seed=11), atol=1e-6)
    assert found["served"].shape == (4, 28, 28, 1) and found["served"].dtype == np.float32
    if labelled:
        np.testing.assert_allclose(found["sample_labels"], model.generate(3, [2, 0, 1], seed=11), atol=1e-6)
