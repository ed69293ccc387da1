"""DenseNet-BC counted by hand, and the classifier of a data set: its training, its file, what it refuses."""

import json
import shutil

import keras
import numpy as np
import pytest
from click.testing import CliRunner

from tfgan_metric.commands.train_classifier import train_classifier as command
from tfgan_metric.data.catalog import Data
from tfgan_metric.data.pixels import to_uint8
from tfgan_metric.data.split import Split
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation.classifier import (
    SHIPPED,
    load_classifier,
    make_classifier,
    save_classifier,
    train_classifier,
)
from tfgan_metric.evaluation.densenet import PRESETS, augment, densenet_bc

RECORD = {"data": "some", "preset": "small", "epochs": 1, "seed": 0, "held_out_accuracy": 0.5}


@pytest.fixture(scope="module")
def shipped():
    """The classifier that ships with the package, whatever the cache folder holds."""
    return load_classifier(SHIPPED["embedded_mnist"])


@pytest.fixture
def file(tmp_path, shipped):
    """A copy of the shipped classifier and its record."""
    for ending in (".keras", ".json"):
        shutil.copy(SHIPPED["embedded_mnist"].with_suffix(ending), tmp_path / f"copy{ending}")
    return tmp_path / "copy.keras"


def change_record(file, **fields):
    """Changes fields of the record beside a classifier's file."""
    path = file.with_suffix(".json")
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_layers_and_parameters_of_a_small_one():
    """depth 10, k = 2, θ = .5, one channel, three classes: one bottleneck layer a block.

    Convolutions: the first, 3 × 2 in the layers, 2 in the transitions: 9. BatchNorms: 2 a layer, 1 a transition, 1
    last: 9. Maps: 4 -> 6, halved to 3 -> 5, halved to 2 (rounded down) -> 4. A BatchNorm of m maps has 4m parameters.

    first     9·1·4 = 36
    layer 1   4·4 + 4·8 + 4·8 + 9·8·2 = 16 + 32 + 32 + 144 = 224    transition  4·6 + 6·3 = 42
    layer 2   4·3 + 3·8 + 4·8 + 144 = 12 + 24 + 32 + 144 = 212      transition  4·5 + 5·2 = 30
    layer 3   4·2 + 2·8 + 4·8 + 144 = 8 + 16 + 32 + 144 = 200       last        4·4 + (4·3 + 3) = 31
    In all 36 + 224 + 42 + 212 + 30 + 200 + 31 = 775.
    """
    network = densenet_bc((28, 28, 1), 3, depth=10, growth=2)
    kinds = [type(layer).__name__ for layer in network.layers]
    assert [kinds.count(kind) for kind in ("Conv2D", "BatchNormalization", "ReLU", "AveragePooling2D")] == [9, 9, 9, 2]
    assert network.count_params() == 775


def test_depth_counts_convolutions_and_the_dense_layer():
    """Huang et al. count every layer with weights but BatchNorm: 1 + 3·2n + 2 + 1 = 6n + 4."""
    for depth in (10, 16):
        kinds = [type(layer).__name__ for layer in densenet_bc((8, 8, 1), 2, depth, growth=2).layers]
        assert kinds.count("Conv2D") + kinds.count("Dense") == depth


def test_parameters_of_the_papers_size():
    """depth 40: 6 layers a block, each adding k = 40 to m maps by 4m + 4mk + 16k + 36k² parameters.

    The first convolution has 9·3·2k, a transition of m maps 4m + m·m/2, the end 4m + 10m + 10. Maps: 80 -> 320 -> 160
    -> 400 -> 200 -> 440.
    """
    k, maps = 40, 80
    expected = 9 * 3 * maps
    for block in range(3):
        if block:
            expected += 4 * maps + maps * maps // 2
            maps //= 2
        for _ in range(6):
            expected += 4 * maps + maps * 4 * k + 4 * 4 * k + 9 * 4 * k * k
            maps += k
    expected += 4 * maps + 10 * maps + 10
    depth, growth = PRESETS["paper"].depth, PRESETS["paper"].growth
    network = densenet_bc((32, 32, 3), 10, depth, growth)
    assert maps == 440 and network.output_shape == [(None, 440), (None, 10)]
    assert network.count_params() == expected


