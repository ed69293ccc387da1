"""What each scheme does besides its losses: state, labels, clips, and the discriminators it refuses."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from conftest import CLASSES, eager, small_model
from tfgan_metric.errors import InputError
from tfgan_metric.latents import MixtureLatent, NormalLatent
from tfgan_metric.layers import BatchNormalization, Conv2D
from tfgan_metric.losses import fisher_constraint
from tfgan_metric.models import (
    AMGAN,
    EBGAN,
    GAN,
    KMGAN,
    MLGAN,
    SCHEMES,
    WGANGP,
    ACGANStar,
    DeliFisherGAN,
    FisherGAN,
    build_model,
    hyperparameters,
)
from tfgan_metric.models.adversarial import Batch
from tfgan_metric.optimizers import rmsprop

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.uniform(-1, 1, (16, 28, 28, 1)).astype(np.float32)
LABELS = np.arange(16, dtype=np.int32) % CLASSES
CLIPS = {
    "wgan": 0.01,
    "loss_sensitive_gan": 0.08,
    "mlgan_clipping": 0.01,
    "km_gan": 0.1,
    "dmgan": 0.1,
    "dmgan_f": 0.1,
    "wadmgan": 0.1,
}


def train(model, labels=LABELS, **keywords):
    return model.fit(IMAGES, labels, batch_size=16, steps_per_epoch=1, verbose=0, **keywords)


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


def log_softmax_with_fake(class_logits):
    """Log-probabilities of K classes and the fake one, whose logit is 0, in float64."""
    logits = np.concatenate([class_logits, np.zeros((len(class_logits), 1))], axis=1).astype(np.float64)
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


@pytest.mark.parametrize("scheme", CLIPS)
def test_clip_holds_for_every_discriminator_variable(scheme):
    """max|w| <= c after a step, and some weight sits on the limit, so the clip has acted."""
    model = eager(small_model(scheme))
    train(model, LABELS if model.needs_labels else None)
    largest = [abs(variable.numpy()).max() for variable in model.discriminator.trainable_variables]
    assert max(largest) == np.float32(model.weight_clip)


def test_schemes_that_clip():
    assert {name: clip for name in SCHEMES if (clip := hyperparameters(name)["weight_clip"])} == CLIPS


def test_steps_of_the_papers():
    steps = {
        name: build_model(name, (28, 28, 1), CLASSES, width=1 / 32).discriminator_steps for name in ("wgan", "gan")
    }
    assert steps == {"wgan": 5, "gan": 1}
    assert build_model("fisher_gan", (28, 28, 1), width=1 / 32).discriminator_steps == 2


def test_fisher_multiplier_follows_the_constraint_of_each_critic_update():
    """Λ after the step = Σ over its two critic updates of ρ(Ω-1), each Ω of the outputs that update's loss had."""
    model, batches = recorded(FisherGAN, "fisher_gan", "discriminator_loss", penalty_weight=0.5)
    model.fit(np.concatenate([IMAGES, -IMAGES]), batch_size=16, steps_per_epoch=1, verbose=0)
    constraints = [float(fisher_constraint(batch.real_outputs, batch.fake_outputs)) for batch in batches]
    assert len(constraints) == 2 and constraints[0] != constraints[1]
    np.testing.assert_allclose(float(model.multiplier), 0.5 * (sum(constraints) - 2), rtol=1e-5)


def test_trained_mixture_moves_where_it_was_used():
    """Without the term on the scales, the components that the step drew move, and no other."""
    model, batches = recorded(DeliFisherGAN, "deli_fisher_gan", "generator_loss", scale_weight=0.0)
    before = [variable.numpy() for variable in (model.latent.means, model.latent.scales)]
    model.fit(np.concatenate([IMAGES, IMAGES]), batch_size=16, steps_per_epoch=1, verbose=0)
    (batch,) = batches
    rows = model.latent.choose_components(16, 50, batch.seed).numpy()
    used = np.isin(np.arange(50), rows)
    for variable, old in zip((model.latent.means, model.latent.scales), before, strict=True):
        np.testing.assert_array_equal((variable.numpy() != old).any(axis=1), used)
    assert 1 < used.sum() <= 16


def test_mixture_scales_are_drawn_to_their_target():
    """The term β·mean (C-σ)² alone: .05·(1-.2)² = .032 at the start, added to the generator's loss."""
    model = small_model("deligan")
    batch = batch_of(np.zeros((4, 1)), np.zeros((4, 1)))
    np.testing.assert_allclose(float(model.generator_loss(batch)), np.log(2) + 0.032, rtol=1e-6)


