"""What of a folder is held out: a share by the hash of the pixels, or the sub-folder `test`."""

import hashlib
import shutil

import numpy as np
import pytest
from PIL import Image

from tfgan_metric.data.catalog import load_data
from tfgan_metric.data.folder import Geometry
from tfgan_metric.data.holding_out import falls_below
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation.classifier import classifier_file
from tfgan_metric.trainers import load_recipe

PICTURES = np.random.default_rng(0).integers(0, 256, (60, 4, 4, 3), dtype=np.uint8)


def write_pictures(folder, pictures=PICTURES, name="{}.png"):
    folder.mkdir(parents=True, exist_ok=True)
    for index, pixels in enumerate(pictures):
        Image.fromarray(pixels).save(folder / name.format(index))
    return folder


def as_set(split):
    return {pixels.tobytes() for pixels in split.pixels}


def test_hash_is_a_number_from_0_to_1():
    """The first 8 bytes of the SHA-256 of "(1, 1, 1)" and a 7, over 2^64; a grey image in colour has the same."""
    number = int.from_bytes(hashlib.sha256(b"(1, 1, 1)\x07").digest()[:8], "big") / 2**64
    for channels in (1, 3):
        image = np.full((1, 1, 1, channels), 7, np.uint8)
        assert falls_below(image, number + 1e-9).all() and not falls_below(image, number).any()


def test_share_of_many():
    """Of 4,000 different images .1 ± 4·√(.1·.9/4000) = ± .019; a larger share holds out the same ones and more."""
    images = np.arange(4000, dtype=np.uint32).view(np.uint8).reshape(4000, 2, 2, 1)
    few, more = falls_below(images, 0.1), falls_below(images, 0.3)
    assert abs(few.mean() - 0.1) < 0.019 and abs(more.mean() - 0.3) < 0.029 and more[few].all()


def test_a_picture_stays_on_its_side(tmp_path):
    """Whatever its name, its class and its neighbours; a copy falls with it; every picture is on one side."""
    whole = load_data(str(write_pictures(tmp_path / "whole")), held_out=0.3)
    assert len(whole.train) + len(whole.held_out) == 60 and not as_set(whole.train) & as_set(whole.held_out)
    assert as_set(whole.train) | as_set(whole.held_out) == {pixels.tobytes() for pixels in PICTURES}
    part = tmp_path / "part"
    write_pictures(part / "a", PICTURES[:30:-1], "z{}.png")
    write_pictures(part / "b", PICTURES[40:50], "{}.bmp")  # ten copies
    again = load_data(str(part), held_out=0.3)
    assert as_set(again.held_out) == as_set(whole.held_out) & {pixels.tobytes() for pixels in PICTURES[31:]}
    assert not as_set(again.train) & as_set(whole.held_out) and len(again.train) + len(again.held_out) == 39
    assert again.num_classes == 2 and len(again.held_out.labels) == len(again.held_out)


def test_what_is_scaled_is_hashed_as_it_comes_out(tmp_path):
    """2×2 pixels of v and two each of v - 5 and v + 5 have one mean: the two pictures fall together."""
    small = PICTURES // 2 + 50
    one = np.repeat(np.repeat(small, 2, axis=1), 2, axis=2)
    other = one.copy()
    other[:, ::2] -= 5
    other[:, 1::2] += 5
    write_pictures(tmp_path / "both", one)
    write_pictures(tmp_path / "both", other, "other_{}.png")
    data = load_data(str(tmp_path / "both"), Geometry(image_size=4), held_out=0.3)
    assert len(data.held_out) == 2 * falls_below(small, 0.3).sum() > 0


def test_train_and_test_folders(tmp_path):
    for name, pictures in (("train/a", PICTURES[:5]), ("train/b", PICTURES[5:9]), ("test/a", PICTURES[9:12])):
        write_pictures(tmp_path / name, pictures)
    with pytest.raises(InputError, match=r"must have the same classes; got \['a', 'b'\] and \['a'\]"):
        load_data(str(tmp_path))
    write_pictures(tmp_path / "test" / "b", PICTURES[12:14])
    data = load_data(str(tmp_path))
    np.testing.assert_array_equal(data.train.pixels, PICTURES[:9])
    np.testing.assert_array_equal(data.held_out.pixels, PICTURES[9:14])
    assert data.held_out.labels.tolist() == [0, 0, 0, 1, 1] and data.num_classes == 2
    with pytest.raises(InputError, match="has train and test, .*: leave held_out out; got 0.1"):
        load_data(str(tmp_path), held_out=0.1)
    shutil.rmtree(tmp_path / "test")
    write_pictures(tmp_path / "test" / "a", PICTURES[:1, :, :, 0])
    write_pictures(tmp_path / "test" / "b", PICTURES[:1, :, :, 0])
    with pytest.raises(InputError, match=r"must be of one shape; got \(4, 4, 3\) and \(4, 4, 1\)"):
        load_data(str(tmp_path))
    without = tmp_path / "without"
    for part in ("train", "test"):
        write_pictures(without / part, PICTURES[:4])
    assert load_data(str(without)).num_classes is None and len(load_data(str(without)).held_out) == 4


def test_shares_that_are_refused(tmp_path):
    folder = str(write_pictures(tmp_path / "few", PICTURES[:3]))
    for share in (1.0, -0.1, "some"):
        with pytest.raises(InputError, match="held_out must be a number from 0 to below 1"):
            load_data(folder, held_out=share)
        with pytest.raises(InputError, match="held_out must be a number from 0 to below 1"):
            load_recipe("wadmgan_embedded").with_fields({"held_out": share})
    with pytest.raises(InputError, match=r"held_out=1e-06 holds out 0 of the 3 images of .*few: change it"):
        load_data(folder, held_out=1e-6)
    with pytest.raises(InputError, match="embedded_mnist says itself what is held out: leave it out"):
        load_data("embedded_mnist", held_out=0.1)


def test_classifier_of_a_folder_is_in_the_cache(tmp_path, monkeypatch):
    """Not beside the folder, where an absolute path would put it; the same by whichever path it is named."""
    monkeypatch.setenv("TFGAN_METRIC_CACHE", str(tmp_path / "cache"))
    write_pictures(tmp_path / "mine", PICTURES[:1])
    monkeypatch.chdir(tmp_path)
    file = classifier_file("mine")
    assert file.parent == tmp_path / "cache" / "classifiers" and file.name.startswith("mine-")
    assert classifier_file(str(tmp_path / "mine")) == file and file.suffix == ".keras"
    assert classifier_file("cifar10").name == "cifar10.keras"
