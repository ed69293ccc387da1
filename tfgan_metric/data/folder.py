"""A folder of the user's own images."""

import pathlib
import sys
from typing import NamedTuple

import numpy as np

from tfgan_metric.data.split import Split
from tfgan_metric.errors import InputError

SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp")
MODES = {"1": "L", "L": "L", "P": "RGB", "RGB": "RGB", "RGBA": "RGB", "LA": "L"}
LARGEST_PIXELS = 64_000_000
NAMED = 3


class Geometry(NamedTuple):
    """What is done to each image before training."""

    crop: int | None = None  # side of the square that is cut from the middle, None for the whole image
    image_size: int | None = None  # side of the square that the result is scaled to, None to leave it


WHOLE = Geometry()


def load_folder(path: str | pathlib.Path, geometry: Geometry = WHOLE) -> tuple[Split, list[str] | None]:
    """Reads the images of a folder, or of its sub-folders as classes, and says on stderr what was read and skipped.

    Files whose name begins with a dot are not looked at. What is no image, broken, animated or too large is skipped.
    Images are grey if all are, else RGB; transparency is lost.

    Args:
        path: of the folder; it holds images alone, or one sub-folder of images a class.
        geometry: without one all images must have one size.
    Returns:
        (images in the order of the names, without labels if there are no sub-folders; the classes' names, sorted).
    Raises:
        InputError: no such folder, no image that can be read in it or in one of its classes, images of several sizes,
            or smaller than the crop; each is counted and the first files named.
    """
    path = pathlib.Path(path)
    if not path.is_dir():
        raise InputError(f"there is no folder {path}; expected one of images")
    entries = visible(path)
    classes = [entry.name for entry in entries if entry.is_dir()] or None
    files = entries if classes is None else [file for name in classes for file in visible(path / name)]
    skipped = {"in no class's folder": [file for file in entries if classes and not file.is_dir()]}
    pictures = _read_all(files, geometry, skipped)
    report = _report(skipped, path)
    if not pictures:
        raise InputError(f"{path} holds no images; expected {', '.join(SUFFIXES)}, or a sub-folder a class{report}")
    empty = [name for name in classes or () if not any(file.parent.name == name for file in pictures)]
    if empty:
        raise InputError(f"{len(empty)} class folder(s) of {path} hold no image: {_names(empty)}: remove them{report}")
    pixels = _stack(pictures, path)
    size, of = "×".join(map(str, pixels.shape[1:])), f" of {len(classes)} classes" if classes else ", no labels"
    print(f"{path}: {len(pixels)} images {size}{of}{report}", file=sys.stderr)
    labels = None if classes is None else np.array([classes.index(file.parent.name) for file in pictures], np.int32)
    return Split(pixels, labels), classes


def visible(path: pathlib.Path) -> list[pathlib.Path]:
    """What a folder has, by name, but for names that begin with a dot."""
    return sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))


def _read_all(files, geometry, skipped):
    """Path -> picture, of those that can be read; the others go to `skipped` under their reason."""
    pictures = {}
    for file in files:
        picture = _read(file, geometry)
        if isinstance(picture, str):
            skipped.setdefault(picture, []).append(file)
        else:
            pictures[file] = picture
    return pictures


def _read(file, geometry):
    """The picture of a file in mode L or RGB, or a str that says why there is none."""
    from PIL import Image

    if file.is_dir() or file.suffix.lower() not in SUFFIXES:
        return f"no image ({', '.join(SUFFIXES)})"
    try:
        with Image.open(file) as opened:
            if getattr(opened, "n_frames", 1) > 1:
                return "animated"
            if opened.width * opened.height > LARGEST_PIXELS:
                return f"larger than {LARGEST_PIXELS // 1_000_000} million pixels"
            if opened.mode not in MODES:
                return f"of mode {opened.mode}, not 8-bit grey or colour"
            return _shape(opened.convert(MODES[opened.mode]), geometry)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return "broken"


def _shape(picture, geometry):
    from PIL import Image

    if geometry.crop is not None:
        left, top = (picture.width - geometry.crop) // 2, (picture.height - geometry.crop) // 2
        if left < 0 or top < 0:
            return f"smaller than the crop of {geometry.crop}"
        picture = picture.crop((left, top, left + geometry.crop, top + geometry.crop))
    if geometry.image_size is not None:
        picture = picture.resize((geometry.image_size, geometry.image_size), Image.Resampling.BOX)
    return picture


def _report(skipped, path):
    found = {reason: files for reason, files in skipped.items() if files}
    parts = [
        f"{len(files)} {reason}: {_names(str(file.relative_to(path)) for file in files)}"
        for reason, files in found.items()
    ]
    return f"; skipped {sum(map(len, found.values()))} file(s): {'; '.join(parts)}" if parts else ""


def _names(names):
    names = list(names)
    return ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")


def _stack(pictures, path):
    """uint8 (N, H, W, C)."""
    sizes = [picture.size for picture in pictures.values()]
    others = [str(file.relative_to(path)) for file, size in zip(pictures, sizes, strict=True) if size != sizes[0]]
    if others:
        raise InputError(
            f"{len(others)} image(s) in {path} differ from the first one's {sizes[0][0]}×{sizes[0][1]} pixels: "
            f"{_names(others)}; scale all with --set image_size=SIDE, and crop with --set crop=SIDE"
        )
    mode = "L" if all(picture.mode == "L" for picture in pictures.values()) else "RGB"
    pixels = np.stack([np.asarray(picture.convert(mode)) for picture in pictures.values()])
    return pixels[..., None] if mode == "L" else pixels