@pytest.mark.parametrize("optimizer", [keras.optimizers.SGD, keras.optimizers.Adam])
def test_mixture_has_a_learning_rate_of_its_own(optimizer):
    """At η'/η = r the mixture's first step is r times that at 1, and the networks' is the same."""
    steps = {}
    for ratio in (1.0, 0.25, 0.0):
        model = small_model("deli_fisher_gan", latent_learning_rate_ratio=ratio, component_choice="trained")
        model.compile(optimizer(1e-2), optimizer(1e-2), run_eagerly=True)
        before = [variable.numpy() for variable in model.generator_variables]
        model.fit(np.concatenate([IMAGES, -IMAGES]), batch_size=16, steps_per_epoch=1, verbose=0)
        pairs = zip(model.generator_variables, before, strict=True)
        steps[ratio] = [variable.numpy() - value for variable, value in pairs]
    for ratio in (0.25, 0.0):
        for whole, own in zip(steps[1.0][:-3], steps[ratio][:-3], strict=True):
            np.testing.assert_array_equal(own, whole)
        for whole, own in zip(steps[1.0][-3:], steps[ratio][-3:], strict=True):
            assert whole.any()
            np.testing.assert_allclose(own, ratio * whole, rtol=1e-3, atol=1e-6)


def test_trained_component_weights_are_saved_and_exported(tmp_path):
    model = eager(small_model("deligan", components=3, component_choice="trained", component_weights=[1, 2, 1]))
    train(model, None)
    assert not np.allclose(model.latent.logits.numpy(), np.log([1, 2, 1]), atol=1e-5)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_array_equal(loaded.latent.logits.numpy(), model.latent.logits.numpy())
    model.latent.logits.assign([0.0, 9.0, -9.0])
    model.export(tmp_path / "generator")
    exported = tf.saved_model.load(str(tmp_path / "generator"))
    images = exported.sample(tf.constant(5), tf.constant(2, tf.int64))["images"]
    np.testing.assert_allclose(images, model.generate(5, seed=2), atol=1e-6)


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


def test_km_gan_starts_its_centers_on_the_first_features():
    model, batches = recorded(KMGAN, "km_gan", "discriminator_loss", center_update_ratio=0.0)
    train(model, None)
    first = batches[0].real_outputs.numpy()
    np.testing.assert_array_equal(model.real_centers.value.numpy(), first[:4])
    assert not model.fake_centers.value.numpy().any()
    np.testing.assert_array_equal(model.nearest_cluster(tf.constant(first[:4])), [0, 1, 2, 3])
    train(model, None)
    np.testing.assert_array_equal(model.real_centers.value.numpy(), first[:4])  # started once


def test_km_gan_clusters_as_k_means_does():
    """One update at γ = 1: c = (c + Σ of the features nearest to it) / (1 + their number), by a loop."""
    model = small_model("km_gan")
    centers, features = RANDOM.normal(size=(4, 16)), RANDOM.normal(size=(32, 16))
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
            train(model, None)


def test_mlgan_holds_features_near_its_fixed_centers():
    """a = 1 and g = -1 in all 16 entries: no identity term, distance √(16·4) = 8; MLGAN-clipping: that alone."""
    ones = np.ones((3, 16))
    assert float(small_model("mlgan").discriminator_loss(batch_of(ones, -ones))) == pytest.approx(-8, abs=1e-4)
    assert float(small_model("mlgan").discriminator_loss(batch_of(-ones, ones))) == pytest.approx(8, abs=1e-4)
    assert float(small_model("mlgan_clipping").discriminator_loss(batch_of(-ones, ones))) == pytest.approx(-8, abs=1e-4)


def test_predefined_labels_are_drawn_and_given_to_the_generator():
    model, batches = recorded(ACGANStar, "acgan_star", "generator_loss", label_mode="predefined")
    train(model, np.zeros(16, np.int32))
    (batch,) = batches
    drawn = batch.fake_labels.numpy()
    assert not batch.labels.numpy().any() and len(set(drawn)) > 4 and drawn.min() >= 0 and drawn.max() < CLASSES
    np.testing.assert_array_equal(model.target_labels(batch, batch.fake_outputs), drawn)
    assert model.inference_classes == CLASSES and small_model("acgan_star").inference_classes is None


def test_predefined_gan_hides_labels_from_its_discriminator():
    """As AM-GAN's command runs "GAN": uniform labels for G alone; `fit` needs no labels and ignores those it gets."""
    model, batches = recorded(GAN, "gan", "generator_loss", num_classes=CLASSES, label_mode="predefined")
    assert len(model.generator.inputs) == 2 and len(model.discriminator.inputs) == 1 and not model.needs_labels
    for labels in (None, np.zeros(16, np.int32)):
        train(model, labels)
    drawn = [batch.fake_labels.numpy() for batch in batches]
    assert all(len(set(one)) > 4 and one.min() >= 0 and one.max() < CLASSES for one in drawn)
    assert model.generate(3, labels=[0, 4, 9]).shape == (3, 28, 28, 1)
    images, labels = tf.zeros((2, 28, 28, 1)), tf.constant([0, 9])
    np.testing.assert_array_equal(model.discriminate(images, labels), model.discriminate(images, labels[::-1]))


