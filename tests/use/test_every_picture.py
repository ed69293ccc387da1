"""Pictures as cameras, tools and people make them: read as they are seen, or skipped and named."""

import os
import struct
import zlib

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image

from tfgan_metric.data.folder import Geometry, load_folder
from tfgan_metric.data.picture import NoPictureError, read_picture
from tfgan_metric.errors import InputError

GREY = np.array([[0, 10, 20], [30, 40, 255]], np.uint8)
COLOUR = np.stack([GREY, GREY[::-1], GREY[:, ::-1]], axis=-1)
ALPHA = np.array([[255, 255, 0], [0, 255, 51]], np.uint8)  # 51 is a fifth of 255
EDGES = {  # orientation -> where the first stored row and column are seen: EXIF 2.3, section 4.6.4
    **{2: ("top", "right"), 3: ("bottom", "right"), 4: ("bottom", "left"), 5: ("left", "top")},
    **{6: ("right", "top"), 7: ("right", "bottom"), 8: ("left", "bottom")},
}
FRAMES = [Image.new("L", (8, 8), value) for value in (0, 255)]


def over(pixels, background):
    """c·α + b·(1 - α), rounded, on a background of one value for each of the channels."""
    alpha = ALPHA.astype(float).reshape(2, 3, *([1] * (pixels.ndim - 2))) / 255
    return np.round(pixels * alpha + np.asarray(background) * (1 - alpha))


def save(file, picture, form="PNG", others=(), **options):
    """Copies, for an encoder leaves its settings in a picture."""
    if others:
        options |= {"save_all": True, "append_images": [other.copy() for other in others]}
    picture.copy().save(file, form, **options)


def palette(entries):
    """A picture of 3 indices whose palette has these colours."""
    picture = Image.fromarray(np.array([[0, 1, 2]], np.uint8), "L")
    picture.putpalette([value for entry in entries for value in entry])
    return picture


def deep_colour(file):
    """A PNG of 16-bit RGB, by hand: 1×1, 0x1234, 0xabcd, 0xff00."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 16, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\x12\x34\xab\xcd\xff\x00"))
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b""))


def deep(values, form, **options):
    return lambda file: save(file, Image.fromarray(np.array(values, np.uint16)), form, **options)


def array(pixels, mode=None):
    return lambda file: save(file, Image.fromarray(np.asarray(pixels, np.uint8), mode))


WHITE_TOP = np.zeros((32, 32, 3), np.uint8)
WHITE_TOP[:8] = 255


def oriented(form):
    """Its stored top rows are white, and seen at the right."""

    def write(file):
        exif = Image.Exif()
        exif[0x0112] = 6
        save(file, Image.fromarray(WHITE_TOP), form, exif=exif)

    return write


TRANSPARENT = "laid on white, or on `--set background=COLOUR`"
AS_IT_IS, TURNED = "read as it is", "turned as it says"
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
READ = {  # what -> (writes it, the pixels that are read, how)
    "8-bit grey": (array(GREY), GREY, AS_IT_IS),
    "8-bit colour": (array(COLOUR), COLOUR, AS_IT_IS),
    "1 bit": (lambda file: save(file, Image.new("1", (1, 1), 1)), [[255]], AS_IT_IS),
    "a palette of greys": (lambda file: save(file, palette([[7] * 3, [90] * 3, [250] * 3])), [[7, 90, 250]], "grey"),
    "a palette of colours": (lambda file: save(file, palette([RED, GREEN, BLUE])), [[RED, GREEN, BLUE]], "in colour"),
    "16-bit grey PNG": (deep([[0, 257, 32896, 65535]], "PNG"), [[0, 1, 128, 255]], "divided by 257"),
    "16-bit grey TIFF": (deep([[0, 385, 386, 65535]], "TIFF"), [[0, 1, 2, 255]], "divided by 257, rounded"),
    "16-bit colour": (deep_colour, [[[0x12, 0xAB, 0xFF]]], "the high byte of each value"),
    "CMYK": (lambda file: save(file, Image.new("CMYK", (1, 1), (255, 0, 0, 0)), "TIFF"), [[[0, 255, 255]]], "as RGB"),
    "colour with transparency": (array(np.dstack([COLOUR, ALPHA])), over(COLOUR, 255), TRANSPARENT),
    "grey with transparency": (array(np.dstack([GREY, ALPHA])), over(GREY, 255), TRANSPARENT),
    "a transparent entry of a palette": (
        lambda file: save(file, palette([RED, GREEN, BLUE]), transparency=1),
        [[RED, (255, 255, 255), BLUE]],
        TRANSPARENT,
    ),
    "one transparent grey": (
        lambda file: save(file, Image.fromarray(GREY), transparency=10),
        [[0, 255, 20], [30, 40, 255]],
        TRANSPARENT,
    ),
    "one transparent grey of 16 bits": (deep([[0, 65535, 257]], "PNG", transparency=257), [[0, 255, 255]], TRANSPARENT),
    **{f"EXIF orientation in a {form}": (oriented(form), None, TURNED) for form in ("JPEG", "PNG", "TIFF", "WEBP")},
    "a JPEG of several pictures (MPO)": (
        lambda file: save(file, FRAMES[0], "MPO", FRAMES[1:]),
        np.zeros((8, 8)),
        "its first",
    ),
}
SKIPPED = {  # what -> (writes it, the reason)
    **{
        f"an animated {form}": (
            lambda file, form=form: save(file, FRAMES[0], form, FRAMES[1:]),
            "animated",
        )
        for form in ("GIF", "PNG", "WEBP")
    },
    "a TIFF of several pages": (
        lambda file: save(file, FRAMES[0], "TIFF", FRAMES[1:]),
        "of several pages",
    ),
    "an EPS of another name": (lambda file: save(file, Image.new("L", (8, 8)), "EPS"), "broken"),
    "a PPM of another name": (lambda file: save(file, Image.new("L", (8, 8)), "PPM"), "broken"),
    "floats": (lambda file: save(file, Image.new("F", (1, 1)), "TIFF"), "of mode F"),
    "32-bit ints": (lambda file: save(file, Image.new("I", (1, 1)), "TIFF"), "of mode I"),
    "more than 64 million pixels": (lambda file: save(file, Image.new("1", (9000, 8000))), "larger than 64 million"),
    "a bomb of pixels": (lambda file: bomb(file), "larger than 64 million"),
    "an empty file": (lambda file: file.touch(), "broken"),
    "a FIFO": (os.mkfifo, "no regular file"),
    "a device": (lambda file: file.symlink_to("/dev/zero"), "no regular file"),
    "a link to nothing": (lambda file: file.symlink_to("nothing"), "no regular file"),
}


def bomb(file):
    """A GIF of 65,535² pixels, of which it has none."""
    array(GREY)(file)
    save(file, Image.new("L", (2, 2)), "GIF")
    content = bytearray(file.read_bytes())
    content[6:10] = b"\xff\xff\xff\xff"
    file.write_bytes(content)


@pytest.mark.parametrize("what", READ)
def test_it_is_read(what, tmp_path):
    write, expected, _ = READ[what]
    write(tmp_path / "a.png")
    picture, _ = read_picture(tmp_path / "a.png")
    found = np.asarray(picture).astype(int)
    if expected is None:
        assert found[:, 24:].min() > 240 and found[:, :23].max() < 15  # JPEG and WebP lose a little
    else:
        np.testing.assert_array_equal(found, np.asarray(expected))


@pytest.mark.parametrize("what", SKIPPED)
def test_it_is_skipped(what, tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *_, **__: pytest.fail("Ghostscript was started"))
    write, reason = SKIPPED[what]
    write(tmp_path / "a.png")
    with pytest.raises(NoPictureError) as caught:
        read_picture(tmp_path / "a.png")
    assert str(caught.value).startswith(reason) and capfd.readouterr() == ("", "")


@pytest.mark.parametrize("orientation", EDGES)
def test_every_orientation(orientation, tmp_path):
    """The pixel in the stored row r and column c is seen r from the one edge and c from the other."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    save(tmp_path / "a.png", Image.fromarray(GREY), exif=exif)
    picture, done = read_picture(tmp_path / "a.png")
    seen, place = np.asarray(picture), {}
    for row, column in np.ndindex(GREY.shape):
        for edge, distance in zip(EDGES[orientation], (row, column), strict=True):
            place["row" if edge in ("top", "bottom") else "column"] = distance if edge in ("top", "left") else ~distance
        assert seen[place["row"], place["column"]] == GREY[row, column]
    assert done == ["turned as their EXIF says"]


