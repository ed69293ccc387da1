"""A digit classifier that no GAN has seen, and what it finds in generated digits."""

import keras
import numpy as np

from tfgan_metric.data.embedded import load_embedded_mnist


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
