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
            assert split == {"mnist": "train", "cifar10": "train+test"}[self.name]
            return tf.constant([0, 255], tf.uint8, shape=(2, 1, 1, 1)), tf.constant([0, 1], tf.int64)

    monkeypatch.setitem(sys.modules, "tensorflow_datasets", type(sys)("tensorflow_datasets"))
    sys.modules["tensorflow_datasets"].builder = Builder
    for name in ("mnist", "cifar10_train_test"):
        images, labels = load_data(name).train
        assert images.ravel().tolist() == [-1.0, 1.0] and images.dtype == np.float32
        assert labels.tolist() == [0, 1] and labels.dtype == np.int32
