"""What the numbers tell apart: real, trained, untrained and noise; missing classes, copies, collapse."""

import numpy as np
import pytest

from tfgan_metric.data.catalog import load_data
from tfgan_metric.data.pixels import to_uint8
from tfgan_metric.data.split import Split
from tfgan_metric.evaluation import evaluate, generator_source, image_source, load_classifier

LOWER = ("frechet_distance", "kernel_distance")
HIGHER = ("classifier_score", "density", "coverage")


@pytest.fixture(scope="module")
def measure(tmp_path_factory):
    """A function from a `Source` or images to their numbers by name."""
    data, classifier = load_data("embedded_mnist"), load_classifier("embedded_mnist")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TFGAN_METRIC_CACHE", str(tmp_path_factory.mktemp("cache")))

        def numbers(source):
            source = image_source(Split(source, None), {}) if isinstance(source, np.ndarray) else source
            return {result.metric: result.value for result in evaluate(source, data, [classifier]).results}

        yield numbers


@pytest.fixture(scope="module")
def real(measure, held_out_digits):
    return measure(held_out_digits.images)


def test_order_of_real_trained_untrained_and_noise(measure, real, short_run):
    """On distances, score, density and coverage; untrained images and noise are both of one class to the classifier."""
    data = load_data("embedded_mnist")
    trained, untrained = (measure(generator_source(model.generate, data, 1000, 0, {})) for model in short_run)
    noise = measure(np.random.default_rng(0).uniform(-1, 1, (1000, 28, 28, 1)).astype(np.float32))
    for name in LOWER:
        assert real[name] < trained[name] < untrained[name] < noise[name], name
    for name in HIGHER:
        assert real[name] > trained[name] > max(untrained[name], noise[name]), name
    assert trained["class_accuracy"] > 0.5 > untrained["class_accuracy"]


def test_missing_classes_worsen_the_am_score(measure, real, held_out_digits):
    missing = measure(held_out_digits.images[held_out_digits.labels > 2])
    assert missing["am_score"] > 2 * real["am_score"] and missing["frechet_distance"] > 5 * real["frechet_distance"]
    assert missing["precision"] > real["precision"] - 0.03  # which does not notice


def test_duplicates_worsen_coverage_and_not_precision(measure, real, held_out_digits):
    duplicates = measure(np.repeat(held_out_digits.images[:20], 50, axis=0))
    assert duplicates["coverage"] < 0.2 * real["coverage"]
    assert duplicates["precision"] > 0.9 and duplicates["ms_ssim_in_class_max"] > real["ms_ssim_in_class_max"]


def test_one_good_image_a_class_fools_score_and_am_score(measure, real, digits):
    """Of each class the training image that the classifier is surest of, a hundred times."""
    _, logits = load_classifier("embedded_mnist")(to_uint8(digits.images))
    margins = np.sort(logits, axis=1)[:, -1] - np.sort(logits, axis=1)[:, -2]
    surest = [np.argmax(np.where(digits.labels == label, margins, -np.inf)) for label in range(10)]
    collapsed = measure(np.repeat(digits.images[surest], 100, axis=0))
    assert collapsed["am_score"] < real["am_score"] and collapsed["classifier_score"] > real["classifier_score"]
    assert collapsed["coverage"] < 0.1 and collapsed["ms_ssim_in_class_max"] == pytest.approx(1)


def test_noise_fools_ms_ssim(measure, real):
    noise = measure(np.random.default_rng(1).uniform(-1, 1, (200, 28, 28, 1)).astype(np.float32))
    assert noise["ms_ssim_in_class_max"] < real["ms_ssim_in_class_mean"]


def test_copies_of_training_images_trip_the_memorisation_check_alone(measure, real, digits):
    copies = measure(digits.images[:1000])
    assert real["nearer_to_training"] == pytest.approx(0.5) and copies["nearer_to_training"] > 0.99
    assert copies["frechet_distance"] < real["frechet_distance"] and copies["coverage"] > real["coverage"]
