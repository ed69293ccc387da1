"""What holds for all schemes: clips, schedules, averages, options, and the parts and settings they refuse."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from conftest import CLASSES, IMAGES, LABELS, eager, small_model, train
from tfgan_metric.errors import InputError
from tfgan_metric.latents import UniformLatent
from tfgan_metric.models import DMGAN, GAN, MLGAN, SCHEMES, build_model, hyperparameters

CLIPS = {
    "wgan": 0.01,
    "loss_sensitive_gan": 0.08,
    "mlgan_clipping": 0.01,
    "km_gan": 0.1,
    "dmgan": 0.1,
    "dmgan_f": 0.1,
    "wadmgan": 0.1,
}


def test_schemes_that_clip():
    assert {name: clip for name in SCHEMES if (clip := hyperparameters(name)["weight_clip"])} == CLIPS


@pytest.mark.parametrize("scheme", CLIPS)
def test_clip_holds_for_every_discriminator_variable(scheme):
    """max|w| <= c after a step, and some weight sits on the limit, so the clip has acted."""
    model = eager(small_model(scheme))
    train(model, labels=LABELS if model.needs_labels else None)
    largest = [abs(variable.numpy()).max() for variable in model.discriminator.trainable_variables]
    assert max(largest) == np.float32(model.weight_clip)


@pytest.mark.parametrize("scheme", ["dmgan", "wadmgan", "gan"])
def test_chosen_clip_holds_after_each_step(scheme, digits):
    model = eager(small_model(scheme, weight_clip=0.02))
    for _ in range(3):
        train(model, *digits)
        assert len(model.discriminator.trainable_variables) >= 9
        for variable in model.discriminator.trainable_variables:
            assert np.abs(variable.numpy()).max() <= np.float32(0.02)
    assert any(np.abs(variable.numpy()).max() > 0.02 for variable in model.generator.trainable_variables)


def test_steps_of_the_papers():
    steps = {
        name: build_model(name, (28, 28, 1), CLASSES, width=1 / 32).discriminator_steps for name in ("wgan", "gan")
    }
    assert steps == {"wgan": 5, "gan": 1}
    assert build_model("fisher_gan", (28, 28, 1), width=1 / 32).discriminator_steps == 2


@pytest.mark.parametrize("scheme", ["gan", "mbgan", "dmgan"])
def test_step_schedule(scheme, digits):
    """n_D=3 takes three batches a step, n_G=2 updates the generator twice."""
    model = eager(small_model(scheme, discriminator_steps=3, generator_steps=2))
    train(model, *digits, steps=2)
    assert int(model.step) == 2
    assert int(model.discriminator_optimizer.iterations) == 6 and int(model.generator_optimizer.iterations) == 4


def test_step_is_traced_once(digits):
    model = small_model("wadmgan", num_classes=10)
    traces = []
    original = model.generator_loss
    model.generator_loss = lambda batch: traces.append(1) or original(batch)
    for _ in range(3):
        train(model, *digits, steps=2)
    assert len(traces) == 1


def test_noise_seed_alone_changes_the_step():
    first, second = eager(small_model("gan")), eager(small_model("gan"))
    np.testing.assert_array_equal(first.generator.get_weights()[0], second.generator.get_weights()[0])
    second.seed = 1
    for model in (first, second):
        train(model, labels=None)
    assert not np.array_equal(first.generator.get_weights()[0], second.generator.get_weights()[0])


def test_averaged_generator_follows(digits):
    """avg <- avg + (1-m)(w - avg), m = min(.5, (1+t)/(4+t)); with t=0 and one step m = .25."""
    model = small_model("gan", ema_momentum=0.5)
    start = model.averaged_generator.get_weights()
    train(model, *digits)
    expected = [a + np.float32(0.75) * (b - a) for a, b in zip(start, model.generator.get_weights(), strict=True)]
    for ours, theirs in zip(model.averaged_generator.get_weights(), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    latents = model.latent.sample(2, tf.constant([0, 0], tf.int64))
    np.testing.assert_allclose(model.generate(2), model.averaged_generator(latents), atol=1e-6)


def test_validation_data_give_losses_and_change_nothing():
    """The losses of held-out images are those of `evaluate`; the weights are those without them."""
    histories, models = [], []
    for data in (None, (IMAGES[::-1], LABELS)):
        model = eager(small_model("wadmgan", num_classes=10))
        history = model.fit(IMAGES, LABELS, batch_size=8, validation_data=data, verbose=0)
        histories.append(history.history)
        models.append(model)
    assert set(histories[1]) - set(histories[0]) == {"val_discriminator_loss", "val_generator_loss"}
    for ours, theirs in zip(*(model.get_weights() for model in models), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    found = models[1].evaluate(IMAGES[::-1], LABELS, batch_size=8, return_dict=True, verbose=0)
    assert {f"val_{name}": [value] for name, value in found.items()} == {
        name: values for name, values in histories[1].items() if name.startswith("val_")
    }
    with pytest.raises(InputError, match="held-out data must be at least one batch of 64 images"):
        models[0].evaluate(IMAGES, LABELS)
    with pytest.raises(InputError, match="split the arrays and give validation_data"):
        models[0].fit(IMAGES, LABELS, batch_size=8, validation_split=0.5)


def test_generate(digits):
    model = small_model("dmgan", num_classes=10)
    np.testing.assert_array_equal(model.generate(3, 7, seed=2), model.generate(3, [7, 7, 7], seed=2))
    assert not np.array_equal(model.generate(3, seed=2), model.generate(3, seed=3))
    for labels in ([1, 2], 10, -1, [0.5, 1.0, 2.0]):
        with pytest.raises(InputError, match=r"labels must be 3 ints in 0\.\.9"):
            model.generate(3, labels)
    with pytest.raises(InputError, match="takes no labels"):
        small_model("gan").generate(3, 1)


def test_discriminator_of_its_own_width():
    """`dcgan` has 64 filters first: 4 at width 1/16, 8 at 1/8; the generator stays."""
    model = small_model("gan", width=1 / 16, discriminator_width=1 / 8)
    first = next(layer for layer in model.discriminator.layers if isinstance(layer, keras.layers.Conv2D))
    assert first.filters == 8 and model.discriminator.count_params() > small_model("gan").discriminator.count_params()
    same = small_model("gan", width=1 / 16).generator
    assert [w.shape for w in model.generator.weights] == [w.shape for w in same.weights]


def test_hyperparameters_are_listed_with_their_defaults():
    found = hyperparameters("wadmgan")
    assert found["discriminative_weight"] == 1.2 and found["weight_clip"] == 0.1 and found["fresh_noise"] is False
    assert "generator" not in found and "center_update_ratio" not in hyperparameters("dmgan_f")


def test_build_model_refuses_what_it_does_not_know():
    with pytest.raises(InputError, match="unknown scheme 'dmgam'; did you mean dmgan.* 30 are valid$"):
        build_model("dmgam", (28, 28, 1))
    with pytest.raises(InputError, match="unknown network 'vgg'; .* are valid, such as"):
        build_model("dmgan", (28, 28, 1), network="vgg")
    with pytest.raises(InputError, match="unknown hyper-parameter of dmgan_f 'center_update_ratio'; "):
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
        ("deligan", {"components": 0}, "components must be a whole number of at least 1; got 0"),
        ("deligan", {"component_choice": "any"}, "unknown component_choice 'any'; valid: cycle, trained, uniform, w"),
        (
            "deligan",
            {"latent_learning_rate_ratio": -1},
            "latent_learning_rate_ratio must be a finite number",
        ),
        ("wgan", {"discriminator_steps": 0}, "discriminator_steps must be a whole number of at least 1; got 0"),
        ("ebgan", {"energy": "hinge"}, "unknown energy 'hinge'; valid: euclidean, mean_squared"),
        ("ebgan", {"margin": 0}, "margin must be a finite number above 0"),
        ("ebgan", {"energy": "mean_squared"}, "a mean squared error of images in .-1, 1. is at most 4; got margin 10"),
        ("ebgan", {"network": "dcgan"}, "ebgan needs reconstruction, code of its discriminator: .* 'autoencoder'; got"),
        ("dmgan", {"feature_dimension": 0}, "output_dimension must be a whole number of at least 1; got 0"),
        ("wgan_gp", {"penalty_weight": -1}, "penalty_weight must be a finite number of at least 0"),
        ("km_gan", {"clusters": 0}, "clusters must be a whole number of at least 1"),
        ("am_gan", {"real_smoothing": 1.0}, "real_smoothing must be a number from 0 to below 1"),
        ("am_gan", {"num_classes": 0}, "num_classes must be a whole number of at least 1"),
        ("acgan", {"label_mode": "none"}, "label_mode of ACGAN must be dynamic or predefined; got 'none'"),
        ("gan", {"feature_dimension": 5}, "the discriminator of gan gives 1 logit; leave feature_dimension out"),
        ("mlgan_clipping", {"center_weight": 1.0}, "unknown hyper-parameter of mlgan_clipping 'center_weight'"),
    ],
)
def test_arguments_out_of_range(scheme, arguments, message):
    with pytest.raises(InputError, match=message):
        small_model(scheme, **arguments)


@pytest.mark.parametrize("seed", ["x", -1, 2**31, 1.5, None])
def test_seeds_out_of_range(seed):
    with pytest.raises(InputError, match="seed must be a whole number from 0 to 2147483647; got"):
        build_model("gan", (28, 28, 1), width=1 / 32, seed=seed)


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


@pytest.mark.parametrize(
    ("scheme", "wanted"),
    [
        ("gan", r"GAN needs a discriminator whose outputs are \(B, 1\), 1 logit; got \(B, 7\)"),
        ("wgan", r"\(B, 1\), 1 logit; got \(B, 7\)"),
        ("am_gan", r"\(B, 10\), K class logits; got \(B, 7\)"),
        ("acgan", r"\(B, 11\), K class logits, 1 real logit; got \(B, 7\)"),
        ("ebgan", r"\[reconstructions \(B, 28, 28, 1\), codes \(B, D\)\]; got \(7,\)"),
    ],
)
def test_outputs_that_do_not_fit(scheme, wanted):
    parts = small_model(scheme)
    discriminator = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(7)])
    with pytest.raises(InputError, match=wanted):
        SCHEMES[scheme](
            parts.generator, discriminator, parts.latent, num_classes=CLASSES if parts.num_classes else None
        )


def test_reconstructions_are_no_logit():
    parts = small_model("ebgan")
    with pytest.raises(InputError, match=r"GAN needs .* whose outputs are \(B, 1\), 1 logit; got 2 of them"):
        GAN(parts.generator, parts.discriminator, parts.latent)
    with pytest.raises(InputError, match=r"MLGAN needs a discriminator whose outputs are \(B, D\), features; got 2"):
        MLGAN(parts.generator, parts.discriminator, parts.latent)
