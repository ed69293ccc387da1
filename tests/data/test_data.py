"""The embedded digits, the catalog, and the order of batches."""

import unittest.mock

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfgan_metric.data.catalog import PREPARED, load_data, prepare
from tfgan_metric.data.folder import Geometry, load_folder
from tfgan_metric.data.pipeline import float_images, shuffled_batches
from tfgan_metric.data.pixels import to_float, to_uint8
from tfgan_metric.errors import InputError


def test_embedded_digits(digits, held_out_digits):
    for split, count in ((digits, 4000), (held_out_digits, 1000)):
        assert split.images.shape == (count, 28, 28, 1) and split.images.dtype == np.float32
        assert split.images.min() == -1 and split.images.max() == 1
        assert split.labels.shape == (count,) and split.labels.dtype == np.int32
        assert np.bincount(split.labels, minlength=10).min() > 0.08 * count
    rows = {image.tobytes() for image in digits.images}
    assert not any(image.tobytes() in rows for image in held_out_digits.images)


def test_pixels_are_rounded():
    """-1, 0 and 1 are 0, 127.5 (to even: 128) and 255; beyond the range is cut."""
    np.testing.assert_array_equal(to_uint8([-1.1, -1, 0, 0.002, 1]), [0, 0, 128, 128, 255])
    with pytest.raises(InputError, match="images must be finite"):
        to_uint8([0.0, np.nan])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pixels_survive_the_way_to_float_and_back(dtype):
    pixels = np.arange(256, dtype=np.uint8)
    images = to_float(pixels, dtype)
    assert images.dtype == dtype and (images.min(), images.max()) == (-1, 1)
    np.testing.assert_array_equal(to_uint8(images), pixels)


def test_batches_cover_each_epoch_in_another_order_that_the_seed_decides():
    images = np.linspace(-1, 1, 10, dtype=np.float32).reshape(10, 1, 1, 1)
    labels = np.arange(10)

    def epochs(seed):
        batches = [labels.numpy() for _, labels in shuffled_batches(images, labels, 5, seed).take(6)]
        return np.reshape(batches, (3, 10)).tolist()

    first = epochs(0)
    assert all(sorted(epoch) == list(range(10)) for epoch in first)
    assert first[0] != first[1] != first[2]
    assert epochs(0) == first and epochs(1) != first
    for batch_images, batch_labels in shuffled_batches(images, labels, 5, 0).take(2):
        np.testing.assert_array_equal(batch_images, images[batch_labels.numpy()])


@pytest.mark.parametrize("first_batch", [1, 2, 3, 5])
def test_batches_go_on_where_they_were_left(first_batch):
    images = np.linspace(-1, 1, 10, dtype=np.float32).reshape(10, 1, 1, 1)
    whole = [batch.numpy() for batch in shuffled_batches(images, None, 5, 0).take(8)]
    rest = [batch.numpy() for batch in shuffled_batches(images, None, 5, 0, first_batch).take(8 - first_batch)]
    np.testing.assert_array_equal(rest, whole[first_batch:])


def test_catalog():
    data = load_data("embedded_mnist")
    assert data.num_classes == 10 and len(data.train.images) == 4000
    with pytest.raises(
        InputError, match="unknown data 'imagenet'; did you mean tiny_imagenet. valid: celeb_a, cifar10, "
    ):
        load_data("imagenet")


def test_data_that_are_not_prepared(monkeypatch, tmp_path):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    with pytest.raises(InputError, match="'cifar10' is not prepared.*tfgan-metric prepare cifar10"):
        load_data("cifar10")


def write_image(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(pixels, np.uint8)).save(path)


