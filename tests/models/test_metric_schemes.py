"""The metric family: centers, clusters, pairs and their weights."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from conftest import batch_of, eager, recorded, small_model, train
from tfgan_metric import losses
from tfgan_metric.errors import InputError
from tfgan_metric.models import KMGAN


def weights(model):
    return [keras.ops.convert_to_numpy(weight) for weight in (*model.generator.weights, *model.discriminator.weights)]


def test_mbgan_pairs_each_image_with_the_next():
    model = small_model("mbgan")
    indices, sample_weights = model.partners(tf.zeros(4, tf.int32))
    np.testing.assert_array_equal(indices, [1, 2, 3, 0])
    assert sample_weights is None


def test_conditional_mbgan_pairs_within_classes():
    """Classes 0: rows 1, 4, 5; 2: rows 0, 3; 7: row 2 alone, which gets no weight; the mean of the others' is 6/5."""
    model = small_model("conditional_mbgan")
    labels = np.array([2, 0, 7, 2, 0, 0])
    indices, sample_weights = model.partners(tf.constant(labels))
    np.testing.assert_array_equal(indices, [3, 4, 2, 0, 5, 1])
    np.testing.assert_allclose(sample_weights, [1.2, 1.2, 0, 1.2, 1.2, 1.2])
    _, sample_weights = model.partners(tf.constant([0, 1, 2]))
    np.testing.assert_array_equal(sample_weights, [0, 0, 0])


def test_discriminator_that_sees_the_class(digits):
    model = eager(small_model("conditional_mbgan", discriminator_sees_labels=True))
    assert len(model.discriminator.inputs) == 2
    train(model, *digits, steps=2)


@pytest.mark.parametrize("scheme", ["dmgan", "wadmgan"])
def test_dmgan_without_updates_equals_dmgan_f(scheme, digits):
    """γ=0 keeps the centers at 0, which is DMGAN-f; waDMGAN differs from it by its weights alone."""
    fixed = eager(small_model("dmgan_f", num_classes=10))
    still = eager(small_model(scheme, num_classes=10, center_update_ratio=0.0))
    moving = eager(small_model("dmgan", num_classes=10))
    for model in (fixed, still, moving):
        train(model, *digits, steps=3)
    same = [np.array_equal(a, b) for a, b in zip(weights(fixed), weights(still), strict=True)]
    assert all(same) if scheme == "dmgan" else not any(same)
    assert not any(np.array_equal(a, b) for a, b in zip(weights(fixed), weights(moving), strict=True))
    assert not fixed.real_centers.value.numpy().any() and moving.real_centers.value.numpy().any()


def test_one_dmgan_step_is_algorithm_1(digits):
    """Recomputed with the layers alone: D update, clip, G update on the same images, then the centers."""
    model = small_model("dmgan", num_classes=10, discriminative_weight=1.3, weight_clip=0.05)
    twin = small_model("dmgan", num_classes=10, discriminative_weight=1.3, weight_clip=0.05)
    images, labels = digits.images[:8], tf.constant(digits.labels[:8])
    model.fit(tf.data.Dataset.from_tensors((images, labels)), verbose=0)

    latents = twin.latent.sample(8, tf.constant([0, 0], tf.int64))
    generator, discriminator = twin.generator, twin.discriminator
    with tf.GradientTape(persistent=True) as tape:
        fake = generator([latents, labels], training=True)
        a, g = discriminator(images, training=True), discriminator(tf.stop_gradient(fake), training=True)
        loss = losses.dmgan_discriminator_loss(a, g, tf.zeros_like(a), tf.zeros_like(g), 1.3)
    optimizer = keras.optimizers.Adam(2e-4, beta_1=0.5)
    optimizer.apply(tape.gradient(loss, discriminator.trainable_variables), discriminator.trainable_variables)
    for variable in discriminator.trainable_variables:
        variable.assign(tf.clip_by_value(variable.value, -0.05, 0.05))
    a = discriminator(images, training=True)
    with tape:
        g = discriminator(fake, training=True)
        loss = losses.dmgan_generator_loss(a, g)
    optimizer = keras.optimizers.Adam(2e-4, beta_1=0.5)
    optimizer.apply(tape.gradient(loss, generator.trainable_variables), generator.trainable_variables)
    for ours, theirs in zip(weights(model), weights(twin), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-5)
    for centers, features in ((model.real_centers, a), (model.fake_centers, g)):
        sums, counts = np.zeros((10, 16)), np.zeros((10, 1))
        for feature, label in zip(features.numpy(), labels.numpy(), strict=True):
            sums[label] += feature
            counts[label] += 1
        np.testing.assert_allclose(centers.value, sums / (1 + counts), atol=1e-4)


@pytest.mark.parametrize("label_mode", ["none", "conditional", "paired"])
def test_dmgan_label_modes(label_mode, digits):
    model = eager(small_model("dmgan", num_classes=10, label_mode=label_mode))
    train(model, *digits, steps=2)
    centers = model.real_centers.value.numpy()
    assert centers.shape == ((1, 16) if label_mode == "none" else (10, 16)) and centers.any()
    assert len(model.generator.inputs) == (2 if label_mode == "conditional" else 1)
    assert model.generate(2).shape == (2, 28, 28, 1)


def test_km_gan_starts_its_centers_on_the_first_features():
    model, batches = recorded(KMGAN, "km_gan", "discriminator_loss", center_update_ratio=0.0)
    train(model, labels=None)
    first = batches[0].real_outputs.numpy()
    np.testing.assert_array_equal(model.real_centers.value.numpy(), first[:4])
    assert not model.fake_centers.value.numpy().any()
    np.testing.assert_array_equal(model.nearest_cluster(tf.constant(first[:4])), [0, 1, 2, 3])
    train(model, labels=None)
    np.testing.assert_array_equal(model.real_centers.value.numpy(), first[:4])  # started once


def test_km_gan_clusters_as_k_means_does():
    """One update at γ = 1: c = (c + Σ of the features nearest to it) / (1 + their number), by a loop."""
    model = small_model("km_gan")
    random = np.random.default_rng(0)
    centers, features = random.normal(size=(4, 16)), random.normal(size=(32, 16))
    model.real_centers.value.assign(centers)
    model.started.assign(True)
    nearest = [min(range(4), key=lambda k: np.linalg.norm(feature - centers[k])) for feature in features]
    batch = batch_of(features, features)
    model.update_state(batch)
    for k in range(4):
        of_k = features[np.array(nearest) == k]
        expected = (centers[k] + of_k.sum(axis=0)) / (1 + len(of_k))
        np.testing.assert_allclose(model.real_centers.value.numpy()[k], expected, rtol=1e-4, atol=1e-5)


def test_km_gan_needs_a_batch_of_its_clusters():
    for model in (small_model("km_gan", clusters=17), eager(small_model("km_gan", clusters=17))):
        with pytest.raises(InputError, match="a batch needs at least 17 images.* 16"):
            train(model, labels=None)


def test_mlgan_holds_features_near_its_fixed_centers():
    """a = 1 and g = -1 in all 16 entries: no identity term, distance √(16·4) = 8; MLGAN-clipping: that alone."""
    ones = np.ones((3, 16))
    assert float(small_model("mlgan").discriminator_loss(batch_of(ones, -ones))) == pytest.approx(-8, abs=1e-4)
    assert float(small_model("mlgan").discriminator_loss(batch_of(-ones, ones))) == pytest.approx(8, abs=1e-4)
    assert float(small_model("mlgan_clipping").discriminator_loss(batch_of(-ones, ones))) == pytest.approx(-8, abs=1e-4)
