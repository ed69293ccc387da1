"""What many tests share: digits, small models, their data and training, the commands, and a short real run."""

import contextlib
import gc
import io
import os
import sys
from unittest import mock

if "PYTEST_XDIST_WORKER" in os.environ:  # two workers share two cores; more threads than cores wait for each other
    for pool in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(pool, "1")

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric.cli import main
from tfgan_metric.data.embedded import load_embedded_mnist
from tfgan_metric.models import SCHEMES, build_model
from tfgan_metric.models.batch import Batch
from tfgan_metric.trainers.runs.distribution import choose_strategy

CLASSES = 10
SHAPE, BATCH, STEPS = (28, 28, 1), 8, 2
CPU = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(CPU, [tf.config.LogicalDeviceConfiguration()] * 2)  # for two replicas


SMALL = {  # fewer updates, clusters and scalings than the papers', for little batches and short compilation
    "wgan": {"discriminator_steps": 2},
    "wgan_gp": {"discriminator_steps": 1},
    "cramer_gan": {"discriminator_steps": 1},
    "mmd_gan": {"discriminator_steps": 1},
    "ot_gan": {"generator_steps": 1, "sinkhorn_inverse_epsilon": 20.0, "sinkhorn_iterations": 20},
    "km_gan": {"clusters": 4},
}

REPRESENTATIVES = {  # scheme -> settings: those that stand for all where a claim is of compiled code; tests/README.md
    "gan": {},  # dcgan; uniform noise, no labels
    "ebgan": {},  # autoencoder; outputs that are a structure
    "wgan_gp": {},  # resnet; a penalty, normal noise
    "sagan": {},  # sagan; spectral normalisation and attention
    "conditional_mbgan": {},  # mbgan; conditional labels, partners in the batch, D(x) in the generator's loss
    "wadmgan": {"label_mode": "paired", "num_classes": CLASSES},  # metric; clip, centers, weights over the global batch
    "deli_fisher_gan": {},  # fisher; two updates of D, a multiplier after each, a trained mixture
    "acgan": {"label_mode": "predefined"},  # am_conditional; drawn labels
    "am_gan": {},  # am; dynamic labels, weight normalisation, noise and dropout
}


def by_representatives(*representatives):
    """All schemes as a test's parameters; those that the representatives, by default all, stand for are marked full."""
    kept = representatives or REPRESENTATIVES
    return [pytest.param(name, marks=() if name in kept else pytest.mark.full) for name in SCHEMES]


def small_model(scheme, image_shape=(28, 28, 1), width=1 / 32, seed=0, **hyper_parameters):
    """A model of a scheme small enough for a test, with labels where the scheme needs them."""
    keras.utils.set_random_seed(seed)
    cls = SCHEMES[scheme]
    needs_classes = cls.needs_classes or "none" not in cls.label_modes
    num_classes = hyper_parameters.pop("num_classes", CLASSES if needs_classes else None)
    hyper_parameters = SMALL.get(scheme, {}) | hyper_parameters
    if cls.feature_dimension:
        hyper_parameters.setdefault("feature_dimension", 16)
    return build_model(scheme, image_shape, num_classes, width=width, latent_dimension=8, seed=seed, **hyper_parameters)


def eager(model):
    """The model compiled to run its step as plain Python, a tenth of the time to trace it."""
    model.compile(run_eagerly=True)
    return model


def random_data(image_shape=SHAPE, seed=0):
    """Random images in [-1, 1] and labels, enough for two batches."""
    generator = np.random.default_rng(seed)
    images = generator.uniform(-1, 1, size=(STEPS * BATCH, *image_shape)).astype(np.float32)
    return images, np.arange(STEPS * BATCH, dtype=np.int32) % (CLASSES // 3)  # so that classes have pairs


IMAGES, _ = random_data()
LABELS = np.arange(len(IMAGES), dtype=np.int32) % CLASSES  # of every class


def train(model, images=IMAGES, labels=LABELS, steps=1):
    """Trains for a few steps of 16 images."""
    return model.fit(images, labels, batch_size=16, steps_per_epoch=steps, verbose=0)


def recorded(cls, scheme, method, **hyper_parameters):
    """A small model of a scheme, and the list of batches that one of its methods is given."""
    model, batches = eager(small_model(scheme, **hyper_parameters)), []
    original = getattr(model, method)
    object.__setattr__(model, method, lambda batch: (batches.append(batch), original(batch))[1])
    assert isinstance(model, cls)
    return model, batches


def batch_of(real_outputs, fake_outputs, labels=None, fake_labels=None):
    """A batch of which only outputs and labels matter."""
    count = len(real_outputs)
    images = tf.zeros((count, 28, 28, 1))
    labels = np.zeros(count, np.int32) if labels is None else np.asarray(labels, np.int32)
    fake_labels = labels if fake_labels is None else np.asarray(fake_labels, np.int32)
    outputs = [tf.constant(values, tf.float32) for values in (real_outputs, fake_outputs)]
    return Batch(images, tf.constant(labels), images, tf.constant(fake_labels), tf.zeros(2, tf.int64), *outputs)


def variables(model):
    """A copy of every variable, both optimizers' included, by position."""
    found = [*model.variables, *model.generator_optimizer.variables, *model.discriminator_optimizer.variables]
    return [np.array(keras.ops.convert_to_numpy(variable)) for variable in found]


def run_command(*arguments, cwd, encoding="utf-8"):
    """Runs `tfgan-metric` in this process, on a console's encoding; the exit code, standard output and error."""
    code = 0
    output, error = (io.TextIOWrapper(io.BytesIO(), encoding, newline="", write_through=True) for _ in range(2))
    with (
        contextlib.chdir(cwd),
        mock.patch.object(sys, "argv", ["tfgan-metric", *map(str, arguments)]),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(error),
    ):
        try:
            main()
        except SystemExit as stopped:
            code = stopped.code
    return code, *(stream.buffer.getvalue().decode(encoding, "replace") for stream in (output, error))


@pytest.fixture(scope="module", autouse=True)
def free_memory():
    """Graphs hold themselves, so Python frees those of a module's models only when it looks for such circles."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def digits():
    """The embedded training digits."""
    return load_embedded_mnist("train")


@pytest.fixture(scope="session")
def held_out_digits():
    """The embedded held-out digits."""
    return load_embedded_mnist("held_out")


@pytest.fixture(scope="session")
def two_replicas():
    """The strategy of two replicas; all of a process share it, for the collectives of a second would meet its own."""
    return choose_strategy(2)


@pytest.fixture(scope="session")
def short_run(digits):
    """A small waDMGAN after 700 steps, half a minute on two cores, and what it was before."""
    settings = {"network": "dcgan", "width": 0.25, "latent_dimension": 16}
    settings |= {"discriminative_weight": 0.42, "weight_clip": 0.01, "ema_momentum": 0.98}
    models = []
    for steps in (0, 700):
        keras.utils.set_random_seed(0)
        model = build_model("wadmgan", (28, 28, 1), CLASSES, **settings)
        model.compile(keras.optimizers.Adam(5e-4, 0.5), keras.optimizers.Adam(2e-4, 0.5))
        if steps:
            model.fit(*digits, batch_size=64, steps_per_epoch=steps, verbose=0)
        models.append(model)
    untrained, trained = models
    return trained, untrained
