"""The embedded digits, the catalog, and the order of batches."""

import sys

import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric.data.catalog import load_data
from tfgan_metric.data.pipeline import shuffled_batches
from tfgan_metric.errors import InputError


def test_embedded_digits(digits, held_out_digits):
    for split, count in ((digits, 4000), (held_out_digits, 1000)):
        assert split.images.shape == (count, 28, 28, 1) and split.images.dtype == np.float32
        assert split.images.min() == -1 and split.images.max() == 1
        assert split.labels.shape == (count,) and split.labels.dtype == np.int32
        assert np.bincount(split.labels, minlength=10).min() > 0.08 * count
    rows = {image.tobytes() for image in digits.images}
    assert not any(image.tobytes() in rows for image in held_out_digits.images)


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


def test_catalog():
    data = load_data("embedded_mnist")
    assert data.num_classes == 10 and len(data.train.images) == 4000 and len(data.held_out.images) == 1000
    with pytest.raises(InputError, match="unknown data 'imagenet'; valid: cifar10, embedded_mnist, fashion_mnist"):
        load_data("imagenet")


def test_data_that_are_not_prepared(monkeypatch, tmp_path):
    monkeypatch.setattr("tensorflow_datasets.core.constants.DATA_DIR", str(tmp_path), raising=False)
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    with pytest.raises(InputError, match="'cifar10' is not prepared.*tfds.load"):
        load_data("cifar10")


def test_prepared_data(monkeypatch):
    """A builder as TensorFlow Datasets gives one: 0 and 255 become -1 and 1."""

    class Builder:
        def is_prepared(self):
            return True

        def as_dataset(self, split, batch_size, as_supervised):
            assert batch_size == -1 and as_supervised
            value = {"train": 0, "test": 255}[split]
            return tf.fill((3, 28, 28, 1), tf.constant(value, tf.uint8)), tf.constant([0, 1, 2], tf.int64)

    monkeypatch.setitem(sys.modules, "tensorflow_datasets", type(sys)("tensorflow_datasets"))
    sys.modules["tensorflow_datasets"].builder = lambda name: Builder()
    data = load_data("mnist")
    assert data.train.images.max() == -1 and data.held_out.images.min() == 1
    assert data.train.images.dtype == np.float32 and data.train.labels.dtype == np.int32
