"""What evaluation costs: memory, each of a process of its own, and the Fréchet distance at Inception's size."""

import subprocess
import sys
import time

import numpy as np
import pytest

from tfgan_metric.evaluation.tfgan import tfgan_frechet_distance
from tfgan_metric.metrics import FeatureStatistics, frechet_distance

pytestmark = pytest.mark.long

PEAK_MEMORY = """
import resource, sys
import numpy as np
from tfgan_metric.data.catalog import load_data
from tfgan_metric.evaluation import Extractor, evaluate, generator_source

class InceptionSized(Extractor):
    name, sha256 = "random projection", "0"
    matrix = np.random.default_rng(0).normal(size=(784, 2048 + 1008)).astype(np.float32) / 28
    def __call__(self, images):
        outputs = images.reshape(len(images), 784).astype(np.float32) / 255 @ self.matrix
        return np.maximum(outputs[:, :2048], 0), outputs[:, 2048:]

def generate(count, labels, seed):
    return np.random.default_rng(seed).uniform(-1, 1, (count, 28, 28, 1)).astype(np.float32)

data = load_data("embedded_mnist")
evaluate(generator_source(generate, data, int(sys.argv[1]), 0, {}), data, [InceptionSized()])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def test_memory_does_not_grow_with_the_features(tmp_path, monkeypatch):
    """From 5,000 to 50,000 images of Inception's 2048 features and 1008 logits: the logits' 181 MB, not 370 MB more."""
    monkeypatch.setenv("TFGAN_METRIC_CACHE", str(tmp_path))
    peaks = []
    for count in (5000, 50_000):
        command = [sys.executable, "-c", PEAK_MEMORY, str(count)]
        peaks.append(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]))
    print(f"peak memory: {peaks[0]:.0f} MB for 5,000 images, {peaks[1]:.0f} MB for 50,000")
    assert peaks[1] - peaks[0] < 300


def test_frechet_distance_is_tfgans():
    """At D = 2048; how long each takes is printed."""
    random = np.random.default_rng(0)
    features = [np.maximum(random.normal(size=(4000, 2048)) + shift, 0) for shift in (0.0, 0.1)]
    statistics = [FeatureStatistics(), FeatureStatistics()]
    for one, rows in zip(statistics, features, strict=True):
        one.update(rows)
    start = time.perf_counter()
    ours = frechet_distance(*statistics)
    middle = time.perf_counter()
    theirs = tfgan_frechet_distance(*features)
    end = time.perf_counter()
    print(f"{ours:.9g} in {middle - start:.1f} s; TF-GAN {theirs:.9g} in {end - middle:.1f} s")
    assert ours == pytest.approx(theirs, rel=1e-6)
