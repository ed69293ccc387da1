"""A digit classifier that no GAN has seen, and what it finds in generated digits.

`python tests/judge.py RUN...` prints it for finished runs.
"""

import argparse
import pathlib

import keras
import numpy as np

from tfgan_metric.data.embedded import load_embedded_mnist
from tfgan_metric.trainers.runs.opening import load_sampler

LABELS = np.repeat(np.arange(10), 100)
NOISE_SEEDS = (1, 2)


def train_classifier(epochs=12):
    """Trains a small convolutional classifier on the embedded training digits, moved and turned a little."""
    layers = keras.layers
    keras.utils.set_random_seed(1)
    black = {"fill_mode": "constant", "fill_value": -1.0}
    stack = [
        keras.Input((28, 28, 1)),
        layers.RandomTranslation(0.07, 0.07, **black),
        layers.RandomRotation(0.04, **black),
    ]
    for filters, size in ((32, 5), (64, 3), (128, 3)):
        stack += [layers.Conv2D(filters, size, 2, padding="same", use_bias=False), layers.BatchNormalization()]
        stack += [layers.ReLU()]
    stack += [layers.Flatten(), layers.Dropout(0.3), layers.Dense(128, activation="relu"), layers.Dense(10)]
    classifier = keras.Sequential(stack)
    digits = load_embedded_mnist("train")
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * len(digits.images) // 64)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    classifier.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"], jit_compile=False)
    classifier.fit(digits.images, digits.labels, batch_size=64, epochs=epochs, verbose=0)
    return classifier


def accuracy(classifier, images, labels):
    """The share of images that the classifier recognises as their label."""
    return float(np.mean(classifier.predict(images, batch_size=250, verbose=0).argmax(axis=1) == labels))


def within_class_deviation(images, labels):
    """The mean over classes and pixels of each pixel's standard deviation within a class, in [-1, 1] units."""
    return float(np.mean([images[labels == label].std(axis=0).mean() for label in np.unique(labels)]))


def main(arguments=None):
    """Prints the share of 1,000 digits recognised as asked and their deviation, of each run and two noise seeds."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("runs", nargs="+", metavar="RUN", type=pathlib.Path, help="folder of a finished run")
    runs = parser.parse_args(arguments).runs
    samplers = [load_sampler(run / "generator") for run in runs]
    for run, sampler in zip(runs, samplers, strict=True):
        if not sampler.takes_labels:
            parser.error(f"the generator of {run} takes no labels, so no digit is asked for; leave it out")
    classifier = train_classifier()
    held_out = accuracy(classifier, *load_embedded_mnist("held_out"))
    deviation = within_class_deviation(*load_embedded_mnist("train"))
    print(f"real digits: {held_out:.1%} of the held-out ones recognised, deviation {deviation:.3f} in training")
    for run, sampler in zip(runs, samplers, strict=True):
        for seed in NOISE_SEEDS:
            images = sampler.generate(len(LABELS), LABELS, seed)
            recognised, deviation = accuracy(classifier, images, LABELS), within_class_deviation(images, LABELS)
            print(f"{run}, noise seed {seed}: {recognised:.1%} recognised, deviation {deviation:.3f}")


if __name__ == "__main__":
    main()
