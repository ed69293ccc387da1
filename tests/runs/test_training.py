"""Real training: what comes out is digits, of the class that was asked for."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from judge import LABELS, accuracy, train_classifier, within_class_deviation

from tfgan_metric.trainers import load_model


@pytest.fixture(scope="module")
def classifier(held_out_digits):
    """Trained on real digits alone; 98.2% of the held-out ones when this was written."""
    classifier = train_classifier()
    assert accuracy(classifier, *held_out_digits) > 0.95
    return classifier


@pytest.mark.full
def test_short_run_learns_digits_of_their_class(short_run, classifier):
    """72% were recognised when this was written; an untrained generator has 10%."""
    trained, untrained = short_run
    assert accuracy(classifier, untrained.generate(1000, LABELS), LABELS) < 0.3
    assert accuracy(classifier, trained.generate(1000, LABELS), LABELS) > 0.5


@pytest.mark.long
def test_default_recipe_reaches_what_the_readme_says(tmp_path, digits, classifier):
    """80% of the asked class, and half the real digits' deviation within a class; the command's time is printed."""
    start = time.monotonic()
    script = Path(sys.executable).with_name("tfgan-metric")
    subprocess.run([script, "train", "--out", tmp_path / "run"], check=True)
    seconds = time.monotonic() - start
    images = load_model(tmp_path / "run").generate(1000, LABELS, seed=1)
    recognised, deviation = accuracy(classifier, images, LABELS), within_class_deviation(images, LABELS)
    real = within_class_deviation(*digits)
    print(f"{recognised:.1%} recognised, deviation {deviation:.3f} (real {real:.3f}), {seconds:.0f} s")
    assert recognised >= 0.8 and deviation >= real / 2
