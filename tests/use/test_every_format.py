"""Every format of `export`, against `generate_from` in the format's own runtime, and what is refused."""

import json
import sys
import zipfile

import numpy as np
import pytest
import tensorflow as tf

from conftest import small_model
from tfgan_metric.errors import InputError
from tfgan_metric.models import NETWORKS, SCHEMES
from tfgan_metric.models.label_modes import LABEL_MODES

CLASSES = 10
SHAPE = (16, 16, 1)  # the smallest at which sagan attends


def saved_model(path):
    loaded = tf.saved_model.load(str(path))
    return lambda **inputs: loaded.signatures["serving_default"](**inputs)["images"].numpy()


def onnx(path):
    session = pytest.importorskip("onnxruntime").InferenceSession(path)
    return lambda **inputs: session.run(["images"], inputs)[0]


def litert(path):
    runner = pytest.importorskip("ai_edge_litert.interpreter").Interpreter(str(path)).get_signature_runner()
    return lambda **inputs: runner(**inputs)["images"]


RUNTIMES = {"generator": saved_model, "generator.onnx": onnx, "generator.tflite": litert}
FORMATS = {
    "`tf_saved_model`, a folder": "the same images, any batch size; `sample` and `sample_labels` draw noise too",
    "`onnx`, a file `.onnx`": "the same to 1e-5 in ONNX Runtime; needs the extra `[onnx]`",
    "`litert`, a file `.tflite`": "the same to 1e-5 in LiteRT",
    "a label outside 0..K-1": "ends the call, in each of them",
    "a generator in half precision": "ONNX and LiteRT compute in float32",
    "`model.latent`, K, `class_names`, the shape": (
        "ONNX: metadata; LiteRT: `generator.json`, by unzip; SavedModel: `assets.extra`"
    ),
}
REFUSED = {
    "`torch`, `openvino`": (lambda model, folder: model.export(folder / "g", "torch"), "unknown export format 'torch'"),
    "`g.keras`, `.h5`, `.pb`": (
        lambda model, folder: model.export(folder / "g.keras"),
        "export writes no .keras file; expected a folder's name for a SavedModel, or one that ends in .onnx or .tflite",
    ),
    "`g.onnx` with `format='litert'`": (
        lambda model, folder: model.export(folder / "g.onnx", "litert"),
        ".onnx is the ending of 'onnx'; got format 'litert': leave one of them out",
    ),
    "`g.onnx`, a folder": (
        lambda model, folder: ((folder / "g.onnx").mkdir(), model.export(folder / "g.onnx")),
        "g.onnx is a folder; expected the name of a file to write",
    ),
    "`model.generator.export`, where an average is kept": (
        lambda model, folder: model.generator.export(folder / "g"),
        "is the generator that is trained; `generate` uses its average: call the whole model's export or save",
    ),
    "`model.generator.save`, likewise": (
        lambda model, folder: model.generator.save(folder / "g.keras"),
        "is the generator that is trained; `generate` uses its average: call the whole model's export or save",
    ),
}
LABELLED = [mode for mode, row in LABEL_MODES.items() if row.generator_sees]
PLAIN = {("metric", "conditional"), ("dcgan", "none"), ("am", "predefined"), ("sagan", "none")}
CASES = [(network, mode) for network in NETWORKS for mode in ("none", *LABELLED)]
CASES = [case for case in CASES if case[0] != "autoencoder" or case[1] == "none"]  # EBGAN's, which takes no labels
SCHEMES_AND_MODES = [(scheme, mode) for scheme, cls in SCHEMES.items() for mode in cls.label_modes]


def of_average(scheme, mode, **settings):
    """A model whose average is not what is trained, with kernels that fill -1 .. 1."""
    classes = None if mode == "none" and not SCHEMES[scheme].needs_classes else CLASSES
    settings = {"num_classes": classes, "label_mode": mode, "ema_momentum": 0.9, "initial_deviation": 0.3} | settings
    model = small_model(scheme, SHAPE, **settings)
    for weight in model.generator.weights:
        weight.assign(weight + 0.5)
    return model


