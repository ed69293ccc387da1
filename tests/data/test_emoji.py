"""The emoji: which of Unicode's list they are, and the pictures that the font gives."""

import numpy as np
import pytest

from conftest import run_command
from tfgan_metric.data import catalog, emoji
from tfgan_metric.data.catalog import load_data, prepare
from tfgan_metric.errors import InputError

LINES = """# group: Smileys & Emotion
1F600 ; fully-qualified # 😀 E1.0 grinning face
263A FE0F ; fully-qualified # ☺️ E0.6 smiling face
263A ; unqualified # ☺ E0.6 smiling face
1F636 200D 1F32B FE0F ; fully-qualified # 😶‍🌫️ E13.1 face in clouds
1F44B 1F3FB ; fully-qualified # 👋🏻 E1.0 waving hand: light skin tone
# group: Component
1F3FB ; component # 🏻 E1.0 light skin tone
# group: Flags
1F3C1 ; fully-qualified # 🏁 E0.6 chequered flag
# group: Food & Drink
1F34E ; fully-qualified # 🍎 E0.6 red apple
"""
needs_packages = pytest.mark.skipif(not all(file.exists() for file in emoji.PACKAGES), reason="Debian's packages")


def write_list(folder):
    """A file of two faces and an apple; the others are unqualified, of several code points, or of no class."""
    path = folder / "emoji-test.txt"
    path.write_text(LINES, encoding="utf-8")
    return path


def test_list_by_hand(tmp_path):
    found = list(emoji.read_list(write_list(tmp_path)))
    faces = [("Smileys & Emotion", "\U0001f600"), ("Smileys & Emotion", "\u263a\ufe0f")]
    assert found == [*faces, ("Food & Drink", "\U0001f34e")]


@needs_packages
def test_pictures_are_colours_on_white(tmp_path, monkeypatch):
    """Yellow faces and a red apple, each in the middle of a white square; they are the data set of their name."""
    monkeypatch.setattr(emoji, "LIST", write_list(tmp_path))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "data"))
    with pytest.raises(InputError, match="'emoji' are not prepared in .*`tfgan-metric prepare emoji`"):
        load_data("emoji")
    code, output, _ = run_command("prepare", "emoji", cwd=tmp_path)
    assert code == 0 and output == f"emoji: {tmp_path / 'data' / 'emoji'}\n"
    files = sorted(path.name for path in (tmp_path / "data").rglob("*.png"))
    assert files == ["1f34e.png", "1f600.png", "263a-fe0f.png"]
    with pytest.raises(InputError, match="held_out=0.1 holds out 0 of the 3 images"):
        load_data("emoji")
    monkeypatch.setattr(catalog, "EMOJI_HELD_OUT", 0.0)
    data = load_data("emoji")
    assert (data.name, data.num_classes, data.train.shape) == ("emoji", 2, (32, 32, 3))
    assert data.train.labels.tolist() == [0, 1, 1]  # food_drink comes before smileys_emotion
    assert np.all(data.train.pixels[:, [0, 0, -1, -1], [0, -1, 0, -1]] > 240)
    apple, face, _ = data.train.pixels[:, 16, 16].astype(int)
    assert apple[0] > apple[1] + 80 and face[0] > face[2] + 80 and face[1] > face[2] + 80


@needs_packages
def test_another_size_and_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(emoji, "LIST", write_list(tmp_path))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(catalog, "EMOJI_HELD_OUT", 0.0)
    assert prepare("emoji_64") == tmp_path / "data" / "emoji_64" and load_data("emoji_64").train.shape == (64, 64, 3)
    folder = prepare("emoji", tmp_path / "large", 48)
    assert load_data(str(folder)).train.shape == (48, 48, 3)
    with pytest.raises(InputError, match="large exists; choose another --out"):
        prepare("emoji", tmp_path / "large")


def test_what_cannot_be_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr(emoji, "PACKAGES", {tmp_path / "font": "fonts-noto-color-emoji", tmp_path / "list": "unicode"})
    code, _, error = run_command("prepare", "emoji", "--out", tmp_path / "out", cwd=tmp_path)
    assert code == 2 and error.endswith("apt-get install fonts-noto-color-emoji unicode\n") and error.count("\n") == 1
    assert not (tmp_path / "out").exists()
    code, _, error = run_command("prepare", "mnist", "--image-size", 64, cwd=tmp_path)
    assert code == 2 and "an image size are for emoji; got them for 'mnist'" in error and error.count("\n") == 1