def test_folder_of_classes(tmp_path):
    """Classes are numbered by name; 0, 128 and 255 become -1, .0039 and 1; dot-files are not looked at."""
    write_image(tmp_path / "dogs" / "b.png", [[255, 128], [0, 0]])
    write_image(tmp_path / "cats" / "a.png", [[0, 0], [0, 255]])
    (tmp_path / ".DS_Store").write_text("")
    split, classes = load_folder(tmp_path)
    assert classes == ["cats", "dogs"] and split.labels.tolist() == [0, 1]
    np.testing.assert_allclose(split.images[1, :, :, 0], [[1, 128 / 127.5 - 1], [-1, -1]], atol=1e-6)
    data = load_data(str(tmp_path))
    assert data.num_classes == 2 and data.held_out is None and data.train.images.shape == (2, 2, 2, 1)


def test_folder_without_classes(tmp_path):
    write_image(tmp_path / "grey.png", np.zeros((4, 4)))
    write_image(tmp_path / "colour.png", np.full((4, 4, 3), 255))
    split, classes = load_folder(tmp_path)
    assert classes is None and split.labels is None
    assert split.images.shape == (2, 4, 4, 3) and split.images[0].min() == 1 and split.images[1].max() == -1


def test_folders_that_are_refused(tmp_path):
    folder = tmp_path / "images"
    with pytest.raises(InputError, match="there is no folder"):
        load_folder(folder)
    folder.mkdir()
    with pytest.raises(InputError, match="holds no images"):
        load_folder(folder)
    for index in range(5):
        write_image(folder / f"{index}.png", np.zeros((4, 4)))
    write_image(folder / "large.png", np.zeros((8, 6)))
    with pytest.raises(InputError, match=r"1 image\(s\) in .* differ from .* 4×4 pixels: large.png; scale"):
        load_folder(folder)
    for file in folder.iterdir():
        file.unlink()
    (folder / "class").mkdir()
    (folder / "notes.txt").touch()
    with pytest.raises(
        InputError, match=r"holds no images; .*; skipped 1 file\(s\): 1 in no class's folder: notes.txt"
    ):
        load_folder(folder)
    write_image(folder / "other" / "a.png", np.zeros((4, 4)))
    with pytest.raises(InputError, match=r"1 class\(es\) of .* hold no image: class: remove them; skipped 1"):
        load_folder(folder)


def test_what_is_no_image_is_skipped_and_reported(tmp_path, capsys):
    """Two good images stay, one of them a PNG named .jpg."""
    write_image(tmp_path / "a.png", np.zeros((4, 4)))
    (tmp_path / "b.jpg").write_bytes((tmp_path / "a.png").read_bytes())
    (tmp_path / "broken.png").write_bytes((tmp_path / "a.png").read_bytes()[:40])
    (tmp_path / "empty.png").touch()
    for name in "cdef":
        (tmp_path / f"{name}.txt").write_text("no image")
    frames = [Image.fromarray(np.full((4, 4), value, np.uint8)) for value in (0, 255)]
    frames[0].save(tmp_path / "film.gif", save_all=True, append_images=frames[1:])
    Image.new("1", (9000, 8000)).save(tmp_path / "huge.png")
    Image.new("F", (4, 4)).save(tmp_path / "deep.tif")
    split, _ = load_folder(tmp_path)
    assert len(split) == 2 and split.shape == (4, 4, 1)
    said = capsys.readouterr().err
    assert "2 images 4×4×1, no labels; skipped 9 file(s)" in said
    for part in ("2 broken: broken.png, empty.png", "c.txt, d.txt, e.txt, …", "1 animated: film.gif"):
        assert part in said
    assert "1 larger than 64 million pixels: huge.png" in said and "deep.tif" in said


def test_crop_and_size(tmp_path, capsys):
    """From 6×4 the middle 2×2, [[1, 2], [3, 4]]; scaled to one pixel it is their mean, 2.5, rounded to 3 or 2."""
    pixels = np.full((4, 6), 200)
    pixels[1:3, 2:4] = [[10, 20], [30, 40]]
    write_image(tmp_path / "a.png", pixels)
    write_image(tmp_path / "small.png", np.zeros((1, 1)))
    split, _ = load_folder(tmp_path, Geometry(crop=2))
    assert split.pixels[0, :, :, 0].tolist() == [[10, 20], [30, 40]]
    assert "1 smaller than the crop of 2: small.png" in capsys.readouterr().err
    assert load_folder(tmp_path, Geometry(2, 1))[0].pixels.ravel().tolist() == [25]
    assert load_data(str(tmp_path), Geometry(2, 8)).train.shape == (8, 8, 1)
    with pytest.raises(
        InputError, match="crop, image_size and background are for a folder of images; embedded_mnist has its own"
    ):
        load_data("embedded_mnist", Geometry(crop=4))


