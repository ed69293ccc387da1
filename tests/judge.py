"""A digit classifier that no GAN has seen, and what it finds in generated digits.

`python tests/judge.py RUN...` prints, as rows of Markdown, what it finds in finished runs: the medians of each recipe's
seeds, below what as many held-out real digits get.
"""

import argparse
import collections
import json
import pathlib
import statistics

import keras
import numpy as np

from tfgan_metric.data.embedded import load_embedded_mnist
from tfgan_metric.metrics import FeatureStatistics, frechet_distance, prdc
from tfgan_metric.trainers.runs.opening import load_sampler

LABELS = np.repeat(np.arange(10), 100)
NOISE_SEED = 1
COLUMNS = ("recognised", "deviation", "frechet", "precision", "recall", "density", "coverage")


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
    """Prints the medians, and where there are several seeds the worst `recognised`, of each recipe's runs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("runs", nargs="+", metavar="RUN", type=pathlib.Path, help="folder of a finished run")
    runs = parser.parse_args(arguments).runs
    samplers = {run: load_sampler(run / "generator") for run in runs}
    recipes = {run: json.loads((run / "recipe.json").read_text()) for run in runs}
    classifier = train_classifier()
    print("| " + " | ".join(("recipe", "seeds", "steps", *COLUMNS)) + " |")
    print("|---" * (3 + len(COLUMNS)) + "|")
    _print("held-out real digits", [""], "", [judged(classifier, *load_embedded_mnist("held_out"))])
    found = collections.defaultdict(list)
    for run in sorted(runs, key=lambda run: recipes[run]["seed"]):
        labels = LABELS if samplers[run].takes_labels else None
        result = judged(classifier, samplers[run].generate(len(LABELS), labels, NOISE_SEED), labels)
        found[recipes[run]["name"], recipes[run]["steps"]].append((recipes[run]["seed"], result))
    for (name, steps), of_recipe in found.items():
        _print(f"`{name}`", [seed for seed, _ in of_recipe], f"{steps:,}", [result for _, result in of_recipe])


def _print(name, seeds, steps, results):
    cells = [name, ", ".join(map(str, seeds)), steps]
    for column in COLUMNS:
        values = [result[column] for result in results if column in result]
        cells.append(f"{statistics.median(values):.3f}" if values else "")
    if len(results) > 1 and "recognised" in results[0]:
        cells[3] += f" (worst {min(result['recognised'] for result in results):.3f})"
    print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
