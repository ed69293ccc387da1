"""Real colour images that need no download: the emoji of Google's Noto font, a sub-folder for each Unicode group."""

import pathlib
import re
from collections.abc import Iterator
from typing import Any

from tfgan_metric.errors import InputError, require_positive_int
from tfgan_metric.files import refuse_existing, replacing

FONT = pathlib.Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
LIST = pathlib.Path("/usr/share/unicode/emoji/emoji-test.txt")
PACKAGES = {FONT: "fonts-noto-color-emoji", LIST: "unicode-data"}  # of Debian
BITMAP_SIZE = 109  # the only size that the font has
SIDE = 136  # of the square that its bitmaps fit in
WIDEST = 140  # what is missing in the font is drawn as nothing, or as several signs
VARIATION = "\ufe0f"  # asks for colour, which the font always gives
NOT_CLASSES = ("Component", "Flags")


def prepare_emoji(folder: str | pathlib.Path, image_size: int = 32) -> pathlib.Path:
    """Draws each emoji of one code point on white, as a PNG in the folder of its group; none with a skin tone.

    Args:
        folder: that is made; with Debian 12's packages it gets 1,372 images of eight classes.
        image_size: side of the images, in pixels.
    Returns:
        The folder's path.
    Raises:
        InputError: a package that is not installed, a folder that exists or cannot be written to.
    """
    from PIL import Image, ImageFont

    folder = refuse_existing(folder)
    require_positive_int("image_size", image_size)
    missing = [package for file, package in PACKAGES.items() if not file.exists()]
    if missing:
        raise InputError(f"the emoji are drawn from Debian's packages: apt-get install {' '.join(missing)}")
    font = ImageFont.truetype(str(FONT), BITMAP_SIZE, layout_engine=ImageFont.Layout.BASIC)
    with replacing(folder) as temporary:
        for group, emoji in read_list(LIST):
            picture = _draw(emoji.replace(VARIATION, ""), font)
            if picture is not None:
                place = temporary / re.sub(r"\W+", "_", group).lower()
                place.mkdir(parents=True, exist_ok=True)
                name = "-".join(f"{ord(sign):x}" for sign in emoji)
                picture.resize((image_size, image_size), Image.Resampling.LANCZOS).save(place / f"{name}.png")
    return folder


def read_list(path: pathlib.Path) -> Iterator[tuple[str, str]]:
    """(group, emoji) of each fully qualified one of a single code point, from a file in the form of emoji-test.txt."""
    group = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# group: "):
            group = line.removeprefix("# group: ").strip()
        elif (found := re.match(r"([0-9A-F ]+?)\s*; fully-qualified\s", line)) and group not in NOT_CLASSES:
            emoji = "".join(chr(int(point, 16)) for point in found[1].split())
            if len(emoji.replace(VARIATION, "")) == 1:
                yield group, emoji


def _draw(sign: str, font: Any) -> Any:
    """The picture of a sign, SIDE×SIDE; None where the font has none."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (SIDE, SIDE), "white")
    drawing = ImageDraw.Draw(picture)
    left, top, right, bottom = drawing.textbbox((0, 0), sign, font=font, embedded_color=True)
    if not 0 < right - left <= WIDEST:
        return None
    middle = (SIDE - left - right) / 2, (SIDE - top - bottom) / 2
    drawing.text(middle, sign, font=font, embedded_color=True)
    return picture
