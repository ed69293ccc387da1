"""The embedded digits, the catalog, and the order of batches."""

import sys

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfgan_metric.data.catalog import load_data
from tfgan_metric.data.folder import load_folder
from tfgan_metric.data.pipeline import shuffled_batches
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
    with pytest.raises(InputError, match="unknown data 'imagenet'; valid: cifar10, cifar10_train_test, embedded_mnist"):
        load_data("imagenet")


def test_data_that_are_not_prepared(monkeypatch, tmp_path):
    monkeypatch.setattr("tensorflow_datasets.core.constants.DATA_DIR", str(tmp_path), raising=False)
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    with pytest.raises(InputError, match="'cifar10' is not prepared.*tfds.load"):
        load_data("cifar10")


def test_prepared_data(monkeypatch):
    """A builder as TensorFlow Datasets gives one: 0 and 255 become -1 and 1."""

    class Builder:
        def __init__(self, name):
            self.name = name

        def is_prepared(self):
            return True

        def as_dataset(self, split, batch_size, as_supervised):
            assert batch_size == -1 and as_supervised
            assert split in {"mnist": ("train", "test"), "cifar10": ("train+test",)}[self.name]
            return tf.constant([0, 255], tf.uint8, shape=(2, 1, 1, 1)), tf.constant([0, 1], tf.int64)

    monkeypatch.setitem(sys.modules, "tensorflow_datasets", type(sys)("tensorflow_datasets"))
    sys.modules["tensorflow_datasets"].builder = Builder
    assert load_data("mnist").held_out is not None and load_data("cifar10_train_test").held_out is None
    for name in ("mnist", "cifar10_train_test"):
        images, labels = load_data(name).train
        assert images.ravel().tolist() == [-1.0, 1.0] and images.dtype == np.float32
        assert labels.tolist() == [0, 1] and labels.dtype == np.int32


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
    with pytest.raises(InputError, match=r"1 file\(s\) in .* differ from the first image's 4×4 pixels: large.png"):
        load_folder(folder)
    (folder / "large.png").write_bytes((folder / "0.png").read_bytes()[:40])
    with pytest.raises(InputError, match=r"1 file\(s\) in .* cannot be read as 8-bit images: large.png"):
        load_folder(folder)
    for name in "abcd":
        (folder / f"{name}.txt").write_text("no image")
    with pytest.raises(InputError, match=r"4 file\(s\) in .* are no images .*: a.txt, b.txt, c.txt, …"):
        load_folder(folder)
