"""The probability, energy and Wasserstein baselines: GAN's drawn labels, energies, the gradient penalty, RMSProp."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from conftest import CLASSES, IMAGES, LABELS, recorded, small_model, train
from tfgan_metric.errors import InputError
from tfgan_metric.layers import BatchNormalization, Conv2D
from tfgan_metric.models import EBGAN, GAN, MLGAN, WGANGP, build_model
from tfgan_metric.models.batch import Batch
from tfgan_metric.optimizers import rmsprop


def test_predefined_gan_hides_labels_from_its_discriminator():
    """As AM-GAN's command runs "GAN": uniform labels for G alone; `fit` needs no labels and ignores those it gets."""
    model, batches = recorded(GAN, "gan", "generator_loss", num_classes=CLASSES, label_mode="predefined")
    assert len(model.generator.inputs) == 2 and len(model.discriminator.inputs) == 1 and not model.needs_labels
    for labels in (None, np.zeros(16, np.int32)):
        train(model, labels=labels)
    drawn = [batch.fake_labels.numpy() for batch in batches]
    assert all(len(set(one)) > 4 and one.min() >= 0 and one.max() < CLASSES for one in drawn)
    assert model.generate(3, labels=[0, 4, 9]).shape == (3, 28, 28, 1)
    images, labels = tf.zeros((2, 28, 28, 1)), tf.constant([0, 9])
    np.testing.assert_array_equal(model.discriminate(images, labels), model.discriminate(images, labels[::-1]))


def test_energy_is_chosen():
    """Reconstruction 0 of images of ones: mean square 1, norm √784 = 28."""
    ones = np.ones((2, 28, 28, 1), np.float32)
    for energy, expected, margin in (("mean_squared", 1.0, 3.0), ("euclidean", 28.0, 10.0)):
        model = small_model("ebgan", energy=energy, margin=margin, repelling_weight=0.0)
        assert isinstance(model, EBGAN)
        outputs = [tf.zeros((2, 28, 28, 1)), tf.zeros((2, 5))]
        labels = tf.zeros(2, tf.int32)
        batch = Batch(ones, labels, ones, labels, tf.zeros(2, tf.int64), outputs, outputs)
        np.testing.assert_allclose(float(model.generator_loss(batch)), expected, rtol=1e-6)
        by_hand = expected + max(0, margin - expected)
        np.testing.assert_allclose(float(model.discriminator_loss(batch)), by_hand, rtol=1e-6)


def test_gradient_penalty_is_part_of_the_critic_s_loss():
    """A linear critic with ‖w‖ = 2 has the penalty 10(2-1)² wherever it is taken."""
    parts = small_model("wgan_gp")
    critic = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
    weights = np.zeros((784, 1), np.float32)
    weights[3] = 2.0
    critic.layers[-1].kernel.assign(weights)
    model = WGANGP(parts.generator, critic, parts.latent)
    batch = Batch(IMAGES, LABELS, -IMAGES, LABELS, tf.zeros(2, tf.int64), critic(IMAGES), critic(-IMAGES))
    np.testing.assert_allclose(float(model.discriminator_penalty(batch)), 10.0, rtol=1e-5)
    assert small_model("wgan").discriminator_penalty(batch) == 0.0


def test_gradient_penalty_refuses_batch_norm():
    parts = small_model("gan", network="dcgan")
    with pytest.raises(InputError, match=r"without BatchNorm; got one with the layer 'batch_normalization"):
        WGANGP(parts.generator, parts.discriminator, parts.latent)
    kinds = {
        type(layer) for layer in build_model("wgan_gp", (28, 28, 1), network="metric", width=0.1).discriminator.layers
    }
    assert BatchNormalization not in kinds and Conv2D in kinds


def test_slopes_are_part_of_the_discriminator_s_loss():
    """D(x) = w·x with ‖w‖ = 2, so R1 and R2 are ½·4 = 2 each: .3·2 and .7·2. Two rows of w: ‖W‖² = 8, twice as much."""
    parts, images = small_model("gan"), tf.repeat(IMAGES, 500, axis=0)
    for cls, rows, expected in ((GAN, 1, (0.6, 1.4)), (MLGAN, 2, (1.2, 2.8))):
        linear = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(rows)])
        linear.layers[-1].kernel.assign(2.0 * np.eye(784, rows))
        batch = Batch(images, tf.zeros(len(images)), -images, tf.zeros(len(images)), tf.zeros(2, tf.int64))
        for weights, value in (((0.3, 0.0), expected[0]), ((0.0, 0.7), expected[1])):
            model = cls(parts.generator, linear, parts.latent, r1_weight=weights[0], r2_weight=weights[1])
            real_outputs, fake_outputs, slopes = model.discriminate_both(batch)
            # v·W has E‖v·W‖² = 8 with a deviation of 8 an image: over 8,000 images 4 deviations are 4.5 % of it.
            assert float(slopes) == pytest.approx(value, rel=1e-5 if rows == 1 else 0.045)
            np.testing.assert_array_equal(real_outputs, linear(batch.real_images))
            np.testing.assert_array_equal(fake_outputs, linear(batch.fake_images))


@pytest.mark.parametrize("weight", ["r1_weight", "r2_weight"])
def test_what_has_no_slope_of_its_own_is_refused(weight):
    """BatchNorm makes an output depend on the other images; `build_model` leaves it out. EBGAN has two outputs."""
    parts = small_model("gan")
    with pytest.raises(InputError, match=r"without BatchNorm; got one with the layer 'batch_normalization"):
        GAN(parts.generator, parts.discriminator, parts.latent, **{weight: 0.1})
    kinds = {type(layer) for layer in small_model("gan", **{weight: 0.1}).discriminator.layers}
    assert BatchNormalization not in kinds
    with pytest.raises(InputError, match="a discriminator of one output; that of EBGAN gives reconstruction, code"):
        small_model("ebgan", **{weight: 0.1})
    with pytest.raises(InputError, match=f"{weight} must be a finite number of at least 0; got -1"):
        small_model("gan", **{weight: -1})


def test_rmsprop_is_that_of_the_authors():
    """g = 1e-6: v = .01 g², so the step is lr g / (√v + 1e-8) = lr / (.1 + .01) in the authors' PyTorch."""
    variable = keras.Variable([0.0])
    optimizer = rmsprop(1.0)
    optimizer.build([variable])
    optimizer.apply([tf.constant([1e-6])], [variable])
    np.testing.assert_allclose(variable.numpy(), [-1 / 0.11], rtol=0.1)
    optimizer.apply([tf.constant([1.0])], [variable])  # v = .01 from here
    np.testing.assert_allclose(variable.numpy(), [-1 / 0.11 - 10], rtol=0.1)
