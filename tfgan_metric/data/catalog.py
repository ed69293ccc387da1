"""The data sets by name: the embedded digits, those that TensorFlow Datasets has prepared, and folders of images."""

import functools
import pathlib
from typing import NamedTuple

import numpy as np

from tfgan_metric.data.embedded import Split, load_embedded_mnist
from tfgan_metric.data.folder import load_folder
from tfgan_metric.data.pixels import to_float
from tfgan_metric.errors import InputError


class Prepared(NamedTuple):
    """A TensorFlow Datasets data set of labelled images: the split that trains and the one held out, if any."""

    name: str
    train: str
    held_out: str | None
    num_classes: int


PREPARED = {
    "mnist": Prepared("mnist", "train", "test", 10),
    "fashion_mnist": Prepared("fashion_mnist", "train", "test", 10),
    "svhn_cropped": Prepared("svhn_cropped", "train", "test", 10),
    "cifar10": Prepared("cifar10", "train", "test", 10),
    "cifar10_train_test": Prepared("cifar10", "train+test", None, 10),  # DMGAN, section 4: both train the model
}


class Data:
    """A data set whose parts are read when they are first asked for.

    Attributes:
        name: that `load_data` takes.
        num_classes: K of the labels 0..K-1, or None without labels.
        train, held_out: `Split`s, images float32 (N, H, W, C) in [-1, 1], labels int32 (N,) or None; `held_out` is
            None where everything trains.
    """

    def __init__(self, name, num_classes, read):
        self.name, self.num_classes, self._read = name, num_classes, read

    @functools.cached_property
    def train(self):
        return self._read("train")

    @functools.cached_property
    def held_out(self):
        return self._read("held_out")


def load_data(name):
    """Opens a data set.

    Args:
        name: "embedded_mnist", a key of `PREPARED` that is prepared on this machine, or the path of a folder of
            images (all of them train).
    Returns:
        A `Data`.
    Raises:
        InputError: an unknown name, a data set that is not prepared (says how to), a folder that `load_folder` refuses.
    """
    if name == "embedded_mnist":
        return Data(name, 10, load_embedded_mnist)
    if name in PREPARED:
        return _open_prepared(name, PREPARED[name])
    if pathlib.Path(name).is_dir():
        split, classes = load_folder(name)
        return Data(str(name), len(classes) if classes else None, {"train": split, "held_out": None}.get)
    valid = ", ".join(sorted(["embedded_mnist", *PREPARED]))
    raise InputError(f"unknown data {name!r}; valid: {valid}, or the path of a folder of images")


def _open_prepared(name, prepared):
    import tensorflow_datasets as tfds

    builder = tfds.builder(prepared.name)
    if not builder.is_prepared():
        raise InputError(
            f"data {prepared.name!r} is not prepared in {builder.data_dir}; where there is a network, prepare it by: "
            f"python -c \"import tensorflow_datasets as tfds; tfds.load('{prepared.name}')\""
        )

    def read(part):
        split = getattr(prepared, part)
        if split is None:
            return None
        images, labels = builder.as_dataset(split=split, batch_size=-1, as_supervised=True)
        return Split(to_float(images.numpy()), labels.numpy().astype(np.int32))

    return Data(name, prepared.num_classes, read)
