"""The Fisher family: the multiplier and the mixture."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from conftest import IMAGES, batch_of, eager, recorded, small_model, train
from tfgan_metric.errors import InputError
from tfgan_metric.latents import MixtureLatent, NormalLatent
from tfgan_metric.losses import fisher_constraint
from tfgan_metric.models import DeliFisherGAN, FisherGAN


def test_fisher_multiplier_follows_the_constraint_of_each_critic_update():
    """Λ after the step = Σ over its two critic updates of ρ(Ω-1), each Ω of the outputs that update's loss had."""
    model, batches = recorded(FisherGAN, "fisher_gan", "discriminator_loss", penalty_weight=0.5)
    train(model, np.concatenate([IMAGES, -IMAGES]), None)
    constraints = [float(fisher_constraint(batch.real_outputs, batch.fake_outputs)) for batch in batches]
    assert len(constraints) == 2 and constraints[0] != constraints[1]
    np.testing.assert_allclose(float(model.multiplier), 0.5 * (sum(constraints) - 2), rtol=1e-5)


def test_trained_mixture_moves_where_it_was_used():
    """Without the term on the scales, the components that the step drew move, and no other."""
    model, batches = recorded(DeliFisherGAN, "deli_fisher_gan", "generator_loss", scale_weight=0.0)
    before = [variable.numpy() for variable in (model.latent.means, model.latent.scales)]
    train(model, np.concatenate([IMAGES, IMAGES]), None)
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
        train(model, np.concatenate([IMAGES, -IMAGES]), None)
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
    train(model, labels=None)
    assert not np.allclose(model.latent.logits.numpy(), np.log([1, 2, 1]), atol=1e-5)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_array_equal(loaded.latent.logits.numpy(), model.latent.logits.numpy())
    model.latent.logits.assign([0.0, 9.0, -9.0])
    model.export(tmp_path / "generator")
    exported = tf.saved_model.load(str(tmp_path / "generator"))
    images = exported.sample(tf.constant(5), tf.constant(2, tf.int64))["images"]
    np.testing.assert_allclose(images, model.generate(5, seed=2), atol=1e-6)


def test_average_covers_the_mixture_too():
    """The images come from averaged networks and an averaged mixture; after one step both are the trained ones'.

    At update t the momentum is min(.9, (1+t)/(4+t)), t from 0: a quarter of the start and three of the new.
    """
    model = eager(small_model("deligan", ema_momentum=0.9, components=2))
    before = model.latent.means.numpy()
    train(model, labels=None)
    expected = 0.25 * before + 0.75 * model.latent.means.numpy()
    np.testing.assert_allclose(model.inference_latent.means.numpy(), expected, atol=1e-6)
    assert model.inference_latent is not model.latent
    assert small_model("gan", ema_momentum=0.9).inference_latent.weights == []


def test_mixture_schemes_need_a_mixture():
    parts = small_model("deligan")
    with pytest.raises(InputError, match="DeliFisherGAN needs a MixtureLatent; got NormalLatent"):
        DeliFisherGAN(parts.generator, parts.discriminator, NormalLatent(8))
    assert isinstance(parts.latent, MixtureLatent) and parts.latent.components == 50
