"""A digit classifier that no GAN has seen, and what it finds in generated digits.

`python tests/judge.py RUN...` prints it for finished runs, below what as many held-out real digits get.
"""

import argparse
import pathlib

import keras
import numpy as np

from tfgan_metric.data.embedded import load_embedded_mnist
from tfgan_metric.metrics import FeatureStatistics, frechet_distance, prdc
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


def judged(classifier, images, labels):
    """All that is found in images, by name: beside the training digits, on the features below the classifier's logits.

    Without labels it says nothing of classes.
    """
    network = keras.Model(classifier.inputs, classifier.layers[-2].output)
    real, fake = (network.predict(some, 250, verbose=0) for some in (load_embedded_mnist("train").images, images))
    statistics = [FeatureStatistics(), FeatureStatistics()]
    for one, features in zip(statistics, (real, fake), strict=True):
        one.update(features)
    found = {"frechet": frechet_distance(*statistics)} | prdc(real, fake, k=5)
    if labels is None:
        return found
    deviation = within_class_deviation(images, labels)
    return {"recognised": accuracy(classifier, images, labels), "deviation": deviation} | found


def main(arguments=None):
    """Prints what the judge finds in 1,000 digits of each run, of two noise seeds, and in the held-out real ones."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("runs", nargs="+", metavar="RUN", type=pathlib.Path, help="folder of a finished run")
    samplers = {run: load_sampler(run / "generator") for run in parser.parse_args(arguments).runs}
    classifier = train_classifier()
    _print("held-out real digits", judged(classifier, *load_embedded_mnist("held_out")))
    for run, sampler in samplers.items():
        labels = LABELS if sampler.takes_labels else None
        for seed in NOISE_SEEDS:
            _print(f"{run}, noise seed {seed}", judged(classifier, sampler.generate(len(LABELS), labels, seed), labels))


def _print(name, found):
    print(f"{name}: " + ", ".join(f"{metric} {value:.3f}" for metric, value in found.items()), flush=True)


if __name__ == "__main__":
    main()
