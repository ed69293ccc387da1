"""A folder of the user's own images."""

import pathlib

import numpy as np

from tfgan_metric.data.embedded import Split
from tfgan_metric.data.pixels import to_float
from tfgan_metric.errors import InputError

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".webp"}
MODES = {"1": "L", "L": "L", "P": "RGB", "RGB": "RGB", "RGBA": "RGB"}
NAMED_IN_ERRORS = 3


def load_folder(path):
    """Reads the images of a folder, or of its sub-folders as classes, all of one size.

    Files whose name begins with a dot are not looked at. Images are grey if all are, else RGB; transparency is lost.

    Args:
        path: of the folder; it holds images alone, or one sub-folder of images a class.
    Returns:
        (a `Split` in the order of the names, labels None without sub-folders; the classes' names, sorted, or None).
    Raises:
        InputError: no such folder, no images, files that are no images, cannot be read or differ in size; each kind
            is counted and its first files named.
    """
    path = pathlib.Path(path)
    if not path.is_dir():
        raise InputError(f"there is no folder {path}; expected one of images")
    entries = _visible(path)
    classes = [entry.name for entry in entries if entry.is_dir()] or None
    files = entries if classes is None else [file for name in classes for file in _visible(path / name)]
    strangers = [file for file in entries if classes and not file.is_dir()]
    strangers += [file for file in files if file.is_dir() or file.suffix.lower() not in SUFFIXES]
    _refuse(strangers, path, f"are no images ({', '.join(sorted(SUFFIXES))}), or not in a class's folder")
    if not files:
        raise InputError(f"{path} holds no images; expected {', '.join(sorted(SUFFIXES))}, or a sub-folder a class")
    images = to_float(_read_all(files, path))
    labels = None if classes is None else np.array([classes.index(file.parent.name) for file in files], np.int32)
    return Split(images, labels), classes


def _visible(path):
    return sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))


def _refuse(files, path, reason):
    if files:
        named = ", ".join(str(file.relative_to(path)) for file in files[:NAMED_IN_ERRORS])
        more = ", …" if len(files) > NAMED_IN_ERRORS else ""
        raise InputError(f"{len(files)} file(s) in {path} {reason}: {named}{more}")


def _read_all(files, path):
    """uint8 (N, H, W, C)."""
    from PIL import Image, UnidentifiedImageError

    pictures, unreadable = [], []
    for file in files:
        try:
            with Image.open(file) as picture:
                pictures.append(picture.convert(MODES[picture.mode]))
        except (OSError, ValueError, SyntaxError, KeyError, UnidentifiedImageError, Image.DecompressionBombError):
            unreadable.append(file)
    _refuse(unreadable, path, "cannot be read as 8-bit images")
    size = pictures[0].size
    others = [file for file, picture in zip(files, pictures, strict=True) if picture.size != size]
    _refuse(others, path, f"differ from the first image's {size[0]}×{size[1]} pixels")
    mode = "L" if all(picture.mode == "L" for picture in pictures) else "RGB"
    pixels = np.stack([np.asarray(picture.convert(mode)) for picture in pictures])
    return pixels[..., None] if mode == "L" else pixels
