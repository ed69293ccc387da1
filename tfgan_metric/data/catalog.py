"""The data sets by name: the embedded digits, those that TensorFlow Datasets has prepared, and folders of images."""

import functools
import os
import pathlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from tfgan_metric.data.archive import is_archive
from tfgan_metric.data.embedded import load_embedded_mnist
from tfgan_metric.data.emoji import prepare_emoji
from tfgan_metric.data.folder import WHOLE, Geometry
from tfgan_metric.data.holding_out import load_parts
from tfgan_metric.data.layout import ClassOrder, counted
from tfgan_metric.data.split import Split
from tfgan_metric.data.tiny_imagenet import NUM_CLASSES, load_tiny_imagenet
from tfgan_metric.errors import InputError, reason, valid_names

READ_AT_ONCE = 1024
DATA_DIR = "TFDS_DATA_DIR"  # TensorFlow Datasets' own name for where its data are
EMOJI_SIDES, EMOJI_HELD_OUT = {"emoji": 32, "emoji_64": 64}, 0.1


class Prepared(NamedTuple):
    """A TensorFlow Datasets data set: the split that trains and the one held out, if any, and K, None without labels.

    `geometry` is done to each image: a crop from the middle, then a scaling. MBGAN, section 4.1, has CelebA's faces
    "cropped and resized to 64×64"; that it is the middle 108×108, and which split trains, is ours.
    """

    name: str
    train: str
    held_out: str | None
    num_classes: int | None
    geometry: Geometry = WHOLE


PREPARED = {
    "mnist": Prepared("mnist", "train", "test", 10),
    "fashion_mnist": Prepared("fashion_mnist", "train", "test", 10),
    "svhn_cropped": Prepared("svhn_cropped", "train", "test", 10),
    "cifar10": Prepared("cifar10", "train", "test", 10),
    "cifar10_train_test": Prepared("cifar10", "train+test", None, 10),  # DMGAN, section 4: both train the model
    "celeb_a": Prepared("celeb_a", "train", "test", None, Geometry(crop=108, image_size=64)),
}
KNOWN = ("embedded_mnist", "tiny_imagenet", *EMOJI_SIDES, *PREPARED)


class Data:
    """A data set whose parts are read when they are first asked for.

    Args:
        name: that `load_data` takes.
        num_classes: K of the labels 0..K-1, or None without labels.
        read: "train" or "held_out" -> a `Split`; None where everything trains.
        class_names: of the classes 0..K-1; None where they have none but their numbers.
    """

    def __init__(
        self, name: str, num_classes: int | None, read: Callable[[str], Any], class_names: list[str] | None = None
    ) -> None:
        self.name, self.num_classes, self._read, self.class_names = name, num_classes, read, class_names

    @functools.cached_property
    def train(self) -> Split:
        return self._read("train")

    @functools.cached_property
    def held_out(self) -> Split | None:
        return self._read("held_out")


def load_data(name: str, geometry: Geometry = WHOLE, held_out: float = 0.0, class_order: ClassOrder = counted) -> Data:
    """Opens a data set.

    Args:
        name: "embedded_mnist", "tiny_imagenet", a key of `EMOJI_SIDES` or of `PREPARED` that is prepared on this
            machine, or the path of a folder of images or of a .zip of one.
        geometry: for a folder of images.
        held_out: for a folder of images, the share that does not train, as `load_parts`.
        class_order: what a folder's classes are sorted by.
    Raises:
        InputError: an unknown name, a data set that is not prepared (says how to), a folder that `load_parts` refuses.
    """
    if is_folder(name):
        return _open_folder(name, name, geometry, held_out, class_order)
    if geometry != WHOLE:
        raise InputError(
            f"crop, image_size and background are for a folder of images; {name} has its own: leave them out"
        )
    if held_out:
        raise InputError(f"held_out is for a folder of images; {name} says itself what is held out: leave it out")
    if name in EMOJI_SIDES:
        return _open_folder(name, _emoji_folder(name), WHOLE, EMOJI_HELD_OUT)
    if name == "embedded_mnist":
        return Data(name, 10, load_embedded_mnist)
    if name == "tiny_imagenet":
        return Data(name, NUM_CLASSES, functools.partial(load_tiny_imagenet, data_dir()))
    if name in PREPARED:
        return _open_prepared(name, data_dir())
    valid = valid_names(name, KNOWN)
    raise InputError(f"unknown data {name!r}; {valid}, or the path of a folder of images")