def test_auxiliary_weight_of_the_generator():
    """AC-GAN*, uniform logits over 10 classes and r = 0: softplus(0) + w ln 10 = ln 2 + w ln 10."""
    outputs = np.zeros((4, CLASSES + 1))
    for weight in (1.0, 0.1):
        model = small_model("acgan_star", generator_class_weight=weight)
        loss = float(model.generator_loss(batch_of(outputs, outputs)))
        assert loss == pytest.approx(np.log(2) + weight * np.log(10), rel=1e-5)
    assert small_model("acgan_star").generator_class_weight == 1.0


def test_discriminator_of_its_own_width():
    """`dcgan` has 64 filters first: 4 at width 1/16, 8 at 1/8; the generator stays."""
    model = small_model("gan", width=1 / 16, discriminator_width=1 / 8)
    first = next(layer for layer in model.discriminator.layers if isinstance(layer, keras.layers.Conv2D))
    assert first.filters == 8 and model.discriminator.count_params() > small_model("gan").discriminator.count_params()
    same = small_model("gan", width=1 / 16).generator
    assert [w.shape for w in model.generator.weights] == [w.shape for w in same.weights]


def test_dynamic_targets_are_the_nearest_real_class():
    model = small_model("am_gan")
    outputs = RANDOM.normal(size=(16, CLASSES)) - 5.0  # the fake class, at 0, is the likeliest of all
    np.testing.assert_array_equal(model.target_labels(None, tf.constant(outputs)), outputs.argmax(axis=1))


@pytest.mark.parametrize(("real_smoothing", "fake_smoothing"), [(0.0, 0.0), (0.1, 0.0), (0.1, 0.2)])
def test_am_gan_is_cross_entropy_over_all_classes_and_the_fake_one(real_smoothing, fake_smoothing):
    """H(v, D) by a loop with v(y) = [(1-λ₂)u(y), λ₂] and v(fake) = [λ₁/K, 1-λ₁]: AM-GAN, eqs 14-15, 24 and 33."""
    model = small_model("am_gan", label_mode="predefined", real_smoothing=real_smoothing, fake_smoothing=fake_smoothing)
    real, fake = RANDOM.normal(size=(2, 16, CLASSES)) * 3
    targets = RANDOM.integers(CLASSES, size=16)
    real_log, fake_log = log_softmax_with_fake(real), log_softmax_with_fake(fake)

    def towards_class(log, labels):
        rows = zip(log, labels, strict=True)
        return np.mean([-(1 - real_smoothing) * row[y] - real_smoothing * row[-1] for row, y in rows])

    towards_fake = np.mean([-fake_smoothing * row[:-1].mean() - (1 - fake_smoothing) * row[-1] for row in fake_log])
    batch = batch_of(real, fake, LABELS, targets)
    expected = towards_class(real_log, LABELS) + towards_fake
    np.testing.assert_allclose(float(model.discriminator_loss(batch)), expected, rtol=1e-5)
    np.testing.assert_allclose(float(model.generator_loss(batch)), towards_class(fake_log, targets), rtol=1e-5)


@pytest.mark.parametrize("reference", ["uniform", "labelled"])
def test_am_gan_with_unlabelled_images(reference):
    """Eq. 34: the mean of H(v(nearest), D) over the unlabelled, beside that of H(v(y), D) over the labelled."""
    model = small_model("am_gan", marginal_weight=0.5, marginal_reference=reference)
    real, fake = RANDOM.normal(size=(2, 16, CLASSES))
    labels = np.where(np.arange(16) < 5, LABELS, -1)
    log, fake_log = log_softmax_with_fake(real), log_softmax_with_fake(fake)
    labelled = np.mean([-log[i, labels[i]] for i in range(5)])
    unlabelled = np.mean([-log[i, :CLASSES].max() for i in range(5, 16)])
    mean, labelled_mean = (np.exp(log[rows, :CLASSES]).mean(axis=0) for rows in (slice(5, None), slice(5)))
    targets = labelled_mean / labelled_mean.sum() if reference == "labelled" else np.full(CLASSES, 1 / CLASSES)
    spread = -sum(target * np.log(p / mean.sum()) for target, p in zip(targets, mean, strict=True))  # eq. 35
    expected = labelled + unlabelled + 0.5 * spread - fake_log[:, -1].mean()
    np.testing.assert_allclose(float(model.discriminator_loss(batch_of(real, fake, labels))), expected, rtol=1e-5)


