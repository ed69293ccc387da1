"""What many tests share: digits, small models, and a short real run."""

import keras
import pytest

from tfgan_metric.data.embedded import load_embedded_mnist
from tfgan_metric.models import SCHEMES, build_model

CLASSES = 10


def small_model(scheme, image_shape=(28, 28, 1), width=1 / 32, seed=0, **hyper_parameters):
    """A model of a scheme small enough for a test, conditional where the scheme needs labels."""
    keras.utils.set_random_seed(seed)
    num_classes = hyper_parameters.pop("num_classes", CLASSES if "none" not in SCHEMES[scheme].label_modes else None)
    if SCHEMES[scheme].feature_dimension:
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
