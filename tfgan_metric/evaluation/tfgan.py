"""TF-GAN's own Inception Score, Fréchet and kernel distance: a second opinion on ours, by the field's reference."""

import contextlib
import importlib
import importlib.util
import logging
import math
import sys
import types

import numpy as np
import tensorflow as tf

from tfgan_metric.errors import InputError, reason, require_positive_int
from tfgan_metric.metrics.arrays import require_features, require_rows
from tfgan_metric.metrics.inception_score import cut_into_splits
from tfgan_metric.metrics.kernel import count_blocks

PACKAGES = ("tensorflow_gan", "tensorflow_gan.python", "tensorflow_gan.python.eval")
MODULE = "tensorflow_gan.python.eval.classifier_metrics"
SMALLEST_LOGIT = -600.0  # below the row's largest


def tfgan_inception_score(logits: np.ndarray, splits: int = 10) -> tuple[float, float]:
    """TF-GAN's `classifier_score_from_logits` on each split, in float64.

    Args and Returns as `inception_score`.
    Raises:
        InputError: more splits than rows, logits that are not finite, or TF-GAN cannot be imported.
    """
    logits = require_rows("logits", logits, smallest=require_positive_int("splits", splits))
    # A class whose probability underflows to 0 everywhere is 0·log 0 to TF-GAN, NaN; exp(-600) is as good as 0.
    logits = np.maximum(logits, logits.max(axis=1, keepdims=True) + SMALLEST_LOGIT)
    with _tfgan() as metrics:
        parts = map(tf.constant, cut_into_splits(logits, splits))
        scores = [metrics.classifier_score_from_logits(part).numpy() for part in parts]
    return float(np.mean(scores)), float(np.std(scores))


def tfgan_frechet_distance(features_a: np.ndarray, features_b: np.ndarray) -> float:
    """TF-GAN's `frechet_classifier_distance_from_activations`, in float64, made independent of the features' scale.

    TF-GAN takes no root of a singular value below 1e-10, which is much for small features: both sets are divided by
    one factor for a mean variance of 1, the distance multiplied by its square. It is in squared units of the features;
    for equal sets it may be a rounding error below 0.

    Args:
        features_a, features_b: (N, D) and (M, D), at least two rows each.
    Raises:
        InputError: too few rows, different D, values that are not finite, or TF-GAN cannot be imported.
    """
    features_a, features_b = require_features(features_a, features_b)
    scale = math.sqrt(np.mean([features_a.var(axis=0), features_b.var(axis=0)])) or 1.0
    with _tfgan() as metrics:
        distance = metrics.frechet_classifier_distance_from_activations(
            tf.constant(features_a / scale), tf.constant(features_b / scale)
        )
    return float(distance) * scale**2


def tfgan_kernel_distance(
    features_a: np.ndarray, features_b: np.ndarray, block_size: int
) -> tuple[float, float | None]:
    """TF-GAN's `kernel_classifier_distance_and_std_from_activations`, in float64.

    Args and Returns as `kernel_distance`.
    Raises:
        InputError: as `kernel_distance`, or TF-GAN cannot be imported.
    """
    features_a, features_b = require_features(features_a, features_b)
    blocks = count_blocks(features_a, features_b, block_size)
    with _tfgan() as metrics:
        value, error = metrics.kernel_classifier_distance_and_std_from_activations(
            tf.constant(features_a), tf.constant(features_b), max_block_size=block_size
        )
    return float(value), float(error) if blocks > 1 else None


@contextlib.contextmanager
def _tfgan():
    """Yields TF-GAN's `classifier_metrics`; TensorFlow's warnings about TF-GAN's old calls are not the user's."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield import_tfgan()
    finally:
        logger.setLevel(level)


def import_tfgan() -> types.ModuleType:
    """TF-GAN's `classifier_metrics`; raises an `InputError` that says what is missing where it cannot be imported."""
    try:
        with _stand_ins():
            return importlib.import_module(MODULE)
    except Exception as error:  # what TF-GAN, dead upstream, and its own requirements raise on a TensorFlow of today
        packages = "tensorflow-gan tensorflow-probability tf_keras setuptools"
        message = f"the cross-check needs TF-GAN, which gives: {reason(error)}; pip install {packages}"
        raise InputError(message) from error


@contextlib.contextmanager
def _stand_ins():
    """Empty packages in place of TF-GAN's, whose `__init__`s import what TensorFlow 2.21 and setuptools 82 dropped."""
    added = []
    try:
        for name in PACKAGES:
            if name not in sys.modules:
                spec = importlib.util.find_spec(name)
                if spec is None:
                    raise ModuleNotFoundError(f"No module named {name!r}")
                sys.modules[name] = importlib.util.module_from_spec(spec)
                added.append(name)
        yield
    finally:
        for name in added:
            del sys.modules[name]
