"""A folder of the user's own images."""

import pathlib
import sys
from typing import NamedTuple

import numpy as np

from tfgan_metric.data.archive import unpacked
from tfgan_metric.data.layout import NAMED, ClassOrder, counted, lay_out
from tfgan_metric.data.picture import SUFFIXES, NoPictureError, read_picture, require_colour
from tfgan_metric.data.split import Split
from tfgan_metric.errors import InputError


class Geometry(NamedTuple):
    """What is done to each image before training."""

    crop: int | None = None  # side of the square that is cut from the middle, None for the whole image
    image_size: int | None = None  # side of the square that the result is scaled to, None to leave it
    background: str = "white"  # what shows through where an image is transparent


WHOLE = Geometry()


def load_folder(
    path: str | pathlib.Path, geometry: Geometry = WHOLE, class_order: ClassOrder = counted
) -> tuple[Split, list[str] | None]:
    """Reads the images of a folder, or of a zip of one, and says on stderr what was read, changed and skipped.

    `lay_out` finds them and their classes, `read_picture` reads each; what is no image, broken, animated or too large
    is skipped. Images are grey if all are, else RGB.

    Args:
        path: of the folder or the .zip.
        geometry: without one all images must have one size.
        class_order: what the classes are sorted by.
    Returns:
        (images in the order of the names, without labels if there are no classes; the classes' names, sorted).
    Raises:
        InputError: no such folder, no image that can be read in it or in one of its classes, images of several sizes,
            or smaller than the crop; each is counted and the first files named. Or as `lay_out` and `unpacked`.
    """
    require_colour("background", geometry.background)
    with unpacked(pathlib.Path(path)) as folder:
        if not folder.is_dir():
            raise InputError(f"there is no folder {path}; expected one of images, or a zip of one")
        return _load(folder, geometry, class_order)


def _load(folder, geometry, class_order):
    layout = lay_out(folder, class_order)
    skipped, changed = dict(layout.skipped), dict[str, list[pathlib.Path]]()
    pictures = _read_all(layout.files, geometry, skipped, changed)
    report = "".join(f"; {part}" for part in _counts(changed, folder)) + _skipped(skipped, folder)
    if not pictures:
        raise InputError(f"{folder} holds no images; expected {', '.join(SUFFIXES)}, or a sub-folder a class{report}")
    classes, of = layout.classes, ", no labels"
    labels = None
    if classes is not None and layout.labels is not None:
        label_of = dict(zip(layout.files, layout.labels, strict=True))
        labels = np.array([label_of[file] for file in pictures], np.int32)
        empty = [name for label, name in enumerate(classes) if label not in labels]
        if empty:
            raise InputError(f"{len(empty)} class(es) of {folder} hold no image: {_names(empty)}: remove them{report}")
        of = f" of {len(classes)} classes ({_names(classes)})"
    pixels = _stack(pictures, folder)
    size = "×".join(map(str, pixels.shape[1:]))
    print(f"{folder}: {len(pixels)} images {size}{of}{report}", file=sys.stderr)
    return Split(pixels, labels), classes


def _read_all(files, geometry, skipped, changed):
    """Path -> picture, of those that can be read; the others go to `skipped` under their reason."""
    pictures = {}
    for file in files:
        try:
            if file.suffix.lower() not in SUFFIXES:
                raise NoPictureError(f"no image ({', '.join(SUFFIXES)})")
            picture, done = read_picture(file, geometry.background)
            pictures[file] = _shape(picture, geometry)
        except NoPictureError as error:
            skipped.setdefault(str(error), []).append(file)
            continue
        for what in done:
            changed.setdefault(what, []).append(file)
    return pictures


def _shape(picture, geometry):
    from PIL import Image

    if geometry.crop is not None:
        left, top = (picture.width - geometry.crop) // 2, (picture.height - geometry.crop) // 2
        if left < 0 or top < 0:
            raise NoPictureError(f"smaller than the crop of {geometry.crop}")
        picture = picture.crop((left, top, left + geometry.crop, top + geometry.crop))
    if geometry.image_size is not None:
        picture = picture.resize((geometry.image_size, geometry.image_size), Image.Resampling.BOX)
    return picture


def _counts(found, folder):
    return [
        f"{len(files)} {what}: {_names(str(file.relative_to(folder)) for file in files)}"
        for what, files in found.items()
        if files
    ]


def _skipped(skipped, folder):
    count = sum(map(len, skipped.values()))
    return f"; skipped {count} file(s): {'; '.join(_counts(skipped, folder))}" if count else ""


def _names(names):
    names = list(names)
    return ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")


def _stack(pictures, folder):
    """uint8 (N, H, W, C)."""
    sizes = [picture.size for picture in pictures.values()]
    others = [str(file.relative_to(folder)) for file, size in zip(pictures, sizes, strict=True) if size != sizes[0]]
    if others:
        raise InputError(
            f"{len(others)} image(s) in {folder} differ from the first one's {sizes[0][0]}×{sizes[0][1]} pixels: "
            f"{_names(others)}; scale all with image_size=SIDE, or crop with crop=SIDE, which `train` takes by "
            "--set, the other commands by --image-size and --crop"
        )
    mode = "L" if all(picture.mode == "L" for picture in pictures.values()) else "RGB"
    pixels = np.stack([np.asarray(picture.convert(mode)) for picture in pictures.values()])
    return pixels[..., None] if mode == "L" else pixels
