"""What `predict`, `generate` and the methods of one batch take, and what they refuse in one sentence."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from conftest import eager, small_model
from tfgan_metric.errors import InputError
from tfgan_metric.models import DMGAN, GAN, build_model

NOISE = np.zeros((2, 8), np.float32)
LABELS = np.array([0, 9])
IMAGES = np.zeros((4, 28, 28, 1), np.float32)
OF_IMAGES = np.arange(4)
GENERATE = ("predict", "predict_on_batch", "generate_from")
TRAIN = ("train_on_batch", "test_on_batch")
FLOAT = "images must be float (batch, 28, 28, 1) in [-1, 1]; got"
INPUTS = {  # of a generator of 8 entries of noise and 10 classes
    "noise of another length": ([NOISE[:, :7], LABELS], "latents must be numbers (B, 8), at least one row; got float"),
    "no rows": ([NOISE[:0], LABELS[:0]], "latents must be numbers (B, 8), at least one row; got float32 (0, 8)"),
    "labels left out": (NOISE, "expected latents (B, 8) and labels (B,), [latents, labels]; got float32 (2, 8)"),
    "`None`": (None, "expected latents (B, 8) and labels (B,), [latents, labels]; got None"),
    "a string": ("noise", "expected latents (B, 8) and labels (B,), [latents, labels]; got str"),
    "too many parts": ([NOISE, LABELS, LABELS], "[latents, labels]; got a list of 3"),
    "rows of several lengths": ([[[1.0], [1.0, 2.0]], LABELS], "latents must be one array; got a list of 2"),
    "a label outside 0..K-1": ([NOISE, [0, 10]], "labels must be 2 ints in 0..9; got [0, 10]"),
    "labels of float": ([NOISE, [0.0, 1.0]], "labels must be 2 ints in 0..9; got [0.0, 1.0]"),
    "many wrong labels": ([np.zeros((99, 8)), np.full(99, 10)], "labels must be 99 ints in 0..9; got int64 (99,)"),
}
BATCHES = {
    "images of another shape": (IMAGES[:, :27], OF_IMAGES, f"{FLOAT} float32 (4, 27, 28, 1)"),
    "images of uint8": (IMAGES.astype(np.uint8), OF_IMAGES, f"{FLOAT} uint8 (4, 28, 28, 1): divide 0..255 by 127.5"),
    "images outside -1 .. 1": (IMAGES + 2, OF_IMAGES, "images must lie in -1 .. 1 (divide 0..255 by 127.5"),
    "images that are not finite": (IMAGES * np.nan, OF_IMAGES, "images must lie in -1 .. 1 (divide 0..255 by 127.5"),
    "images `None`": (None, None, f"{FLOAT} None"),
    "images a string": ("images", OF_IMAGES, f"{FLOAT} <U6 ()"),
    "labels missing": (IMAGES, None, "this scheme needs labels: expected x and y; got images alone"),
    "labels too many": (IMAGES, np.arange(5), "labels must be 4 ints in 0..9; got [0, 1, 2, 3, 4]"),
    "one image": (IMAGES[:1], OF_IMAGES[:1], "a step needs at least 2 images, divisible by 1; got 1"),
}


def rows():
    yield from ((f"{name}, to `{GENERATE[0]}` or `{GENERATE[2]}`", message) for name, (_, message) in INPUTS.items())
    yield from ((f"{name}, to `{TRAIN[0]}`", message) for name, (*_, message) in BATCHES.items())
    yield from ((name, message) for name, (_, message) in SETTINGS.items())


def refusal(function, *arguments, **keywords):
    with pytest.raises(InputError) as caught:
        function(*arguments, **keywords)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300
    return str(caught.value)


@pytest.fixture(scope="module")
def model():
    return eager(small_model("gan", num_classes=10))


@pytest.fixture(scope="module")
def metric():
    return eager(small_model("dmgan", num_classes=10, label_mode="paired"))


@pytest.mark.parametrize("name", INPUTS)
def test_wrong_inputs_of_the_generator(name, model):
    inputs, message = INPUTS[name]
    for method in GENERATE:
        assert message in refusal(getattr(model, method), inputs)


@pytest.mark.parametrize("name", BATCHES)
def test_wrong_batches(name, metric):
    images, labels, message = BATCHES[name]
    for method in TRAIN:
        assert message in refusal(getattr(metric, method), images, labels)
    assert metric.steps_trained == 0


def test_right_ones(model, metric):
    """All ways to generate agree; a step on one batch is a step, and no weights are taken."""
    images = model.generate_from([NOISE, LABELS])
    for found in (model.predict([NOISE, LABELS], verbose=0), model.predict_on_batch([NOISE.tolist(), LABELS.tolist()])):
        np.testing.assert_allclose(found, images, atol=1e-6)
    dataset = tf.data.Dataset.from_tensors(((NOISE, LABELS),))
    np.testing.assert_allclose(model.predict(dataset, verbose=0), images, atol=1e-6)
    losses = metric.test_on_batch(IMAGES, OF_IMAGES, return_dict=True)
    assert set(losses) == {"generator_loss", "discriminator_loss"}
    assert "losses know no weights of images" in refusal(metric.train_on_batch, IMAGES, OF_IMAGES, np.ones(4))
    assert "losses know no weights of classes" in refusal(metric.train_on_batch, IMAGES, class_weight={0: 1.0})
    metric.train_on_batch(IMAGES.astype(np.float64), OF_IMAGES)
    assert metric.steps_trained == 1
    metric.step.assign(0)


def test_a_dataset_of_noise_alone(model):
    message = refusal(model.predict, tf.data.Dataset.from_tensors(NOISE))
    assert message == "the dataset must yield ((latents (B, 8), labels (B,)),); got float32 (2, 8)"


def test_a_generator_without_labels(model, metric):
    """It has no use for labels in `generate`, nor can it be given them: the message says what can be done."""
    assert "with label_mode='paired' the loss alone uses them" in refusal(metric.generate, 2, labels=3)
    of_noise, discriminator = metric.generator, metric.discriminator
    for scheme in (DMGAN, GAN):
        assert 'label_mode="paired"' in refusal(scheme, of_noise, discriminator, metric.latent, num_classes=10)


def test_before_compile(metric):
    bare = DMGAN(metric.generator, metric.discriminator, metric.latent, num_classes=10, label_mode="paired")
    assert "call compile() first" in refusal(bare.train_on_batch, IMAGES, OF_IMAGES)


SETTINGS = {
    "`keras.config.set_floatx('float64')`": (
        lambda: keras.config.set_floatx("float64"),
        "float32; got float64",
    ),
    "`keras.config.set_floatx('float16')`": (
        lambda: keras.config.set_floatx("float16"),
        "float32; got float16",
    ),
    "`keras.config.set_dtype_policy('float16')`": (
        lambda: keras.config.set_dtype_policy("float16"),
        "got float32 and the policy float16: call keras.config.set_floatx('float32')",
    ),
    "`keras.config.set_image_data_format('channels_first')`": (
        lambda: keras.config.set_image_data_format("channels_first"),
        "images here are (B, H, W, C): call keras.config.set_image_data_format('channels_last')",
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_global_settings(name, metric):
    change, message = SETTINGS[name]
    before = keras.config.floatx(), keras.config.dtype_policy(), keras.config.image_data_format()
    try:
        change()
        assert message in refusal(build_model, "gan", (28, 28, 1))
        assert message in refusal(GAN, metric.generator, metric.discriminator, metric.latent)
    finally:
        keras.config.set_floatx(before[0])
        keras.config.set_dtype_policy(before[1])
        keras.config.set_image_data_format(before[2])