@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 32, 3)])
def test_shapes(shape):
    """depth 10, k = 4, θ = .5: 8 + 4 = 12, 6 + 4 = 10, 5 + 4 = 9 features."""
    network = densenet_bc(shape, 7, depth=10, growth=4)
    features, logits = network(np.zeros((2, *shape), np.float32))
    assert features.shape == (2, 9) and logits.shape == (2, 7)
    assert features.dtype == logits.dtype == "float32" and features.numpy().min() >= 0


def test_outputs_are_float32_in_mixed_precision():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        network = densenet_bc((8, 8, 1), 2, depth=10, growth=2)
    finally:
        keras.config.set_dtype_policy("float32")
    assert [output.dtype for output in network.outputs] == ["float32", "float32"]


@pytest.mark.parametrize("depth", [4, 12, 41, 0, 10.0])
def test_bad_depth(depth):
    with pytest.raises(InputError, match="depth must be"):
        densenet_bc((28, 28, 1), 10, depth)


def test_bad_sizes():
    with pytest.raises(InputError, match=r"at least 4×4; got \(2, 8, 1\)"):
        densenet_bc((2, 8, 1), 10)
    with pytest.raises(InputError, match="compression must be above 0 and at most 1; got 2"):
        densenet_bc((28, 28, 1), 10, compression=2)


def test_shipped_accuracy(shipped, held_out_digits):
    """What its record claims, by the same call on the same pixels; 97.5% is what we want of it."""
    _, logits = shipped(to_uint8(held_out_digits.images))
    accuracy = np.mean(logits.argmax(axis=1) == held_out_digits.labels)
    assert accuracy >= shipped.record["held_out_accuracy"] - 1e-9
    assert accuracy >= 0.975
    assert SHIPPED["embedded_mnist"].stat().st_size < 700_000


def test_shipped_training_marginal(shipped, digits):
    """The mean of its softmax over the 4,000 training digits, which are about balanced."""
    _, logits = shipped(to_uint8(digits.images))
    weights = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    np.testing.assert_allclose(shipped.train_marginal, (weights / weights.sum(1, keepdims=True)).mean(0), atol=1e-6)
    np.testing.assert_allclose(shipped.train_marginal, np.bincount(digits.labels) / 4000, atol=0.01)


def test_images_that_the_classifier_cannot_take(shipped):
    with pytest.raises(
        InputError, match=r"of embedded_mnist takes images of shape \(B, 28, 28, 1\); got \(1, 32, 32, 3\)"
    ):
        shipped(np.zeros((1, 32, 32, 3), np.uint8))
    with pytest.raises(InputError, match="must be uint8"):
        shipped(np.zeros((1, 28, 28, 1), np.float32))


def test_name_is_looked_up_in_the_cache_first(file, shipped, tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_METRIC_CACHE", str(tmp_path / "cache"))
    assert load_classifier("embedded_mnist").sha256 == shipped.sha256
    with pytest.raises(InputError, match="no classifier at .*cifar10.keras; .*train-classifier --data cifar10`$"):
        load_classifier("cifar10")
    (tmp_path / "cache" / "classifiers").mkdir(parents=True)
    for ending in (".keras", ".json"):
        shutil.copy(file.with_suffix(ending), tmp_path / "cache" / "classifiers" / f"embedded_mnist{ending}")
    change_record(tmp_path / "cache" / "classifiers" / "embedded_mnist.keras", preset="cached")
    assert load_classifier("embedded_mnist").record["preset"] == "cached"


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match="no classifier at .*; make it by `tfgan-metric train-classifier --data mine`"):
        load_classifier(tmp_path / "mine.keras")