def test_pipeline_makes_the_floats_that_numpy_makes():
    """All 256 values, bit by bit."""
    pixels = np.arange(256, dtype=np.uint8).reshape(4, 8, 8, 1)
    (found,) = float_images(tf.data.Dataset.from_tensors(pixels))
    np.testing.assert_array_equal(found, to_float(pixels))
    ((found, labels),) = float_images(tf.data.Dataset.from_tensors((pixels, [1, 2, 3, 4])))
    np.testing.assert_array_equal(found, to_float(pixels))
    assert labels.numpy().tolist() == [1, 2, 3, 4]


def test_tiny_imagenet(tmp_path, monkeypatch):
    """Two classes, n1 before n2; an image whose left half is 100 and right half 200 keeps its halves at 32×32."""
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    with pytest.raises(InputError, match=r"cannot read Tiny-ImageNet in .*: .*; unpack tiny-imagenet-200.zip there"):
        _ = load_data("tiny_imagenet").train
    root = tmp_path / "tiny-imagenet-200"
    halves = np.repeat([100, 200], 32)[None].repeat(64, 0)
    for name in ("n2", "n1"):
        write_image(root / "train" / name / "images" / f"{name}_0.JPEG", halves)
    write_image(root / "val" / "images" / "val_0.JPEG", np.full((64, 64, 3), 7))
    (root / "wnids.txt").write_text("n2\nn1\n")
    (root / "val" / "val_annotations.txt").write_text("val_0.JPEG\tn2\t0\t0\t62\t62\n")
    data = load_data("tiny_imagenet")
    assert data.train.shape == (32, 32, 3) and data.train.labels.tolist() == [0, 1]
    assert np.abs(data.train.pixels[0, 5, [3, 28], 1].astype(int) - [100, 200]).max() <= 3
    assert data.held_out.labels.tolist() == [1] and abs(int(data.held_out.pixels[0, 0, 0, 0]) - 7) <= 1


@pytest.mark.parametrize("name", sorted(PREPARED))
def test_every_prepared_set_by_mock_data(name, tmp_path, monkeypatch):
    """TensorFlow Datasets' own stand-in: the features of the real data set, random pixels. Opened again, as a run's
    evaluation does, it is the same object, not read twice."""
    tfds = pytest.importorskip("tensorflow_datasets")
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    with (
        tfds.testing.mock_data(num_examples=6),
        unittest.mock.patch("tensorflow_datasets.core.DatasetBuilder.is_prepared", lambda self: True),
    ):
        data = load_data(name)
        train, held_out = data.train, data.held_out
        assert load_data(name) is data
    expected = {"mnist": (28, 28, 1), "fashion_mnist": (28, 28, 1), "celeb_a": (64, 64, 3)}.get(name, (32, 32, 3))
    assert train.shape == expected and train.pixels.dtype == np.uint8
    assert (held_out is None) == (name == "cifar10_train_test")
    assert train.labels is None if name == "celeb_a" else train.labels.max() < data.num_classes


def test_what_cannot_be_prepared(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="cannot prepare 'embedded_mnist'; valid: celeb_a, cifar10"):
        prepare("embedded_mnist")
    with pytest.raises(InputError, match="cannot prepare 'tiny_imagenet': unpack tiny-imagenet-200.zip in"):
        prepare("tiny_imagenet")
    (tmp_path / "file").touch()
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "file" / "data"))
    with pytest.raises(InputError, match="cannot prepare mnist in .*; it needs a network and room there"):
        prepare("mnist")
