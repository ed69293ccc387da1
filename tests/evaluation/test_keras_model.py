"""Any Keras model as an extractor, and statistics of a file as the real images."""

import keras
import numpy as np
import pytest

from conftest import run_command
from tfgan_metric.data.catalog import load_data
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation import KerasExtractor, evaluate, image_source, load_features
from tfgan_metric.evaluation.records import read_evaluations
from tfgan_metric.metrics import FeatureStatistics, frechet_distance
from tfgan_metric.pictures import write_png


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_METRIC_CACHE", str(tmp_path / "cache"))


def means(shape=(28, 28, 1), **layers):
    """A model whose features are the means of a row's halves: an input in [-1, 1] gives what NumPy gives."""
    images = keras.Input(shape)
    return keras.Model(images, keras.layers.Flatten()(keras.layers.AveragePooling2D((14, 14))(images)), name="means")


def of_numpy(pixels):
    images = pixels / 127.5 - 1.0
    return images.reshape(-1, 2, 14, 2, 14).mean(axis=(2, 4)).reshape(-1, 4)


def test_features_are_the_models():
    pixels = np.random.default_rng(0).integers(0, 256, (5, 28, 28, 1), np.uint8)
    extractor = KerasExtractor(means())
    features, _ = extractor(pixels)
    assert np.allclose(features, of_numpy(pixels), atol=1e-6) and not extractor.gives_logits


def test_two_outputs_are_features_and_logits():
    model = means()
    extractor = KerasExtractor(keras.Model(model.input, [model.output, keras.layers.Dense(7)(model.output)]))
    features, logits = extractor(np.zeros((2, 28, 28, 1), np.uint8))
    assert KerasExtractor(keras.Sequential([model, keras.layers.Dense(2)])).sha256 != extractor.sha256
    assert extractor.gives_logits and features.shape == (2, 4) and logits.shape == (2, 7)


def test_a_model_of_the_same_weights_is_another():
    """Without weights it is the layers alone that tell a mean from a maximum; else one read the other's cache."""
    images = keras.Input((28, 28, 1))
    largest = keras.Model(images, keras.layers.Flatten()(keras.layers.MaxPooling2D((14, 14))(images)), name="means")
    assert KerasExtractor(largest).sha256 != KerasExtractor(means()).sha256


def test_outputs_by_name_are_outputs():
    model = means()
    named = KerasExtractor(keras.Model(model.input, {"pooled": model.output}))
    assert named(np.zeros((2, 28, 28, 1), np.uint8))[0].shape == (2, 4)


def test_what_is_refused(tmp_path):
    with pytest.raises(InputError, match="pool or flatten what it gives"):
        KerasExtractor(keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3)]))
    with pytest.raises(InputError, match="this model takes"):
        KerasExtractor(keras.Sequential([keras.layers.Dense(4)]))  # not built
    with pytest.raises(InputError, match=r"means takes images of shape .*; got \(2, 8, 8, 1\): begin the model with"):
        KerasExtractor(means())(np.zeros((2, 8, 8, 1), np.uint8))
    (tmp_path / "no.keras").write_text("no")
    with pytest.raises(InputError, match="no Keras model that can be read"):
        load_features(tmp_path / "no.keras")


def test_an_evaluation_has_what_features_allow():
    data = load_data("embedded_mnist")
    found = evaluate(image_source(data.held_out, {}), data, [KerasExtractor(means())]).results
    names = {result.metric for result in found}
    assert names == {
        *("frechet_distance", "kernel_distance", "precision", "recall", "density", "coverage", "nearer_to_training"),
    }
    assert found[0].protocol["extractor"] == "means"


def test_statistics_of_a_file(tmp_path):
    """Black images against mu and sigma of the digits: by hand, the Fréchet distance of the NumPy features."""
    digits = load_data("embedded_mnist").train.pixels
    features = of_numpy(digits)
    np.savez(tmp_path / "real.npz", mu=features.mean(axis=0), sigma=np.cov(features, rowvar=False))
    means().save(tmp_path / "means.keras")
    (tmp_path / "new").mkdir()
    for index, pixels in enumerate(digits[:20]):
        write_png(tmp_path / "new" / f"{index}.png", pixels)
    arguments = ["evaluate", "new", "--data", "real.npz", "--features", "means.keras", "--out", "out"]
    code, output, error = run_command(*arguments, cwd=tmp_path)
    assert code == 0, error
    (result,) = read_evaluations(tmp_path / "out" / "metrics.json")[-1]["results"]
    assert result["value"] == pytest.approx(frechet_distance(of_numpy(digits[:20]), features), rel=1e-4)
    about = [result["protocol"][name] for name in ("real", "real_split", "generated", "extractor")]
    assert about == ["unknown", "statistics of a file", 20, "means.keras"] and "neighbours" not in output
    code, _, error = run_command(*arguments, "--cross-check", "--split", "held_out", cwd=tmp_path)
    assert code == 2 and "statistics allow the Fréchet distance alone: leave --cross-check, --split out" in error
    FeatureStatistics.of(features[:, :3]).save(tmp_path / "real.npz")
    code, _, error = run_command(*arguments, cwd=tmp_path)
    assert code == 2 and "statistics of one dimension are comparable; got 3 and 4" in error


def test_folders_of_several_sizes(tmp_path):
    """Real ones of 28×28 in one form, generated ones of other sizes in another: `--image-size` is for both."""
    digits = load_data("embedded_mnist").train.pixels
    for name, sides in (("real", (28,)), ("new", (30, 40))):
        (tmp_path / name).mkdir()
        for index, pixels in enumerate(digits[:40]):
            side = sides[index % len(sides)]
            picture = np.zeros((side, side, 1), np.uint8)
            picture[:28, :28] = pixels
            write_png(tmp_path / name / f"{index}.png", picture)
    means().save(tmp_path / "means.keras")
    arguments = ["evaluate", "new", "--data", "real", "--features", "means.keras", "--out", "out"]
    code, _, error = run_command(*arguments, cwd=tmp_path)
    assert code == 2 and "image_size" in error
    code, _, error = run_command(*arguments, "--image-size", "28", cwd=tmp_path)
    assert code == 0, error
    arguments[1], arguments[3] = "means.keras", "embedded_mnist"
    code, _, error = run_command(*arguments, "--image-size", "28", cwd=tmp_path)
    assert code == 2 and "are for a folder of images; means.keras is none" in error
