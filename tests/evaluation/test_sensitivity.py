"""How much a generator's images move with its noise."""

import keras
import numpy as np
import pytest

from tfgan_metric.evaluation.sensitivity import latent_sensitivity, sensitivity_result
from tfgan_metric.latents import NormalLatent
from tfgan_metric.models import GAN


def linear_model(weights, num_classes=None):
    """A GAN whose generator is G(z) = W z, on 2×2 images; with labels it adds them to every pixel."""
    latents = keras.Input((weights.shape[0],))
    pixels = keras.layers.Dense(4, use_bias=False)(latents)
    inputs = latents
    if num_classes:
        labels = keras.Input((), dtype="int32")
        inputs, pixels = [latents, labels], pixels + keras.ops.cast(labels, "float32")[:, None]
    generator = keras.Model(inputs, keras.layers.Reshape((2, 2, 1))(pixels))
    generator.set_weights([weights])
    images = keras.Input((2, 2, 1))
    discriminator = keras.Model(images, keras.layers.Dense(1)(keras.layers.Flatten()(images)))
    label_mode = "predefined" if num_classes else "none"
    return GAN(generator, discriminator, NormalLatent(weights.shape[0]), num_classes=num_classes, label_mode=label_mode)


@pytest.mark.parametrize("num_classes", [None, 3])
def test_linear_generator_by_hand(num_classes):
    """∂(Σ_p G_p)/∂z_k is the sum of the weights from z_k, whatever z: (|1 + 2 - 1 + 0| + |-3 + 1 + 0 + 0|) / 2 = 2."""
    weights = np.array([[1.0, 2.0, -1.0, 0.0], [-3.0, 1.0, 0.0, 0.0]], np.float32)
    model = linear_model(weights, num_classes)
    assert latent_sensitivity(model, count=130) == pytest.approx(2)
    result = sensitivity_result(model, {"step": 7})
    assert result.value == pytest.approx(2) and result.protocol["step"] == 7 and result.protocol["generated"] == 1000


def test_generator_that_ignores_its_noise():
    assert latent_sensitivity(linear_model(np.zeros((2, 4), np.float32)), count=10) == 0
