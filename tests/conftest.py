"""What many tests share: digits, small models, and a short real run."""

import keras
import pytest
import tensorflow as tf

from tfgan_metric.data.embedded import load_embedded_mnist
from tfgan_metric.models import SCHEMES, build_model
from tfgan_metric.trainers.distribution import choose_strategy

CLASSES = 10
CPU = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(CPU, [tf.config.LogicalDeviceConfiguration()] * 2)  # for two replicas


SMALL = {  # fewer critic updates and clusters than the papers', for little batches and short compilation
    "wgan": {"discriminator_steps": 2},
    "wgan_gp": {"discriminator_steps": 2},
    "km_gan": {"clusters": 4},
}


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