def inputs_of(model, count):
    latents = np.random.default_rng(count).uniform(-1, 1, (count, 8)).astype(np.float32)
    labels = np.arange(count, dtype=np.int32) % CLASSES
    return {"latents": latents} | ({"labels": labels} if model.inference_classes else {})


def images_of(model, inputs):
    return model.generate_from([*inputs.values()] if len(inputs) > 1 else inputs["latents"])


def assert_each_format_gives_the_images(model, folder, tolerance=1e-5):
    for name, runtime in RUNTIMES.items():
        model.export(folder / name)
        run = runtime(folder / name)
        for count in (1, 3):
            inputs = inputs_of(model, count)
            expected = images_of(model, inputs)
            assert expected.std() > 0.02 and expected.shape == (count, *SHAPE)
            np.testing.assert_allclose(run(**inputs), expected, atol=tolerance, err_msg=name)


@pytest.mark.parametrize(
    ("network", "mode"), [pytest.param(*case, marks=() if case in PLAIN else pytest.mark.full) for case in CASES]
)
def test_every_network(network, mode, tmp_path):
    scheme = "ebgan" if network == "autoencoder" else "gan"
    assert_each_format_gives_the_images(of_average(scheme, mode, network=network), tmp_path)


@pytest.mark.full
@pytest.mark.parametrize(("scheme", "mode"), SCHEMES_AND_MODES)
def test_every_scheme(scheme, mode, tmp_path):
    assert_each_format_gives_the_images(of_average(scheme, mode), tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision(precision, tmp_path):
    """Three digits of bfloat16 are left of a sum of hundreds of terms, so the images differ by some hundredths."""
    model = of_average("gan", "none", precision=precision, initial_deviation=0.15)
    assert_each_format_gives_the_images(model, tmp_path, tolerance=0.1)
    run = onnx(tmp_path / "generator.onnx"), litert(tmp_path / "generator.tflite")
    inputs = inputs_of(model, 3)
    np.testing.assert_allclose(run[0](**inputs), run[1](**inputs), atol=1e-5)  # both float32


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A conditional model, and the folder with each of its formats."""
    model, folder = of_average("gan", "conditional"), tmp_path_factory.mktemp("formats")
    for name in RUNTIMES:
        model.export(folder / name)
    return model, folder


@pytest.mark.parametrize("label", [-1, CLASSES])
@pytest.mark.parametrize("name", RUNTIMES)
def test_a_label_out_of_range_ends_the_call(name, label, exported):
    model, folder = exported
    inputs = inputs_of(model, 3)
    inputs["labels"][1] = label
    with pytest.raises(Exception, match="labels must lie in 0..9|out of data bounds|index out of bounds"):
        RUNTIMES[name](folder / name)(**inputs)


def test_each_says_where_its_latents_come_from(exported):
    """gan's noise is uniform in -1 .. 1."""
    _, folder = exported
    session = pytest.importorskip("onnxruntime").InferenceSession(folder / "generator.onnx")
    found = [
        {name: json.loads(text) for name, text in session.get_modelmeta().custom_metadata_map.items()},
        json.loads(zipfile.ZipFile(folder / "generator.tflite").read("generator.json")),
        json.loads((folder / "generator" / "assets.extra" / "generator.json").read_text()),
    ]
    latents = {"distribution": "UniformLatent", "dimension": 8, "low": -1.0, "high": 1.0}
    about = {"latents": latents, "num_classes": CLASSES, "class_names": None, "image_shape": list(SHAPE)}
    assert found == [about] * 3
    assert [one.shape for one in session.get_inputs()] == [["batch", 8], ["batch"]]


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name, exported, tmp_path):
    call, message = REFUSED[name]
    with pytest.raises(InputError) as caught:
        call(exported[0], tmp_path)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_without_tf2onnx(exported, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    with pytest.raises(InputError, match="ONNX needs the package tf2onnx: pip install tf2onnx, or"):
        exported[0].export(tmp_path / "g.onnx")
    assert not list(tmp_path.iterdir())


def test_without_an_average_the_generator_itself_exports(tmp_path):
    model = small_model("gan", SHAPE)
    model.generator.save(tmp_path / "generator.keras")
    assert (tmp_path / "generator.keras").is_file()