def test_damaged_file(file):
    """Cut in half: its hash is not the record's; with a record that has its hash, Keras cannot read it."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(InputError, match="must have the SHA-256 of its record"):
        load_classifier(file)
    with pytest.raises(InputError, match="must have the SHA-256") as error:
        load_classifier(str(file))
    change_record(file, sha256=str(error.value).split("got ")[1].split(":")[0])
    with pytest.raises(InputError, match="is damaged or no classifier"):
        load_classifier(file)


@pytest.mark.parametrize("record", ["", "[1]", '{"data": "some"}', None])
def test_bad_record(file, record):
    if record is None:
        file.with_suffix(".json").unlink()
    else:
        file.with_suffix(".json").write_text(record)
    with pytest.raises(InputError, match="copy.json is not the record of a classifier"):
        load_classifier(file)


def test_record_of_another_network(file):
    change_record(file, train_marginal=[0.5, 0.5])
    with pytest.raises(InputError, match=r"train_marginal in .*copy.json must have shape \(10,\)"):
        load_classifier(file)


def test_file_of_another_kind_of_model(tmp_path):
    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)])
    save_classifier(model, tmp_path / "other.keras", RECORD | {"train_marginal": [0.1] * 10})
    with pytest.raises(InputError, match="must take images .* to features and logits"):
        load_classifier(tmp_path / "other.keras")


def test_saved_and_loaded_gives_identical_outputs(tmp_path, held_out_digits):
    keras.utils.set_random_seed(0)
    network = densenet_bc((28, 28, 1), 10, depth=10, growth=2)
    save_classifier(network, tmp_path / "it.keras", RECORD | {"train_marginal": [0.1] * 10})
    classifier = load_classifier(tmp_path / "it.keras")
    images = to_uint8(held_out_digits.images[:130])  # more than run at once
    features, logits = classifier(images)
    expected = network(images.astype(np.float32) / np.float32(127.5) - 1, training=False)
    np.testing.assert_allclose(features, expected[0].numpy(), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(logits, expected[1].numpy(), rtol=1e-5, atol=1e-5)
    for first, second in zip(classifier(images), load_classifier(tmp_path / "it.keras")(images), strict=True):
        np.testing.assert_array_equal(first, second)
    assert {path.name for path in tmp_path.iterdir()} == {"it.keras", "it.json"}
    with pytest.raises(InputError, match="must end in .keras"):
        save_classifier(network, tmp_path / "it.h5", RECORD)


@pytest.fixture
def few(digits, held_out_digits):
    """Digits 0 and 1 at 14×14, 300 to train and 100 held out."""

    def some(split, count):
        rows = np.flatnonzero(split.labels < 2)[:count]
        return Split(split.pixels[rows, ::2, ::2], split.labels[rows])

    return some(digits, 300), some(held_out_digits, 100)


def test_short_training(few, monkeypatch):
    """Chance is half; the seed decides the weights and nothing else is left to chance."""
    monkeypatch.setitem(PRESETS, "tiny", PRESETS["small"]._replace(depth=10, growth=4))
    (first, accuracy), (second, again) = (train_classifier(*few, 2, "tiny", 6, 20, seed=0) for _ in range(2))
    other, _ = train_classifier(*few, 2, "tiny", 1, 20, seed=1)
    assert accuracy > 0.9 and accuracy == again
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-4)
    assert not np.allclose(first.get_weights()[0], other.get_weights()[0])


NUMBERED = np.arange(1, 32 * 32 + 1, dtype=np.float32).reshape(32, 32, 1)  # no pixel is 0 or another's


def placed(image):
    """(rows down, columns right, mirrored) of a NUMBERED image that was moved, from its middle pixel (16, 16)."""
    row, column = np.argwhere(image[..., 0] == NUMBERED[16, 16, 0])[0]
    mirrored = image[row, column - 1, 0] > image[row, column, 0]
    return row - 16, (31 - column if mirrored else column) - 16, bool(mirrored)


def test_the_papers_augmentation():
    """Of 2,000 images each of the nine shifts of 0 to ±4 pixels, down and right, takes a ninth, and half are mirrored.

    A ninth of 2,000 is 222 ± 14, half 1,000 ± 22; what a shift leaves behind is 0.
    """
    keras.utils.set_random_seed(0)
    found = augment(np.tile(NUMBERED, (2000, 1, 1, 1)), PRESETS["paper"], mirror=True).numpy()
    down, right, mirrored = zip(*map(placed, found), strict=True)
    for shifts in (down, right):
        values, counts = np.unique(shifts, return_counts=True)
        assert values.tolist() == list(range(-4, 5)) and abs(counts - 222).max() < 60
    assert abs(sum(mirrored) - 1000) < 90 and len(set(zip(down, right, strict=True))) == 81
    for image, rows, columns, flipped in zip(found[:50], down, right, mirrored, strict=False):
        padded = np.pad(NUMBERED, ((4, 4), (4, 4), (0, 0)))
        expected = padded[4 - rows : 36 - rows, 4 - columns : 36 - columns]
        np.testing.assert_array_equal(image, expected[:, ::-1] if flipped else expected)


@pytest.mark.parametrize(("preset", "mirror", "largest"), [("paper", False, 4), ("small", True, 2)])
def test_what_is_not_mirrored(preset, mirror, largest):
    """Digits in the paper's preset, anything in the small one, whose shifts are at most .07 · 32 = 2.24 pixels."""
    keras.utils.set_random_seed(0)
    found = augment(np.tile(NUMBERED, (300, 1, 1, 1)), PRESETS[preset], mirror).numpy()
    down, right, mirrored = zip(*map(placed, found), strict=True)
    assert not any(mirrored) and max(map(abs, down + right)) == largest


