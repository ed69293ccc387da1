"""One picture file as people see it: upright, grey or in colour, opaque, 8 bits a value."""

import pathlib
import warnings
from typing import Any

import numpy as np

from tfgan_metric.errors import InputError

SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")  # whatever a file's name is: EPS' decoder starts Ghostscript
LARGEST_PIXELS = 64_000_000
SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N")
MAYBE_GREY = ("1", "L", "LA", "La", "P", "PA")
COLOUR = ("RGB", "RGBA", "RGBX", "RGBa", "CMYK", "YCbCr")
ORIENTATION = 0x0112  # the tag of EXIF 2.3, section 4.6.4
TURNED, TRANSPARENT, DEEP = "turned as their EXIF says", "laid on {} where transparent", "of 16 bits, divided by 257"


class NoPictureError(Exception):
    """Why a file gives no picture, in words that can follow a count of files."""


def require_colour(name: str, value: Any) -> str:
    """Returns `value` if it is a colour as CSS or #rrggbb names it, without alpha, else raises `InputError`."""
    from PIL import ImageColor

    try:
        valid = len(ImageColor.getrgb(value)) == 3
    except (ValueError, AttributeError, TypeError):
        valid = False
    if not valid:
        raise InputError(f"{name} must be a colour such as white or #ffffff; got {value!r}")
    return value


def read_picture(file: pathlib.Path, background: str = "white") -> tuple[Any, list[str]]:
    """Reads a file's picture; of a JPEG that holds several the first.

    A palette that shows only greys is grey. 16-bit grey is divided by 257, so that 0..65535 become 0..255 alike in all
    pictures; of 16-bit colour Pillow keeps the high byte. Colour profiles are not looked at.

    Args:
        file: opened only if it is a regular file, and only by the decoders of FORMATS.
        background: a colour, that shows through where a picture is transparent.
    Returns:
        (a PIL.Image in mode L or RGB, what was done to it: any of TURNED, TRANSPARENT and DEEP).
    Raises:
        NoPictureError: it is none, or broken, animated, of several pages, too large, or of another mode.
    """
    from PIL import Image

    try:
        if not file.is_file():
            raise NoPictureError("no regular file")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, of damages; what cannot be read is counted
            with Image.open(file, formats=FORMATS) as opened:
                return _read(opened, background)
    except NoPictureError:
        raise
    except Image.DecompressionBombError as error:
        raise NoPictureError(_too_large()) from error
    except PermissionError as error:
        raise NoPictureError("that may not be read") from error
    except Exception as error:  # decoders raise what their parsing meets: IndexError, struct.error, TypeError, ...
        raise NoPictureError("broken") from error


def _too_large():
    return f"larger than {LARGEST_PIXELS // 1_000_000} million pixels"


def _read(opened, background):
    if opened.width * opened.height > LARGEST_PIXELS:
        raise NoPictureError(_too_large())
    if getattr(opened, "n_frames", 1) > 1 and opened.format != "MPO":
        raise NoPictureError("of several pages" if opened.format == "TIFF" else "animated")
    deep = opened.mode in SIXTEEN_BITS or (opened.mode, opened.format) == ("I", "PNG")  # as Pillow 10 has them
    if not deep and opened.mode not in MAYBE_GREY + COLOUR:
        raise NoPictureError(f"of mode {opened.mode}, not 8- or 16-bit grey or colour")
    upright, done = _upright(opened)
    if deep:
        upright = _eight_bits(upright)
        done.append(DEEP)
    opaque, was_transparent = _opaque(upright, background)
    if was_transparent:
        done.append(TRANSPARENT.format(background))
    return opaque, done


def _upright(opened):
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    told = _orientation(opened)
    opened.load()
    left = _orientation(opened)  # of a TIFF none: Pillow has turned it
    return opened.transpose(turns[left]) if left in turns else opened, [TURNED] if told in turns else []


def _orientation(picture):
    try:
        return picture.getexif().get(ORIENTATION)
    except Exception:  # damaged metadata say nothing; the pixels may be whole
        return None


def _eight_bits(picture):
    """16-bit grey, in which one value may stand for transparent, in mode L or LA."""
    from PIL import Image

    values, transparent = np.asarray(picture).astype(np.uint32), picture.info.get("transparency")
    grey = Image.fromarray(((values + 128) // 257).astype(np.uint8))
    if transparent is None:
        return grey
    return Image.merge("LA", (grey, Image.fromarray(np.where(values == transparent, 0, 255).astype(np.uint8))))


def _opaque(picture, background):
    """(the picture in mode L or RGB, whether it was transparent anywhere)."""
    if not _may_be_transparent(picture):
        return _without_alpha(picture, picture.mode), False
    from PIL import Image

    layer = (picture.convert("LA") if picture.mode == "La" else picture).convert("RGBA")
    alpha = layer.getchannel("A")
    laid = Image.composite(layer, Image.new("RGBA", layer.size, background), alpha)
    return _without_alpha(laid, picture.mode), alpha.getextrema()[0] < 255


def _may_be_transparent(picture):
    modes = (picture.mode, picture.palette.mode if picture.palette else "")
    return "transparency" in picture.info or any(mode.endswith(("A", "a")) for mode in modes)


def _without_alpha(picture, mode):
    """The picture in mode L if that of its file, `mode`, may be grey and it is, else in RGB."""
    if picture.mode in ("1", "L"):
        return picture.convert("L")
    picture = picture.convert("RGB")
    pixels = np.asarray(picture)
    return picture.getchannel(0) if mode in MAYBE_GREY and (pixels == pixels[..., :1]).all() else picture
