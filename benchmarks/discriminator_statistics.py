"""A discriminator's features under the SVM with its moving statistics as trained, and with those of real images alone.

Training moves BatchNorm's statistics with real and generated images in turn; `tfgan-metric evaluate --discriminator`
takes them as they are. This prints what passes over real images alone would give.

    python benchmarks/discriminator_statistics.py --data embedded_mnist RUN...
"""

import argparse
import pathlib

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.data.catalog import load_data
from tfgan_metric.evaluation.discriminator import pooled_features, svm_accuracy
from tfgan_metric.trainers.runs.opening import load_model

PASSES, BATCH = 100, 64


def settled_on(discriminator, images):
    """A copy of a discriminator whose BatchNorm statistics have seen nothing but these images for 100 passes."""
    copy = keras.models.clone_model(discriminator)
    copy.set_weights(discriminator.get_weights())
    random = np.random.default_rng(0)
    run = tf.function(lambda batch: copy(batch, training=True))
    for _ in range(PASSES):
        run(tf.constant(images[random.integers(len(images), size=BATCH)]))
    return copy


def accuracy(discriminator, data):
    features = [pooled_features(discriminator, split.images) for split in (data.train, data.held_out)]
    return svm_accuracy(features[0], data.train.labels, features[1], data.held_out.labels)[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=pathlib.Path)
    parser.add_argument("--data", default="embedded_mnist")
    arguments = parser.parse_args()
    data = load_data(arguments.data)
    for run in arguments.runs:
        discriminator = load_model(run).discriminator
        real = accuracy(settled_on(discriminator, data.train.images), data)
        print(f"{run.name}: as trained {accuracy(discriminator, data):.4f}, real images alone {real:.4f}", flush=True)


if __name__ == "__main__":
    main()
