"""The schemes of whole sets: Cramér GAN's second image, MMD GAN's activations, OT-GAN's fresh images."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from conftest import CLASSES, IMAGES, LABELS, batch_of, recorded, small_model, train
from tfgan_metric import losses
from tfgan_metric.errors import InputError
from tfgan_metric.losses.mmd import KERNELS
from tfgan_metric.models import MMDGAN, OTGAN, CramerGAN


def test_cramer_gan_generates_two_images_of_each_class():
    """Rows 2i and 2i+1 have the label of the real image i and noise of their own."""
    model, batches = recorded(CramerGAN, "cramer_gan", "discriminator_loss", num_classes=CLASSES)
    train(model)
    (batch,) = batches
    assert batch.fake_images.shape == (32, 28, 28, 1) and batch.fake_outputs.shape == (32, 16)
    np.testing.assert_array_equal(batch.fake_labels, np.repeat(batch.labels, 2))
    first, second = batch.fake_images[::2].numpy(), batch.fake_images[1::2].numpy()
    assert np.abs(first - second).max(axis=(1, 2, 3)).min() > 1e-3


def test_cramer_gan_s_penalty_is_of_its_critic():
    """One feature h(x) = 2x_3, which is 2 for images of ones: f = |h-h'| - |h| has the slope 2 - 2 = 0 where h' = -1,
    so the penalty is 10(0-1)² = 10, and -2 - 2 = -4 where h' = 5, so it is 10(4-1)² = 90."""
    parts = small_model("cramer_gan")
    critic = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
    weights = np.zeros((784, 1), np.float32)
    weights[3] = 2.0
    critic.layers[-1].kernel.assign(weights)
    model = CramerGAN(parts.generator, critic, parts.latent)
    batch = batch_of(np.zeros((2, 1)), [[0.0], [-1.0], [0.0], [-1.0]])
    batch = batch._replace(real_images=tf.ones((2, 28, 28, 1)), fake_images=tf.ones((4, 28, 28, 1)))
    np.testing.assert_allclose(float(model.discriminator_penalty(batch)), 10.0, rtol=1e-5)
    beyond = batch._replace(fake_outputs=tf.constant([[0.0], [5.0], [0.0], [5.0]]))
    np.testing.assert_allclose(float(model.discriminator_penalty(beyond)), 90.0, rtol=1e-5)


@pytest.mark.parametrize("kernel", KERNELS)
def test_mmd_gan_s_kernel_is_chosen(kernel):
    random = np.random.default_rng(0)
    real, fake = random.normal(size=(2, 6, 16)).astype(np.float32)
    batch = batch_of(real, fake)._replace(real_outputs=(real, tf.ones(6)), fake_outputs=(fake, tf.fill(6, 2.0)))
    model = small_model("mmd_gan", kernel=kernel, activation_weight=0.5)
    expected = losses.squared_mmd(real, fake, KERNELS[kernel]).numpy()
    np.testing.assert_allclose(model.generator_loss(batch), expected, rtol=1e-5)
    np.testing.assert_allclose(model.discriminator_loss(batch), 0.5 * (1 + 2) - expected, rtol=1e-5)


def test_mmd_gan_sees_every_activation():
    """`dcgan`'s three convolutions and its features: each one's mean square, of the inference network, added up."""
    model = small_model("mmd_gan")
    features, activations = model.discriminate(IMAGES, LABELS, training=False)
    x, expected = tf.constant(IMAGES), 0.0
    for layer in model.discriminator.layers[1:]:
        x = layer(x)
        if isinstance(layer, keras.layers.LeakyReLU):
            expected += np.mean(np.square(x), axis=(1, 2, 3))
    np.testing.assert_allclose(features, x, rtol=1e-5)
    np.testing.assert_allclose(activations, expected + np.mean(np.square(x), axis=1), rtol=1e-5)
    assert len(model.weights) == len({id(weight) for weight in model.weights})


def test_mmd_gan_refuses():
    parts = small_model("mmd_gan")
    flat = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(16)])
    with pytest.raises(InputError, match="with layers of their own for these, .*LeakyReLU.* has none"):
        MMDGAN(parts.generator, flat, parts.latent)
    with pytest.raises(InputError, match="unknown kernel 'cubic'; valid: .*rq_linear"):
        small_model("mmd_gan", kernel="cubic")


@pytest.mark.parametrize("scheme", ["cramer_gan", "mmd_gan"])
def test_batch_norm_is_refused(scheme):
    parts = small_model("edgan", network="dcgan")
    with pytest.raises(InputError, match=r"without BatchNorm; got one with the layer 'batch_normalization"):
        type(small_model(scheme))(parts.generator, parts.discriminator, parts.latent)


@pytest.mark.parametrize("steps", [1, 2])
def test_ot_gan_s_generator_has_images_of_its_own(steps):
    """A step of one D and n G updates takes 1 + n batches, none of them twice, and noise of its own for each."""
    model, batches = recorded(OTGAN, "ot_gan", "generator_loss", generator_steps=steps, num_classes=CLASSES)
    assert model.batches_per_step == 1 + steps
    data = tf.data.Dataset.from_tensor_slices((IMAGES, LABELS)).batch(4).take(1 + steps)
    model.fit(data, verbose=0)
    assert model.steps_trained == 1
    for number, batch in enumerate(batches):  # the discriminator's loss calls the generator's
        rows = slice(4 * number, 4 * number + 4)
        np.testing.assert_array_equal(batch.real_images, IMAGES[rows])
        np.testing.assert_array_equal(batch.fake_labels, LABELS[rows])
    seeds = [tuple(batch.seed.numpy()) for batch in batches]
    assert len(batches) == 1 + steps and len(set(seeds)) == 1 + steps


def test_other_schemes_reuse_the_discriminator_s_images():
    assert small_model("wadmgan", num_classes=CLASSES, generator_steps=3).batches_per_step == 1
    assert small_model("wgan", discriminator_steps=2).batches_per_step == 2