def is_folder(name: str) -> bool:
    """Whether a data set's name is the path of a folder of images or of a .zip."""
    return (pathlib.Path(name).is_dir() or is_archive(name)) and name not in KNOWN


def _open_folder(name, folder, geometry, held_out, class_order=counted):
    train, other, classes = load_parts(folder, geometry, held_out, class_order)
    return Data(str(name), len(classes) if classes else None, {"train": train, "held_out": other}.get, classes)


def _emoji_folder(name):
    folder = data_dir() / name
    if not folder.is_dir():
        raise InputError(f"data {name!r} are not prepared in {folder}; prepare them by `tfgan-metric prepare {name}`")
    return folder


def data_dir() -> pathlib.Path:
    """Where prepared data are, a pathlib.Path."""
    return pathlib.Path(os.environ.get(DATA_DIR, "~/tensorflow_datasets")).expanduser()


def prepare(name: str, out: str | pathlib.Path | None = None, image_size: int | None = None) -> pathlib.Path:
    """Prepares a data set and returns its folder: emoji are drawn, any other is TensorFlow Datasets' and downloaded.

    Args:
        name: a key of `EMOJI_SIDES` or of `PREPARED`.
        out: folder of emoji; None for the one in `data_dir()`, which is theirs by name. All others are in `data_dir()`.
        image_size: side of emoji; None for the name's.
    Raises:
        InputError: an unknown name, no network, no room, a folder that cannot be written to, emoji that `prepare_emoji`
            refuses, or `out` or `image_size` for another data set.
    """
    if name in EMOJI_SIDES:
        return prepare_emoji(out or data_dir() / name, image_size or EMOJI_SIDES[name])
    if out or image_size:
        raise InputError(f"a folder and an image size are for emoji; got them for {name!r}: leave them out")
    import tensorflow_datasets as tfds

    if name not in PREPARED:
        hint = f": unpack tiny-imagenet-200.zip in {data_dir()}" if name == "tiny_imagenet" else ""
        raise InputError(f"cannot prepare {name!r}{hint}; {valid_names(name, [*PREPARED, *EMOJI_SIDES])}")
    try:
        builder = tfds.builder(PREPARED[name].name, data_dir=data_dir())
        builder.download_and_prepare()
    except Exception as error:  # whatever the network, the disk and the builder raise
        needs = "it needs a network and room there"
        raise InputError(f"cannot prepare {name} in {data_dir()}: {reason(error)}; {needs}") from error
    return pathlib.Path(builder.data_dir)


@functools.lru_cache(maxsize=1)  # a run that trains and then evaluates reads its images once
def _open_prepared(name, folder):
    import tensorflow_datasets as tfds

    prepared = PREPARED[name]
    builder = tfds.builder(prepared.name, data_dir=folder)
    if not builder.is_prepared():
        lacking = f"data {prepared.name!r} is not prepared in {builder.data_dir}"
        mend = f"prepare it by `tfgan-metric prepare {name}`, or say where it is with --data-dir"
        raise InputError(f"{lacking}; where there is a network, {mend}")

    def read(part):
        split = getattr(prepared, part)
        return None if split is None else _read(builder, split, prepared)

    names = builder.info.features["label"].names if prepared.num_classes else None
    return Data(name, prepared.num_classes, read, names)


def _read(builder, split, prepared):
    """A `Split` of uint8 pixels."""
    import tensorflow as tf

    dataset = builder.as_dataset(split=split).map(
        lambda example: (_shape(example["image"], prepared.geometry), example.get("label", -1)),
        num_parallel_calls=tf.data.AUTOTUNE,
        deterministic=True,
    )
    images, labels = zip(*dataset.batch(READ_AT_ONCE).as_numpy_iterator(), strict=True)
    return Split(np.concatenate(images), np.concatenate(labels).astype(np.int32) if prepared.num_classes else None)


def _shape(image, geometry):
    """A uint8 image (H, W, C), cut and scaled."""
    import tensorflow as tf

    if geometry.crop is not None:
        image = tf.image.resize_with_crop_or_pad(image, geometry.crop, geometry.crop)
    if geometry.image_size is not None:
        scaled = tf.image.resize(image, (geometry.image_size, geometry.image_size), "area")
        image = tf.cast(tf.round(scaled), tf.uint8)
    return image
