"""What each scheme does in a step, beyond the shared battery."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from conftest import by_representatives, eager, small_model
from tfgan_metric import losses
from tfgan_metric.errors import InputError
from tfgan_metric.latents import UniformLatent
from tfgan_metric.layers import convolution
from tfgan_metric.models import DMGAN, build_model, hyperparameters


def weights(model):
    return [keras.ops.convert_to_numpy(weight) for weight in (*model.generator.weights, *model.discriminator.weights)]


def train(model, digits, steps, batch_size=16):
    return model.fit(digits.images, digits.labels, batch_size=batch_size, steps_per_epoch=steps, verbose=0)


@pytest.fixture
def convolutions(monkeypatch):
    """Every convolution is one operation, small maps' too, which can be counted."""
    monkeypatch.setattr(convolution, "MOST_POSITIONS", 0)


def operations(model, kind, images, labels):
    """How many operations of a kind the compiled step has, within its nested functions too."""
    graph = tf.function(model.train_step).get_concrete_function((images, labels)).graph.as_graph_def()
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    return sum(node.op == kind for node in nodes)


@pytest.mark.parametrize("scheme", ["dmgan", "wadmgan"])
def test_dmgan_without_updates_equals_dmgan_f(scheme, digits):
    """γ=0 keeps the centers at 0, which is DMGAN-f; waDMGAN differs from it by its weights alone."""
    fixed = eager(small_model("dmgan_f", num_classes=10))
    still = eager(small_model(scheme, num_classes=10, center_update_ratio=0.0))
    moving = eager(small_model("dmgan", num_classes=10))
    for model in (fixed, still, moving):
        train(model, digits, 3)
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
    train(model, digits, 2)
    centers = model.real_centers.value.numpy()
    assert centers.shape == ((1, 16) if label_mode == "none" else (10, 16)) and centers.any()
    assert len(model.generator.inputs) == (2 if label_mode == "conditional" else 1)
    assert model.generate(2).shape == (2, 28, 28, 1)


@pytest.mark.parametrize("scheme", ["dmgan", "wadmgan", "gan"])
def test_clip_holds_for_every_discriminator_variable(scheme, digits):
    model = eager(small_model(scheme, weight_clip=0.02))
    for _ in range(3):
        train(model, digits, 1)
        assert len(model.discriminator.trainable_variables) >= 9
        for variable in model.discriminator.trainable_variables:
            assert np.abs(variable.numpy()).max() <= np.float32(0.02)
    assert any(np.abs(variable.numpy()).max() > 0.02 for variable in model.generator.trainable_variables)


OTHER_PASSES = ("ebgan", "wgan_gp")


@pytest.mark.parametrize(
    "scheme", [case for case in by_representatives("gan", "wadmgan", "am_gan") if case.values[0] not in OTHER_PASSES]
)
def test_generator_runs_forward_once_a_step(scheme, digits, convolutions):
    """A `metric` generator has five transposed convolutions: five forward, none again for the generator's update.

    A transposed convolution is a Conv2DBackpropInput. Besides the forward five, they are the gradients of the
    discriminator's four convolutions towards their inputs: of the real and of the generated pass in its own update,
    and of one pass in the generator's update (as traced; those nobody asks for are pruned before they run).
    """
    images, labels = tf.constant(digits.images[:4]), tf.constant(digits.labels[:4])
    model = small_model(scheme, network="metric", discriminator_steps=1)
    fresh = small_model(scheme, network="metric", discriminator_steps=1, fresh_noise=True)
    forward = operations(model, "Conv2DBackpropInput", images, labels)
    assert forward == 5 + 3 * 4
    assert operations(fresh, "Conv2DBackpropInput", images, labels) == forward + 5


@pytest.mark.parametrize(("scheme", "passes"), [("gan", 3), ("mbgan", 4), ("dmgan", 4), ("wadmgan", 4)])
def test_no_needless_discriminator_pass(scheme, passes, digits, convolutions):
    """Real and generated images for the discriminator's update, generated ones (and, where the loss has them, real
    ones) after it: each pass is four convolutions, and the gradients of the generator's five transposed convolutions
    are convolutions too."""
    images, labels = tf.constant(digits.images[:4]), tf.constant(digits.labels[:4])
    model = small_model(scheme, network="metric", num_classes=None if scheme == "mbgan" else 10)
    assert operations(model, "Conv2D", images, labels) == 4 * passes + 5


@pytest.mark.parametrize("reuse", [False, True])
def test_reused_real_features_are_those_before_the_update(reuse, digits, convolutions):
    """With γ=1 one step moves the centers from 0 to Σ a / (1 + n); a is D(x) before D's update, or after it."""
    settings = {"num_classes": 10, "reuse_real_features": reuse, "discriminator_steps": 1}
    model, twin = small_model("dmgan", **settings), small_model("dmgan", **settings)
    images, labels = digits.images[:8], tf.constant(digits.labels[:8])
    before = twin.discriminator(images, training=True)
    twin.real_centers.update(before, labels)
    model.fit(tf.data.Dataset.from_tensors((images, labels)), verbose=0)
    difference = np.abs(model.real_centers.value.numpy() - twin.real_centers.value.numpy()).max()
    assert difference < 1e-5 if reuse else difference > 1e-3
    passes = 3 if reuse else 4
    metric = small_model("dmgan", network="metric", **settings)
    assert operations(metric, "Conv2D", tf.constant(images), labels) == 4 * passes + 5
    assert model.from_config(model.get_config()).reuse_real_features == reuse


