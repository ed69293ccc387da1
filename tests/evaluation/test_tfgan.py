"""TF-GAN's three numbers are ours, and asking it leaves no trace."""

import sys
import types

import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric.errors import InputError
from tfgan_metric.evaluation import tfgan
from tfgan_metric.evaluation.tfgan import tfgan_frechet_distance, tfgan_inception_score, tfgan_kernel_distance
from tfgan_metric.metrics import FeatureStatistics, frechet_distance, inception_score, kernel_distance

pytestmark = pytest.mark.tfgan


def ours(features_a, features_b):
    statistics = [FeatureStatistics(), FeatureStatistics()]
    for found, features in zip(statistics, (features_a, features_b), strict=True):
        found.update(features)
    return frechet_distance(*statistics)


def two_sets(count=200, other=150, dimension=16):
    random = np.random.default_rng(0)
    return random.normal(size=(count, dimension)), random.gamma(1.0, size=(other, dimension))


def test_frechet_golden():
    """A number on which several implementations agree (evaluation protocol of the field: NumPy's legacy seed 0)."""
    np.random.seed(0)
    first, second = (np.random.randn(512, 256).astype(np.float32) for _ in range(2))
    assert tfgan_frechet_distance(first, second) == pytest.approx(65.7427236504, rel=1e-6)


@pytest.mark.parametrize("scale", [1.0, 1e-3, 1e4])
def test_frechet_is_ours_at_any_scale(scale):
    """At 1e-3 the product of two covariances is about 1e-12, below the 1e-10 that TF-GAN takes for 0."""
    first, second = (scale * features for features in two_sets())
    assert tfgan_frechet_distance(first, second) == pytest.approx(ours(first, second), rel=1e-6)


def test_frechet_of_fewer_rows_than_dimensions_and_of_constants():
    """Constants at 0 and 2 in 16 dimensions have no covariance: 16 · 2² = 64."""
    first, second = two_sets(10, 12, 32)
    assert tfgan_frechet_distance(first, second) == pytest.approx(ours(first, second), rel=1e-6)
    assert tfgan_frechet_distance(np.zeros((3, 16)), np.full((4, 16), 2.0)) == pytest.approx(64)


@pytest.mark.parametrize("block_size", [200, 60, 33])
def test_kernel_distance_is_ours(block_size):
    """200 and 150 rows are cut into 1, 4 and 7 blocks; one block has no standard error."""
    value, error = tfgan_kernel_distance(*two_sets(), block_size)
    expected, expected_error = kernel_distance(*two_sets(), block_size)
    assert value == pytest.approx(expected, rel=1e-9)
    assert error is expected_error is None if block_size == 200 else error == pytest.approx(expected_error, rel=1e-9)


@pytest.mark.parametrize("splits", [1, 7])
def test_inception_score_is_ours(splits):
    logits = np.random.RandomState(0).randn(1003, 10) * 3
    assert tfgan_inception_score(logits, splits) == pytest.approx(inception_score(logits, splits), rel=1e-6)


def test_inception_score_of_certain_predictions():
    """Ten balanced one-hot predictions score 10, nine of ten classes 9, though the tenth's probability underflows."""
    certain = 1000.0 * np.eye(10)
    assert tfgan_inception_score(certain, 1)[0] == pytest.approx(10)
    assert tfgan_inception_score(certain[:9], 1)[0] == pytest.approx(9)


def test_what_cannot_be_measured_is_refused():
    """Where TF-GAN would answer NaN: a value that is none, one row, blocks of one row (3 rows in 2 blocks)."""
    rows, holed = np.eye(4), np.where(np.eye(4) > 0, np.nan, 0.0)
    for call in (
        lambda: tfgan_frechet_distance(rows, holed),
        lambda: tfgan_kernel_distance(holed, rows, 4),
        lambda: tfgan_inception_score(holed, 1),
    ):
        with pytest.raises(InputError, match="must be finite; 4 of 16"):
            call()
    with pytest.raises(InputError, match="features_b must have at least 2 rows; got 1"):
        tfgan_frechet_distance(rows, rows[:1])
    with pytest.raises(InputError, match="2 blocks need at least 4 rows each; got 3: raise block_size"):
        tfgan_kernel_distance(rows, rows[:3], 2)
    with pytest.raises(InputError, match="same dimension; got 4 and 3"):
        tfgan_kernel_distance(rows, rows[:, :3], 4)
    with pytest.raises(InputError, match="logits must have at least 5 rows; got 4"):
        tfgan_inception_score(rows, 5)


def forget_tfgan(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "tensorflow_gan"]:
        monkeypatch.delitem(sys.modules, name)


def test_no_stand_ins_remain(monkeypatch):
    forget_tfgan(monkeypatch)
    tfgan_kernel_distance(*two_sets(), 60)
    assert not set(tfgan.PACKAGES) & set(sys.modules)


def test_a_failing_import_is_one_error_and_leaves_no_stand_ins(monkeypatch):
    forget_tfgan(monkeypatch)
    monkeypatch.setitem(sys.modules, "tensorflow_probability", None)  # makes `import tensorflow_probability` fail
    with pytest.raises(InputError, match="the cross-check needs TF-GAN, which gives: .*tensorflow_probability"):
        tfgan_inception_score(np.eye(3), 1)
    assert not set(tfgan.PACKAGES) & set(sys.modules)


def test_missing_tfgan_is_one_error(monkeypatch):
    forget_tfgan(monkeypatch)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(InputError, match="No module named 'tensorflow_gan'; pip install tensorflow-gan"):
        tfgan_inception_score(np.eye(3), 1)


def test_a_tfgan_that_the_user_imported_is_used_and_its_warnings_are_kept_away(monkeypatch, caplog):
    logger = tf.get_logger()
    level = logger.level

    def score(logits):
        logger.warning("deprecated")
        return tf.constant(42.0)

    forget_tfgan(monkeypatch)
    theirs = types.ModuleType(tfgan.MODULE)
    theirs.classifier_score_from_logits = score
    for name in tfgan.PACKAGES:
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, tfgan.MODULE, theirs)
    monkeypatch.setattr(logger, "propagate", True)
    assert tfgan_inception_score(np.eye(3), 1) == (42.0, 0.0)
    assert set(tfgan.PACKAGES) <= set(sys.modules)
    assert not caplog.records and logger.level == level
    score(None)
    assert [record.message for record in caplog.records] == ["deprecated"]
