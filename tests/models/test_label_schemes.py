"""The label family: drawn and dynamic targets, AM-GAN's losses, images without a label."""

import numpy as np
import pytest
import tensorflow as tf

from conftest import CLASSES, LABELS, batch_of, eager, recorded, small_model, train
from tfgan_metric.errors import InputError
from tfgan_metric.models import AMGAN, SCHEMES, ACGANStar, build_model

RANDOM = np.random.default_rng(0)


def log_softmax_with_fake(class_logits):
    """Log-probabilities of K classes and the fake one, whose logit is 0, in float64."""
    logits = np.concatenate([class_logits, np.zeros((len(class_logits), 1))], axis=1).astype(np.float64)
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


@pytest.mark.parametrize("scheme", [name for name, cls in SCHEMES.items() if cls.needs_classes])
def test_label_schemes_need_the_number_of_classes(scheme):
    with pytest.raises(InputError, match="needs num_classes; got None"):
        build_model(scheme, (28, 28, 1))


def test_predefined_labels_are_drawn_and_given_to_the_generator():
    model, batches = recorded(ACGANStar, "acgan_star", "generator_loss", label_mode="predefined")
    train(model, labels=np.zeros(16, np.int32))
    (batch,) = batches
    drawn = batch.fake_labels.numpy()
    assert not batch.labels.numpy().any() and len(set(drawn)) > 4 and drawn.min() >= 0 and drawn.max() < CLASSES
    np.testing.assert_array_equal(model.target_labels(batch, batch.fake_outputs), drawn)
    assert model.inference_classes == CLASSES and small_model("acgan_star").inference_classes is None


def test_auxiliary_weight_of_the_generator():
    """AC-GAN*, uniform logits over 10 classes and r = 0: softplus(0) + w ln 10 = ln 2 + w ln 10."""
    outputs = np.zeros((4, CLASSES + 1))
    for weight in (1.0, 0.1):
        model = small_model("acgan_star", generator_class_weight=weight)
        loss = float(model.generator_loss(batch_of(outputs, outputs)))
        assert loss == pytest.approx(np.log(2) + weight * np.log(10), rel=1e-5)
    assert small_model("acgan_star").generator_class_weight == 1.0


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
    train(model, labels=None)
    assert int(model.step) == 1


@pytest.mark.parametrize("scheme", ["am_gan", "catgan"])
def test_unlabelled_images_are_for_those_that_can_use_them(scheme):
    model = eager(small_model(scheme, label_mode="dynamic"))
    train(model, labels=np.where(np.arange(16) < 3, LABELS, -1).astype(np.int32))
    assert int(model.step) == 1
    with pytest.raises(InputError, match=r"labels must lie in -1 .. 9; this batch holds -2 to 0$"):
        train(model, labels=np.where(np.arange(16) < 3, 0, -2).astype(np.int32))


@pytest.mark.parametrize("scheme", ["acgan", "labelgan", "conditional_mbgan"])
def test_unlabelled_images_are_refused_elsewhere(scheme):
    with pytest.raises(InputError, match=r"labels must lie in 0 .. 9; this batch holds -1 to 8 \(-1, an unlabelled"):
        train(eager(small_model(scheme)), labels=(np.arange(16, dtype=np.int32) % 10) - 1)


@pytest.mark.parametrize("scheme", ["am_gan", "gan_star", "catgan"])
def test_more_classes_in_the_data_than_in_the_model(scheme):
    mode = {"label_mode": "dynamic", "num_classes": 4}
    with pytest.raises(InputError, match=r"labels must lie in -?\d .. 3; this batch holds 0 to 9"):
        train(eager(small_model(scheme, **mode)))