@pytest.mark.parametrize("scheme", ["gan", "mbgan", "dmgan"])
def test_step_schedule(scheme, digits):
    """n_D=3 takes three batches a step, n_G=2 updates the generator twice."""
    model = eager(small_model(scheme, discriminator_steps=3, generator_steps=2))
    train(model, digits, 2)
    assert int(model.step) == 2
    assert int(model.discriminator_optimizer.iterations) == 6 and int(model.generator_optimizer.iterations) == 4


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
    train(model, digits, 2)


def test_averaged_generator_follows(digits):
    """avg <- avg + (1-m)(w - avg), m = min(.5, (1+t)/(4+t)); with t=0 and one step m = .25."""
    model = small_model("gan", ema_momentum=0.5)
    start = model.averaged_generator.get_weights()
    train(model, digits, 1)
    expected = [a + np.float32(0.75) * (b - a) for a, b in zip(start, model.generator.get_weights(), strict=True)]
    for ours, theirs in zip(model.averaged_generator.get_weights(), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    latents = model.latent.sample(2, tf.constant([0, 0], tf.int64))
    np.testing.assert_allclose(model.generate(2), model.averaged_generator(latents), atol=1e-6)


def test_step_is_traced_once(digits):
    model = small_model("wadmgan", num_classes=10)
    traces = []
    original = model.generator_loss
    model.generator_loss = lambda batch: traces.append(1) or original(batch)
    for _ in range(3):
        train(model, digits, 2)
    assert len(traces) == 1


def test_generate(digits):
    model = small_model("dmgan", num_classes=10)
    np.testing.assert_array_equal(model.generate(3, 7, seed=2), model.generate(3, [7, 7, 7], seed=2))
    assert not np.array_equal(model.generate(3, seed=2), model.generate(3, seed=3))
    for labels in ([1, 2], 10, -1, [0.5, 1.0, 2.0]):
        with pytest.raises(InputError, match=r"labels must be 3 ints in 0\.\.9"):
            model.generate(3, labels)
    with pytest.raises(InputError, match="takes no labels"):
        small_model("gan").generate(3, 1)


def test_build_model_refuses_what_it_does_not_know():
    with pytest.raises(InputError, match="unknown scheme 'dmgam'; valid: .*dmgan_f, ebgan, fisher_gan, gan, .*mbgan"):
        build_model("dmgam", (28, 28, 1))
    with pytest.raises(InputError, match="unknown network.*valid: .*autoencoder, dcgan, fisher, mbgan, mbgan_literal"):
        build_model("dmgan", (28, 28, 1), network="vgg")
    with pytest.raises(InputError, match="hyper-parameter of dmgan_f 'center_update_ratio'.*discriminative_weight"):
        build_model("dmgan_f", (28, 28, 1), center_update_ratio=1.0)
    with pytest.raises(InputError, match=r"image_shape must be .*; got \(28, 28\)"):
        build_model("gan", (28, 28))
    with pytest.raises(InputError, match="leave feature_dimension out"):
        build_model("gan", (28, 28, 1), feature_dimension=5)


@pytest.mark.parametrize(
    ("scheme", "arguments", "message"),
    [
        ("dmgan", {"num_classes": 0}, "num_classes must be a whole number of at least 1; got 0"),
        ("dmgan", {"center_update_ratio": -1.0}, "center_update_ratio must be a finite number of at least 0; got -1.0"),
        ("dmgan", {"discriminative_weight": -0.1}, "discriminative_weight"),
        ("wadmgan", {"discriminative_weight": float("inf")}, "discriminative_weight"),
        ("dmgan", {"weight_clip": -0.1}, "weight_clip must be a finite number above 0; got -0.1"),
        ("dmgan", {"label_mode": "paired"}, "needs num_classes"),
        ("dmgan", {"label_mode": "both"}, "none or conditional or paired; got 'both'"),
        ("conditional_mbgan", {"num_classes": None}, "needs num_classes"),
        ("mbgan", {"margin_scale": -20.0}, "margin_scale"),
        ("mbgan", {"margin_reduction": "max"}, "mean, sum"),
        ("gan", {"discriminator_steps": 0}, "discriminator_steps must be a whole number of at least 1; got 0"),
        ("gan", {"fresh_noise": "False"}, "fresh_noise must be true or false; got 'False'"),
        ("mbgan", {"discriminator_sees_labels": True}, "needs label_mode 'conditional'"),
        ("dmgan", {"feature_dimension": 0}, "output_dimension must be a whole number"),
        ("gan", {"ema_momentum": 1.0}, "ema_momentum must be a number from 0 to below 1; got 1.0"),
    ],
)
def test_arguments_out_of_range(scheme, arguments, message):
    with pytest.raises(InputError, match=message):
        small_model(scheme, **arguments)


def test_own_parts_are_checked():
    parts = small_model("dmgan")
    with pytest.raises(InputError, match="latent must be a Latent"):
        DMGAN(parts.generator, parts.discriminator, latent=100)
    unbuilt = keras.Sequential([keras.layers.Dense(3)])
    with pytest.raises(InputError, match=r"must give images \(B, height, width, channels\)"):  # it was built, and fails
        DMGAN(unbuilt, parts.discriminator, parts.latent)
    with pytest.raises(InputError, match=r"'generator' cannot take inputs of shapes \(2, 9\)"):
        DMGAN(parts.generator, parts.discriminator, UniformLatent(9))
    model = DMGAN(parts.generator, parts.discriminator, parts.latent)
    optimizer = keras.optimizers.Adam()
    with pytest.raises(InputError, match="two optimizers"):
        model.compile(optimizer, optimizer)


def test_hyperparameters_are_listed_with_their_defaults():
    found = hyperparameters("wadmgan")
    assert found["discriminative_weight"] == 1.2 and found["weight_clip"] == 0.1 and found["fresh_noise"] is False
    assert "generator" not in found and "center_update_ratio" not in hyperparameters("dmgan_f")