def test_background(tmp_path, capsys):
    """A fifth of a grey c on (255, 0, 0): red is .2 c + .8·255, green and blue .2 c; grey on grey stays grey."""
    array(np.dstack([GREY, ALPHA]))(tmp_path / "a.png")
    split, _ = load_folder(tmp_path, Geometry(background="red"))
    np.testing.assert_array_equal(split.pixels[0], over(GREY[..., None].repeat(3, -1), RED))
    assert "1 laid on red where transparent: a.png" in capsys.readouterr().err
    split, _ = load_folder(tmp_path, Geometry(background="#808080"))
    np.testing.assert_array_equal(split.pixels[0, ..., 0], over(GREY, 128))
    with pytest.raises(InputError, match="background must be a colour such as white or #ffffff; got 'whit'"):
        load_folder(tmp_path, Geometry(background="whit"))


def test_opaque_pictures_are_what_they_were(tmp_path):
    """RGBA without a transparent pixel gives the RGB that it always gave, to the bit; nothing is said of it."""
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    array(pixels)(tmp_path / "a.png")
    picture, done = read_picture(tmp_path / "a.png", "red")
    np.testing.assert_array_equal(np.asarray(picture), pixels[..., :3])
    assert done == []


def test_metadata_that_are_damaged_cost_no_picture(tmp_path):
    save(tmp_path / "a.jpg", Image.new("L", (8, 8), 90), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert np.asarray(read_picture(tmp_path / "a.jpg")[0]).max() == 90


WHOLE = {
    "BMP": FRAMES[:1],
    "GIF": FRAMES,
    "JPEG": FRAMES[:1],
    "MPO": FRAMES,
    "PNG": FRAMES,
    "TIFF": FRAMES,
    "WEBP": FRAMES,
}


@pytest.mark.parametrize("form", WHOLE)
def test_damaged_files_of_every_decoder(form, tmp_path):
    """Cut anywhere and with a byte changed anywhere: read or skipped, never another error."""
    first, *others = WHOLE[form]
    save(tmp_path / "whole", first, form, others)
    content, random = (tmp_path / "whole").read_bytes(), np.random.default_rng(0)
    places = random.choice(len(content), min(len(content), 150), replace=False).tolist()
    damaged = [content[:place] for place in places]
    damaged += [content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :] for place in places]
    skipped = 0
    for one in damaged:
        (tmp_path / "a.png").write_bytes(one)
        try:
            read_picture(tmp_path / "a.png")
        except NoPictureError as error:
            assert str(error)
            skipped += 1
    assert skipped > len(places) / 4