def test_am_gan_refuses_a_reference_that_it_cannot_have():
    with pytest.raises(InputError, match="'labelled' needs labelled images; label_mode 'none' has none"):
        small_model("am_gan", label_mode="none", marginal_reference="labelled")
    with pytest.raises(InputError, match="unknown marginal_reference 'real'; valid: labelled, uniform"):
        small_model("am_gan", marginal_reference="real")


def test_am_gan_without_labels_spreads_over_the_classes():
    model = eager(small_model("am_gan", label_mode="none"))
    assert model.marginal_weight == 1.0 and small_model("am_gan").marginal_weight == 0.0
    assert isinstance(model, AMGAN) and not model.needs_labels
    train(model, None)
    assert int(model.step) == 1


@pytest.mark.parametrize("scheme", ["am_gan", "catgan"])
def test_unlabelled_images_are_for_those_that_can_use_them(scheme):
    model = eager(small_model(scheme, label_mode="dynamic"))
    train(model, np.where(np.arange(16) < 3, LABELS, -1).astype(np.int32))
    assert int(model.step) == 1
    with pytest.raises(InputError, match=r"labels must lie in -1 .. 9; this batch holds -2 to 0$"):
        train(model, np.where(np.arange(16) < 3, 0, -2).astype(np.int32))


@pytest.mark.parametrize("scheme", ["acgan", "labelgan", "conditional_mbgan"])
def test_unlabelled_images_are_refused_elsewhere(scheme):
    with pytest.raises(InputError, match=r"labels must lie in 0 .. 9; this batch holds -1 to 8 \(-1, an unlabelled"):
        train(eager(small_model(scheme)), (np.arange(16, dtype=np.int32) % 10) - 1)


@pytest.mark.parametrize("scheme", ["am_gan", "gan_star", "catgan"])
def test_more_classes_in_the_data_than_in_the_model(scheme):
    mode = {"label_mode": "dynamic", "num_classes": 4}
    with pytest.raises(InputError, match=r"labels must lie in -?\d .. 3; this batch holds 0 to 9"):
        train(eager(small_model(scheme, **mode)))


@pytest.mark.parametrize("scheme", [name for name, cls in SCHEMES.items() if cls.needs_classes])
def test_label_schemes_need_the_number_of_classes(scheme):
    with pytest.raises(InputError, match="needs num_classes; got None"):
        build_model(scheme, (28, 28, 1))


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


@pytest.mark.parametrize(
    ("scheme", "arguments", "message"),
    [
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


def test_average_covers_the_mixture_too():
    """The images come from averaged networks and an averaged mixture; after one step both are the trained ones'.

    At update t the momentum is min(.9, (1+t)/(4+t)), t from 0: a quarter of the start and three of the new.
    """
    model = eager(small_model("deligan", ema_momentum=0.9, components=2))
    before = model.latent.means.numpy()
    train(model, None)
    expected = 0.25 * before + 0.75 * model.latent.means.numpy()
    np.testing.assert_allclose(model.inference_latent.means.numpy(), expected, atol=1e-6)
    assert model.inference_latent is not model.latent
    assert small_model("gan", ema_momentum=0.9).inference_latent.weights == []


def test_rmsprop_is_that_of_the_authors():
    """g = 1e-6: v = .01 g², so the step is lr g / (√v + 1e-8) = lr / (.1 + .01) in the authors' PyTorch."""
    variable = keras.Variable([0.0])
    optimizer = rmsprop(1.0)
    optimizer.build([variable])
    optimizer.apply([tf.constant([1e-6])], [variable])
    np.testing.assert_allclose(variable.numpy(), [-1 / 0.11], rtol=0.1)
    optimizer.apply([tf.constant([1.0])], [variable])  # v = .01 from here
    np.testing.assert_allclose(variable.numpy(), [-1 / 0.11 - 10], rtol=0.1)


def test_mixture_schemes_need_a_mixture():
    parts = small_model("deligan")
    with pytest.raises(InputError, match="DeliFisherGAN needs a MixtureLatent; got NormalLatent"):
        DeliFisherGAN(parts.generator, parts.discriminator, NormalLatent(8))
    assert isinstance(parts.latent, MixtureLatent) and parts.latent.components == 50


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


def test_noise_seed_alone_changes_the_step():
    first, second = eager(small_model("gan")), eager(small_model("gan"))
    np.testing.assert_array_equal(first.generator.get_weights()[0], second.generator.get_weights()[0])
    second.seed = 1
    for model in (first, second):
        train(model, None)
    assert not np.array_equal(first.generator.get_weights()[0], second.generator.get_weights()[0])
