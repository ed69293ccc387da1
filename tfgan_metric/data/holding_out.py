"""Which images of a folder are held out: those of a sub-folder `test` or `val`, or a share by a hash of the pixels."""

import hashlib
import pathlib
import sys

import numpy as np

from tfgan_metric.data.archive import unpacked
from tfgan_metric.data.folder import WHOLE, Geometry, load_folder
from tfgan_metric.data.layout import CLASS_LIST, NAMED, ClassOrder, counted, visible
from tfgan_metric.data.split import Split
from tfgan_metric.errors import InputError, require_decay

TRAIN, HELD_OUT = "train", ("test", "val", "valid", "validation")  # of several the first is held out


def load_parts(
    path: str | pathlib.Path, geometry: Geometry = WHOLE, held_out: float = 0.0, class_order: ClassOrder = counted
) -> tuple[Split, Split | None, list[str] | None]:
    """Reads a folder's images, those that train and those held out.

    Args:
        path: as `load_folder`, or of a folder, or a zip of one, whose sub-folders are `train` and one of HELD_OUT, each
            as `load_folder` takes them.
        held_out: the share to be held out, from 0 to below 1; each image's own pixels decide.
        class_order: what the classes are sorted by.
    Returns:
        (images that train, those held out or None, the classes' names or None).
    Raises:
        InputError: `held_out` beside `train` and `test`, two of them that do not fit, a share that leaves one part
            empty, or as `load_folder`.
    """
    share = require_decay("held_out", held_out)
    with unpacked(pathlib.Path(path)) as folder:
        part = _held_out_part(folder)
        if part and share:
            raise InputError(
                f"{path} has train and {part}, which says what is held out: leave held_out out; got {share}"
            )
        if part:
            return _two_folders(folder, part, geometry, class_order)
        split, classes = load_folder(folder, geometry, class_order)
    if not share:
        return split, None, classes
    chosen = falls_below(split.pixels, share)
    if chosen.all() or not chosen.any():
        raise InputError(f"held_out={share} holds out {chosen.sum()} of the {len(split)} images of {path}: change it")
    return _rows(split, ~chosen), _rows(split, chosen), classes


def _held_out_part(folder):
    """The name of the sub-folder that is held out, None where the sub-folders are no such parts."""
    if not folder.is_dir() or (folder / CLASS_LIST).is_file():
        return None
    names = {entry.name for entry in visible(folder) if entry.is_dir()}
    parts = [name for name in HELD_OUT if name in names]
    return parts[0] if parts and names == {TRAIN, *parts} else None


def _two_folders(folder, part, geometry, class_order):
    left = [entry.name for entry in visible(folder) if entry.name not in (TRAIN, part)]
    if left:
        print(f"{folder}: train trains, {part} is held out; skipped {', '.join(left[:NAMED])}", file=sys.stderr)
    (other, other_classes), (train, classes) = (
        load_folder(folder / name, geometry, class_order) for name in (part, TRAIN)
    )
    if other_classes != classes:
        raise InputError(f"train and {part} of {folder} must have the same classes; got {classes} and {other_classes}")
    if other.shape != train.shape:
        raise InputError(f"train and {part} of {folder} must be of one shape; got {train.shape} and {other.shape}")
    return train, other, classes


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