@pytest.mark.parametrize(("name", "mirror"), [("cifar10", True), ("svhn_cropped", False), ("mnist", False)])
def test_which_data_may_be_mirrored(few, monkeypatch, tmp_path, name, mirror):
    given = []
    monkeypatch.setitem(PRESETS, "tiny", PRESETS["small"]._replace(depth=10, growth=2))
    monkeypatch.setattr(
        "tfgan_metric.evaluation.classifier.augment", lambda images, preset, may: given.append(may) or images
    )
    data = Data(name, 2, dict(zip(("train", "held_out"), few, strict=True)).get)
    make_classifier(data, tmp_path / "it.keras", "tiny", epochs=1)
    assert given == [mirror]


def test_training_refuses(few):
    train, held_out = few
    with pytest.raises(InputError, match="unknown preset 'big'; valid: paper, small"):
        train_classifier(train, held_out, 2, "big", 1)
    with pytest.raises(InputError, match="epochs must be a whole number of at least 1; got 0"):
        train_classifier(train, held_out, 2, "small", 0)
    with pytest.raises(InputError, match=r"held-out images must have the shape of training ones, \(14, 14, 1\)"):
        train_classifier(train, Split(held_out.pixels[:, 4:], held_out.labels), 2, "small", 1)


def test_command(few, monkeypatch, tmp_path):
    data = Data("few", 2, dict(zip(("train", "held_out"), few, strict=True)).get)
    monkeypatch.setattr("tfgan_metric.data.catalog.load_data", lambda name, *_: data)
    monkeypatch.setitem(PRESETS, "small", PRESETS["small"]._replace(depth=10, growth=4))
    monkeypatch.setenv("TFGAN_METRIC_CACHE", str(tmp_path))
    arguments = ["--data", "few", "--preset", "small", "--epochs", "1"]
    ran = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    classifier = load_classifier("few")
    assert "step 9/9  loss" in ran.output and classifier.sha256 in ran.output
    assert f"{classifier.record['held_out_accuracy']:.2%}" in ran.output
    assert [classifier.record[name] for name in ("data", "preset", "epochs", "seed")] == ["few", "small", 1, 0]
    assert classifier.record["image_shape"] == [14, 14, 1] and abs(classifier.train_marginal.sum() - 1) < 1e-6
    with pytest.raises(InputError, match="exists; choose another --out"):
        CliRunner().invoke(command, arguments, catch_exceptions=False)
    with pytest.raises(InputError, match="--out must end in .keras"):
        CliRunner().invoke(command, [*arguments, "--out", str(tmp_path / "it.h5")], catch_exceptions=False)


def test_command_refuses_data_without_held_out_images(few, monkeypatch, tmp_path):
    data = Data("all_train", 2, {"train": few[0]}.get)
    monkeypatch.setattr("tfgan_metric.data.catalog.load_data", lambda name, *_: data)
    arguments = ["--data", "all_train", "--out", str(tmp_path / "it.keras")]
    with pytest.raises(InputError, match="needs labels and held-out images; data 'all_train' lack one"):
        CliRunner().invoke(command, arguments, catch_exceptions=False)
