"""Class centers: the update by hand, against a loop, and in a compiled function."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric.centers import ClassCenters
from tfgan_metric.errors import InputError


def loop_update(centers, features, labels, update_ratio):
    """DMGAN eqs 3-4, sample by sample."""
    updated = centers.astype(np.float64).copy()
    for i in range(len(centers)):
        members = [f for f, y in zip(features, labels, strict=True) if y == i]
        delta = sum((centers[i] - f for f in members), np.zeros(centers.shape[1])) / (1 + len(members))
        updated[i] = centers[i] - update_ratio * delta
    return updated


def test_update_by_hand():
    """c=0, class 0 gets 2 and 4: Δ = (0-2 + 0-4)/(1+2) = -2; γ=.5 moves c to 1. Class 1 is absent and stays 0."""
    centers = ClassCenters(2, 1, update_ratio=0.5)
    centers.update(tf.constant([[2.0], [4.0]]), tf.constant([0, 0]))
    np.testing.assert_allclose(centers.value, [[1.0], [0.0]])


@pytest.mark.parametrize("update_ratio", [0.0, 0.5, 1.0, 2.5])
def test_update_equals_a_loop(update_ratio):
    generator = np.random.default_rng(0)
    centers = ClassCenters(5, 3, update_ratio)
    expected = np.zeros((5, 3))
    compiled = tf.function(centers.update)
    for _ in range(4):
        features = generator.normal(size=(8, 3)).astype(np.float32)
        labels = generator.integers(0, 4, size=8).astype(np.int32)  # class 4 never comes
        compiled(features, labels)
        expected = loop_update(expected, features, labels, update_ratio)
    np.testing.assert_allclose(centers.value, expected, atol=1e-5)
    np.testing.assert_array_equal(centers.value[4], np.zeros(3))


def test_full_update_ratio_averages_center_and_features():
    """γ=1: c_new = c - (nc - Σf)/(1+n) = (c + Σf)/(1+n)."""
    centers = ClassCenters(1, 2, update_ratio=1.0)
    centers.value.assign([[3.0, -1.0]])
    centers.update(tf.constant([[1.0, 1.0], [5.0, 3.0]]), tf.constant([0, 0]))
    np.testing.assert_allclose(centers.value, [[9 / 3, 3 / 3]])


def test_lookup_and_weights():
    centers = ClassCenters(3, 2, update_ratio=1.0)
    centers.value.assign([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    np.testing.assert_array_equal(centers.lookup(tf.constant([2, 0])), [[2, 2], [0, 0]])
    assert centers.trainable_weights == [] and len(centers.non_trainable_weights) == 1


@pytest.mark.parametrize("arguments", [(0, 2, 1.0), (2, 0, 1.0), (2, 2, -0.1), (2, 2, float("nan"))])
def test_arguments_out_of_range(arguments):
    with pytest.raises(InputError, match="must be"):
        ClassCenters(*arguments)
