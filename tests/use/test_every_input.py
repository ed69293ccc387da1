"""Everything that Keras' `fit` takes: trains as the same arrays do, or is refused in one sentence."""

import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf

from conftest import small_model, variables
from tfgan_metric import float_images
from tfgan_metric.errors import InputError
from tfgan_metric.models.gan import GAN

COUNT, BATCH = 16, 8
PIXELS = np.random.default_rng(0).integers(0, 256, (COUNT, 28, 28, 1), dtype=np.uint8)
IMAGES = PIXELS / np.float32(127.5) - np.float32(1)
LABELS = np.arange(COUNT, dtype=np.int32) % 10


class Sequence(keras.utils.PyDataset):
    """Batches by index; counts its epochs."""

    epochs = 0

    def __len__(self):
        return COUNT // BATCH

    def __getitem__(self, index):
        rows = slice(index * BATCH, (index + 1) * BATCH)
        return IMAGES[rows], LABELS[rows]

    def on_epoch_end(self):
        self.epochs += 1


class Loader:
    """As a loader of another library: begun again by `iter`, of float64."""

    def __iter__(self):
        return ((images.astype(np.float64), labels) for images, labels in batches())

    def __len__(self):
        return COUNT // BATCH


def batches():
    return zip(np.split(IMAGES, COUNT // BATCH), np.split(LABELS, COUNT // BATCH), strict=True)


def dataset(*arrays):
    return tf.data.Dataset.from_tensor_slices(arrays if len(arrays) > 1 else arrays[0]).batch(BATCH)


def directory(folder):
    for name in range(10):
        (folder / str(name)).mkdir()
    for index, (image, label) in enumerate(zip(PIXELS, LABELS, strict=True)):
        keras.utils.save_img(folder / str(label) / f"{index}.png", image, scale=False)
    options = {
        "color_mode": "grayscale",
        "image_size": (28, 28),
        "batch_size": BATCH,
        "shuffle": False,
        "verbose": False,
    }
    return keras.utils.image_dataset_from_directory(folder, **options)


AS_THE_DATASET = {  # gives the same batches in the same order, so the same weights after an epoch
    "a PyDataset": lambda folder: Sequence(),
    "a Python generator": lambda folder: batches(),
    "a NumPy iterator, as of `tfds.as_numpy`": lambda folder: dataset(IMAGES, LABELS).as_numpy_iterator(),
    "another iterable of batches, such as a loader": lambda folder: Loader(),
    "uint8, by `float_images(dataset)`": lambda folder: float_images(dataset(PIXELS, LABELS)),
    "a dict of TFDS, mapped to a pair": lambda folder: (
        dataset(IMAGES, LABELS)
        .map(lambda image, label: {"image": image, "label": label})
        .map(lambda row: (row["image"], row["label"]))
    ),
}
TRAIN_TOO = {  # in another order
    "an array": lambda folder: (IMAGES, LABELS),
    "a list of images": lambda folder: (list(IMAGES), list(LABELS)),
    "`image_dataset_from_directory`, by `float_images(dataset)`": lambda folder: (float_images(directory(folder)),),
}
REFUSED = {
    "a uint8 dataset as it is": (lambda folder: dataset(PIXELS, LABELS), "images must be float in [-1, 1]; got uint8"),
    "`image_dataset_from_directory` as it is": (directory, "images must lie in -1 .. 1 (divide 0..255 by 127.5"),
    "one-hot labels": (lambda folder: dataset(IMAGES, np.eye(10)[LABELS]), "labels must be ints of shape (batch,)"),
    "a dict of TFDS as it is": (
        lambda folder: dataset(IMAGES, LABELS).map(lambda image, label: {"image": image, "label": label}),
        "got a dict of image, label: map it",
    ),
    "a generator of dicts": (lambda folder: iter([{"image": IMAGES}]), "got a dict of image: map it"),
    "weights of images in a dataset": (
        lambda folder: dataset(IMAGES, LABELS, np.ones(COUNT)),
        "the losses know no weights of images",
    ),
    "arrays as one tuple": (lambda folder: (IMAGES, LABELS), "images and labels are given apart, fit(images, labels)"),
    "images of several sizes": (
        lambda folder: [np.zeros((28, 28, 1)), np.zeros((32, 32, 1))],
        "images must be of one size to be an array",
    ),
    "an empty generator": (lambda folder: iter(()), "the generator gave no batch: it is empty or used up"),
    "an object that is no data": (lambda folder: 5, "expected images, or a tf.data.Dataset, PyDataset, generator"),
    "fewer batches than a step takes": (
        lambda folder: dataset(IMAGES, LABELS).take(0),
        "the data ended before the first step, which takes 1 batch(es)",
    ),
}
KEYWORDS = {
    "class_weight": ({0: 2.0}, "class_weight is not supported: the losses know no weights of classes"),
    "sample_weight": ([1.0] * COUNT, "sample_weight is not supported: the losses know no weights of images"),
    "validation_split": (0.1, "validation_split is not supported: split the arrays and give validation_data"),
    "shuffle": (False, "arrays are shuffled by the model's seed"),
}


def model_of():
    model = small_model("dmgan", num_classes=10)
    model.compile(run_eagerly=True)
    return model


@pytest.mark.parametrize("name", AS_THE_DATASET)
def test_it_is_as_the_dataset(name, tmp_path):
    models = [model_of(), model_of()]
    for model, data in zip(models, (AS_THE_DATASET[name](tmp_path), dataset(IMAGES, LABELS)), strict=True):
        model.fit(data, verbose=0)
    for ours, theirs in zip(*map(variables, models), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    assert models[0].steps_trained == COUNT // BATCH


@pytest.mark.parametrize("name", TRAIN_TOO)
def test_it_trains(name, tmp_path):
    model, arguments = model_of(), TRAIN_TOO[name](tmp_path)
    model.fit(*arguments, **({"batch_size": BATCH} if len(arguments) == 2 else {}), verbose=0)
    assert model.steps_trained == COUNT // BATCH


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name, tmp_path):
    make, message = REFUSED[name]
    with pytest.raises(InputError) as caught:
        model_of().fit(make(tmp_path), verbose=0)
    assert message in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", KEYWORDS)
def test_keywords_that_are_refused(name):
    value, message = KEYWORDS[name]
    with pytest.raises(InputError) as caught:
        model_of().fit(IMAGES, LABELS, batch_size=BATCH, verbose=0, **{name: value})
    assert message in str(caught.value)


def test_what_begins_again_does_so_each_epoch():
    """Three epochs of a PyDataset and of a loader; a generator ends with its batches."""
    sequence, model = Sequence(), model_of()
    model.fit(sequence, epochs=3, validation_data=Sequence(), verbose=0)
    assert model.steps_trained == 6 and sequence.epochs >= 2
    model = model_of()
    model.fit(Loader(), epochs=3, validation_data=Loader(), verbose=0)
    assert model.steps_trained == 6
    assert set(model.evaluate(batches(), verbose=0, return_dict=True)) == {"generator_loss", "discriminator_loss"}


def test_a_step_of_several_batches():
    """Two discriminator updates take two batches; an epoch of two batches is one step."""
    model = small_model("dmgan", num_classes=10, discriminator_steps=2)
    model.compile(run_eagerly=True)
    model.fit(Sequence(), epochs=2, verbose=0)
    assert model.steps_trained == 2


@pytest.mark.parametrize("keywords", [{"y": LABELS}, {"batch_size": 4}])
def test_what_is_for_arrays(keywords):
    with pytest.raises(InputError, match="is for arrays; a dataset yields whole batches"):
        model_of().fit(dataset(IMAGES, LABELS), **keywords)


@pytest.mark.parametrize("lowest", [0.0, 0.25])
def test_images_from_0_on_are_warned_of_once(lowest):
    bright = np.maximum(IMAGES, lowest)
    for data in ((bright, LABELS, BATCH), (dataset(bright, LABELS),)):
        with pytest.warns(UserWarning, match=f"never go below {lowest:.3g}: they are meant to be in -1 .. 1") as found:
            model_of().fit(*data, epochs=2, verbose=0)
        assert len([one for one in found if "never go below" in str(one.message)]) == 1


def test_usual_images_are_not_warned_of(recwarn):
    model_of().fit(IMAGES, LABELS, batch_size=BATCH, epochs=2, verbose=0)
    assert not [one for one in recwarn if "never go below" in str(one.message)]


def fit_once(model):
    model.compile(run_eagerly=True)
    model.fit(IMAGES, batch_size=BATCH, steps_per_epoch=1, verbose=0)


def test_a_generator_that_ends_in_a_sigmoid_is_warned_of():
    parts = small_model("gan")
    layers = [keras.Input((8,)), keras.layers.Dense(784, activation="sigmoid"), keras.layers.Reshape((28, 28, 1))]
    flat, bright = keras.Sequential(layers), keras.Sequential([*layers, keras.layers.Activation("sigmoid")])
    with pytest.warns(UserWarning, match="ends in a sigmoid, 0 .. 1; images are in -1 .. 1: end it in tanh"):
        fit_once(GAN(bright, parts.discriminator, parts.latent))
    with warnings.catch_warnings():
        warnings.filterwarnings("error", ".*sigmoid")
        fit_once(GAN(flat, parts.discriminator, parts.latent))
