"""Tiny-ImageNet from its unpacked zip: TensorFlow Datasets does not have it."""

import pathlib

import numpy as np

from tfgan_metric.data.split import Split
from tfgan_metric.errors import InputError

FOLDER = "tiny-imagenet-200"
NUM_CLASSES = 200
SIDE = 32


def load_tiny_imagenet(data_dir: str | pathlib.Path, split: str) -> Split:
    """Reads Tiny-ImageNet as uint8 (N, 32, 32, 3), each image halved by averaging, grey ones repeated to RGB.

    Class k is the k-th of wnids.txt in alphabetical order.

    Args:
        data_dir: the folder that holds tiny-imagenet-200.
        split: "train", 500 images a class, or "held_out", the validation images, 50 a class.
    Raises:
        InputError: the folder is not there, or a file of it is missing or broken.
    Source: AM-GAN, section 7.2, downsizes 64×64 to 32×32.
    """
    root = pathlib.Path(data_dir) / FOLDER
    try:
        classes = sorted((root / "wnids.txt").read_text().split())
        files = _training_files(root, classes) if split == "train" else _validation_files(root, classes)
        images = np.stack([_read(file) for file, _ in files])
    except (OSError, ValueError, SyntaxError) as error:
        mend = "unpack tiny-imagenet-200.zip there, or say where it is with --data-dir"
        raise InputError(f"cannot read Tiny-ImageNet in {root}: {error}; {mend}") from error
    return Split(images, np.array([label for _, label in files], np.int32))


def _training_files(root, classes):
    return [
        (file, label)
        for label, name in enumerate(classes)
        for file in sorted((root / "train" / name / "images").glob("*.JPEG"))
    ]


def _validation_files(root, classes):
    lines = (root / "val" / "val_annotations.txt").read_text().splitlines()
    return [(root / "val" / "images" / line.split("\t")[0], classes.index(line.split("\t")[1])) for line in lines]


def _read(file):
    from PIL import Image

    with Image.open(file) as picture:
        return np.asarray(picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX))
