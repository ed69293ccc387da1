"""Which images of a folder are held out: those of its sub-folder `test`, or a share by a hash of their pixels."""

import hashlib
import pathlib

import numpy as np

from tfgan_metric.data.folder import WHOLE, Geometry, load_folder, visible
from tfgan_metric.data.split import Split
from tfgan_metric.errors import InputError, require_decay

PARTS = ("test", "train")


def load_parts(
    path: str | pathlib.Path, geometry: Geometry = WHOLE, held_out: float = 0.0
) -> tuple[Split, Split | None, list[str] | None]:
    """Reads a folder's images, those that train and those held out.

    Args:
        path: as `load_folder`, or of a folder with nothing but `train` and `test`, each such a folder.
        held_out: the share to be held out, from 0 to below 1; each image's own pixels decide.
    Returns:
        (images that train, those held out or None, the classes' names or None).
    Raises:
        InputError: `held_out` beside `train` and `test`, two of them that do not fit, a share that leaves one part
            empty, or as `load_folder`.
    """
    path, share = pathlib.Path(path), require_decay("held_out", held_out)
    if path.is_dir() and [entry.name for entry in visible(path)] == [*PARTS]:
        if share:
            raise InputError(f"{path} has train and test, which says what is held out: leave held_out out; got {share}")
        return _two_folders(path, geometry)
    split, classes = load_folder(path, geometry)
    if not share:
        return split, None, classes
    chosen = falls_below(split.pixels, share)
    if chosen.all() or not chosen.any():
        raise InputError(f"held_out={share} holds out {chosen.sum()} of the {len(split)} images of {path}: change it")
    return _rows(split, ~chosen), _rows(split, chosen), classes


def _two_folders(path, geometry):
    (test, test_classes), (train, classes) = (load_folder(path / part, geometry) for part in PARTS)
    if test_classes != classes:
        raise InputError(f"train and test of {path} must have the same classes; got {classes} and {test_classes}")
    if test.shape != train.shape:
        raise InputError(f"train and test of {path} must be of one shape; got {train.shape} and {test.shape}")
    return train, test, classes


def falls_below(pixels: np.ndarray, share: float) -> np.ndarray:
    """Whether the hash of each image, uint8 (N, H, W, C), as a number from 0 to 1 is below a share: bool (N,).

    A grey image has one hash, whether its folder is grey or in colour.
    """
    return np.array([_uniform(image) < share for image in pixels])


def _uniform(image):
    grey = image[..., :1]
    image = grey if (image == grey).all() else image
    digest = hashlib.sha256(f"{image.shape}".encode() + image.tobytes()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _rows(split, chosen):
    return Split(split.pixels[chosen], None if split.labels is None else split.labels[chosen])
