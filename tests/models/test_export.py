"""The exported generator: batch sizes, TensorFlow Lite, and what export does not overwrite."""

import numpy as np
import pytest
import tensorflow as tf

from conftest import small_model
from tfgan_metric.errors import InputError


@pytest.fixture(scope="module", params=["dmgan", "gan"])
def exported(request, tmp_path_factory):
    model = small_model(request.param, num_classes=10 if request.param == "dmgan" else None)
    folder = tmp_path_factory.mktemp(request.param) / "generator"
    model.export(folder)
    return model, folder


def test_any_batch_size_and_same_seed_same_images(exported):
    model, folder = exported
    loaded = tf.saved_model.load(str(folder))
    for count in (1, 7, 300):
        images = loaded.sample(tf.constant(count), tf.constant(3, tf.int64))["images"]
        assert images.shape == (count, 28, 28, 1) and images.dtype == tf.float32
    np.testing.assert_array_equal(images, loaded.sample(tf.constant(300), tf.constant(3, tf.int64))["images"])
    assert ("sample_labels" in loaded.signatures) == (model.inference_classes is not None)


def test_tflite_gives_the_same_images(exported):
    model, folder = exported
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder), signature_keys=["serving_default"])
    runner = tf.lite.Interpreter(model_content=converter.convert()).get_signature_runner("serving_default")
    inputs = {"latents": np.random.default_rng(0).uniform(-1, 1, (3, 8)).astype(np.float32)}
    if model.inference_classes:
        inputs["labels"] = np.array([1, 9, 4], np.int32)
    expected = tf.saved_model.load(str(folder)).signatures["serving_default"](
        **{name: tf.constant(value) for name, value in inputs.items()}
    )
    np.testing.assert_allclose(runner(**inputs)["images"], expected["images"], atol=1e-5)


def test_a_folder_of_something_else_is_left_alone(exported, tmp_path):
    model, folder = exported
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="is not a SavedModel"):
        model.export(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    model.export(folder)  # an earlier export is replaced
    assert (folder / "saved_model.pb").exists() and not list(folder.parent.glob(".writing*"))
