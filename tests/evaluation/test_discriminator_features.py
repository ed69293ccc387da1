"""The discriminator's features under a linear classifier, and its outputs as a metric."""

import keras
import numpy as np
import pytest

from conftest import small_model
from tfgan_metric.data.catalog import Data
from tfgan_metric.data.split import Split
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation.discriminator import (
    discriminator_results,
    embedding_scores,
    pooled_features,
    svm_accuracy,
)
from tfgan_metric.models.networks import METRIC


def test_pooling_by_hand():
    """A 1×1 convolution that doubles, then ReLU: of an 8×8 ramp each 2×2 cell's maximum is its lower right pixel."""
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(1, 1, kernel_initializer=keras.initializers.Constant(2.0), use_bias=False)(inputs)
    network = keras.Model(inputs, keras.layers.ReLU()(x))
    ramp = np.arange(64, dtype=np.float32).reshape(1, 8, 8, 1)
    expected = 2 * ramp[0, 1::2, 1::2, 0].reshape(1, 16)
    np.testing.assert_array_equal(pooled_features(network, ramp), expected)
    both = pooled_features(network, ramp, raw_pixels=True)
    np.testing.assert_array_equal(both, np.concatenate([expected, ramp.reshape(1, 64)], axis=1))


@pytest.mark.parametrize(("side", "cells"), [(2, [0, 0, 1, 1]), (7, [1, 3, 5, 6]), (14, [3, 6, 10, 13])])
def test_maps_that_the_grid_does_not_divide(side, cells):
    """The greatest row of each cell, ⌈(i+1) side/4⌉ - 1; a 2×2 map is repeated."""
    inputs = keras.Input((side, side, 1))
    network = keras.Model(inputs, keras.layers.ReLU()(inputs))
    rows = np.broadcast_to(np.arange(side, dtype=np.float32)[:, None], (side, side))[None, ..., None]
    np.testing.assert_array_equal(pooled_features(network, rows).reshape(4, 4)[:, 0], cells)


def test_paper_feature_counts():
    """16 · (64 + 128 + 256 + 512) = 15,360 on 32×32×3, and 3,072 pixels more: the paper's 18,432."""
    discriminator = METRIC.discriminator((32, 32, 3), 500)
    images = np.zeros((2, 32, 32, 3), np.float32)
    assert pooled_features(discriminator, images).shape == (2, 15360)
    assert pooled_features(discriminator, images, raw_pixels=True).shape == (2, 18432)


def test_svm_separates_what_is_separable():
    random = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 60)
    features = random.normal(size=(180, 10)) + 3 * np.eye(10)[labels]
    accuracy, regularisation = svm_accuracy(features[::2], labels[::2], features[1::2], labels[1::2])
    assert accuracy > 0.85 and regularisation in (1e-4, 1e-3, 1e-2)
    shuffled, _ = svm_accuracy(features[::2], random.permutation(labels[::2]), features[1::2], labels[1::2])
    assert shuffled < 0.6


def test_recall_by_hand():
    """Test points 0, 1, 2, 10..16 on a line: 0 and 2 are of class 0, the rest of class 1. The nearest other of 0 is 1
    (wrong), then 2 (right); of 2 it is 1, then 0; of 1 both 0 and 2 are wrong, then 10 is right. So recall@1 is 7/10
    and recall@2 9/10, recall@4 1."""
    points = np.array([0, 1, 2, 10, 11, 12, 13, 14, 15, 16.0])[:, None]
    labels = np.array([0, 1, 0, 1, 1, 1, 1, 1, 1, 1])
    found = embedding_scores(points, labels, points, labels)
    assert found["recall_at_1"] == pytest.approx(0.7) and found["recall_at_2"] == pytest.approx(0.9)
    assert found["recall_at_4"] == found["recall_at_8"] == 1


def test_results_of_a_model(digits, held_out_digits):
    few = {"train": Split(digits.images[:400], digits.labels[:400])}
    few["held_out"] = Split(held_out_digits.images[:200], held_out_digits.labels[:200])
    model = small_model("dmgan", width=1 / 8)
    results = discriminator_results(model.discriminator, Data("few", 10, few.get), {"step": 0})
    values = {result.metric: result.value for result in results}
    assert list(values) == ["svm_accuracy", "knn_accuracy", "recall_at_1", "recall_at_2", "recall_at_4", "recall_at_8"]
    assert values["svm_accuracy"] > 0.8  # random convolutions separate digits well
    assert values["recall_at_1"] < values["recall_at_8"]
    fewer = discriminator_results(model.discriminator, Data("few", 10, few.get), {"step": 0}, svm_images=100)
    assert fewer[0].protocol["real"] == "100 train, 200 test" and 0.5 < fewer[0].value < values["svm_accuracy"]
    with pytest.raises(InputError, match="5 images a class, 50 in all; got svm_images=49"):
        discriminator_results(model.discriminator, Data("few", 10, few.get), {}, svm_images=49)
    with pytest.raises(InputError, match="few lacks them"):
        discriminator_results(model.discriminator, Data("few", 10, (few | {"held_out": None}).get), {})
    sees = small_model("gan", num_classes=10)
    with pytest.raises(InputError, match="takes labels"):
        discriminator_results(sees.discriminator, Data("few", 10, few.get), {})
