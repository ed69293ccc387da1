"""The data sets by name: the embedded digits, and those that TensorFlow Datasets has prepared."""

from typing import NamedTuple

import numpy as np

from tfgan_metric.data.embedded import Split, load_embedded_mnist
from tfgan_metric.errors import InputError, choose


class Data(NamedTuple):
    """A data set's training part, with labels 0..num_classes-1."""

    train: Split
    num_classes: int


class Prepared(NamedTuple):
    """A TensorFlow Datasets data set of labelled images and the split that trains."""

    name: str
    split: str
    num_classes: int


PREPARED = {
    "mnist": Prepared("mnist", "train", 10),
    "fashion_mnist": Prepared("fashion_mnist", "train", 10),
    "svhn_cropped": Prepared("svhn_cropped", "train", 10),
    "cifar10": Prepared("cifar10", "train", 10),
    "cifar10_train_test": Prepared("cifar10", "train+test", 10),  # DMGAN, section 4: both train the model
}


def load_data(name):
    """Loads a data set by name.

    Args:
        name: "embedded_mnist", or a key of `PREPARED`, prepared on this machine before.
    Returns:
        A `Data`; images float32 (N, H, W, C) in [-1, 1], labels int32 (N,).
    Raises:
        InputError: an unknown name, or a data set that is not prepared (says how to).
    """
    choose("data", name, {"embedded_mnist": None, **PREPARED})
    if name == "embedded_mnist":
        return Data(load_embedded_mnist("train"), 10)
    prepared = PREPARED[name]
    return Data(_load(prepared), prepared.num_classes)


def _load(prepared):
    import tensorflow_datasets as tfds

    builder = tfds.builder(prepared.name)
    if not builder.is_prepared():
        raise InputError(
            f"data {prepared.name!r} is not prepared in {builder.data_dir}; where there is a network, prepare it by: "
            f"python -c \"import tensorflow_datasets as tfds; tfds.load('{prepared.name}')\""
        )
    images, labels = builder.as_dataset(split=prepared.split, batch_size=-1, as_supervised=True)
    return Split(images.numpy().astype(np.float32) / np.float32(127.5) - np.float32(1), labels.numpy().astype(np.int32))
