"""Every optimizer that Keras has, and every option of one, for both networks: as in a loop with two of Keras' own."""

import inspect
from collections.abc import Callable

import keras
import numpy as np
import pytest
import tensorflow as tf

from conftest import small_model
from tfgan_metric.errors import InputError

STEPS, BATCH = 5, 8
IMAGES = np.random.default_rng(0).uniform(-1, 1, (STEPS * BATCH, 28, 28, 1)).astype(np.float32)
K = keras.optimizers


def without_decay_of_biases(**settings):
    optimizer = K.AdamW(1e-3, weight_decay=0.5, **settings)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def of_two():
    """One network's kernels by one optimizer, all else of it by another."""
    return K.MultiOptimizer(K.OptimizerMap(K.SGD(1e-2), {".*kernel": K.Adam(1e-3)}))


OPTIMIZERS: dict[str, Callable[[], K.Optimizer]] = {
    "Adadelta": lambda: K.Adadelta(1.0),
    "Adafactor": lambda: K.Adafactor(1e-2),
    "Adagrad": lambda: K.Adagrad(1e-2),
    "Adam": lambda: K.Adam(1e-3),
    "AdamW": lambda: K.AdamW(1e-3),
    "Adamax": lambda: K.Adamax(1e-3),
    "Ftrl": lambda: K.Ftrl(1e-2),
    "Lamb": lambda: K.Lamb(1e-3),
    "Lion": lambda: K.Lion(1e-4),
    "LossScaleOptimizer": lambda: K.LossScaleOptimizer(K.Adam(1e-3), initial_scale=8.0),
    "MultiOptimizer": of_two,
    "Muon": lambda: K.Muon(1e-3),
    "Nadam": lambda: K.Nadam(1e-3),
    "RMSprop": lambda: K.RMSprop(1e-3),
    "SGD": lambda: K.SGD(1e-2),
    "ScheduleFreeAdamW": lambda: K.ScheduleFreeAdamW(1e-3),
}
OPTIONS: dict[str, Callable[[], K.Optimizer]] = {
    "momentum, nesterov": lambda: K.SGD(1e-2, momentum=0.9, nesterov=True),
    "amsgrad": lambda: K.Adam(1e-3, amsgrad=True),
    "clipnorm": lambda: K.SGD(1e-2, clipnorm=0.01),
    "global_clipnorm": lambda: K.SGD(1e-2, global_clipnorm=0.01),
    "clipvalue": lambda: K.SGD(1e-2, clipvalue=1e-3),
    "weight_decay": lambda: K.Adam(1e-3, weight_decay=0.5),
    "weight_decay, some variables excluded": without_decay_of_biases,
    "use_ema": lambda: K.Adam(1e-2, use_ema=True, ema_momentum=0.5),
    "use_ema, ema_overwrite_frequency": lambda: K.Adam(1e-2, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2),
    "gradient_accumulation_steps": lambda: K.Adam(1e-3, gradient_accumulation_steps=2),
    "gradient_accumulation_steps, use_ema, clipnorm": lambda: K.SGD(
        1e-2, gradient_accumulation_steps=2, use_ema=True, clipnorm=0.1
    ),
    "loss_scale_factor": lambda: K.SGD(1e-2, loss_scale_factor=8.0),
    "a schedule": lambda: K.SGD(K.schedules.ExponentialDecay(1e-1, 1, 0.5)),
    "a schedule, gradient_accumulation_steps": lambda: K.SGD(
        K.schedules.PiecewiseConstantDecay([1], [1e-1, 1e-3]), gradient_accumulation_steps=2
    ),
}


def plain_keras(model, optimizers):
    """`gan` as a loop: its two losses, and what Keras' `fit` does with an optimizer, `finalize` included."""
    of_generator, of_discriminator = optimizers
    bce = keras.losses.BinaryCrossentropy(from_logits=True)
    generator, discriminator = model.generator, model.discriminator
    of_generator.build(generator.trainable_variables)
    of_discriminator.build(discriminator.trainable_variables)
    for step, images in enumerate(np.split(IMAGES, STEPS)):
        noise = model.latent.sample(BATCH, np.array([model.seed, 2 * step]))
        with tf.GradientTape() as generator_tape:
            fakes = generator(noise, training=True)
        with tf.GradientTape() as tape:
            of_real, of_fake = discriminator(images, training=True), discriminator(fakes, training=True)
            loss = bce(tf.ones((BATCH, 1)), of_real) + bce(tf.zeros((BATCH, 1)), of_fake)
            loss = of_discriminator.scale_loss(loss)
        gradients = tape.gradient(loss, discriminator.trainable_variables)
        of_discriminator.apply(gradients, discriminator.trainable_variables)
        with generator_tape:
            loss = of_generator.scale_loss(bce(tf.ones((BATCH, 1)), discriminator(fakes, training=True)))
        gradients = generator_tape.gradient(loss, generator.trainable_variables)
        of_generator.apply(gradients, generator.trainable_variables)
    of_generator.finalize_variable_values(generator.trainable_variables)
    of_discriminator.finalize_variable_values(discriminator.trainable_variables)


def test_keras_has_no_other_optimizer():
    found = {name for name, one in vars(K).items() if inspect.isclass(one) and issubclass(one, K.Optimizer)}
    assert found - {"Optimizer"} == set(OPTIMIZERS)


def batches():
    return tf.data.Dataset.from_tensor_slices(IMAGES).batch(BATCH)


def weights(model):
    return model.generator.get_weights() + model.discriminator.get_weights()


def check(name, run_eagerly):
    make = (OPTIMIZERS | OPTIONS)[name]
    ours, twin = small_model("gan"), small_model("gan")
    start = weights(ours)
    ours.compile(make(), make(), run_eagerly=run_eagerly)
    ours.fit(batches(), verbose=0)
    plain_keras(twin, (make(), make()))
    for weight, expected in zip(weights(ours), weights(twin), strict=True):
        np.testing.assert_allclose(weight, expected, rtol=1e-4, atol=1e-5)
    moved = max(np.abs(end - begin).max() for end, begin in zip(weights(twin), start, strict=True) if begin.ndim > 1)
    assert moved > 1e-5


@pytest.mark.parametrize("name", [*OPTIMIZERS, *OPTIONS])
def test_it_is_as_in_plain_keras(name):
    """Five steps of `fit` leave the weights where the loop leaves them, and both somewhere else than they began."""
    check(name, run_eagerly=True)


@pytest.mark.parametrize(
    "name", ["MultiOptimizer", "LossScaleOptimizer", "gradient_accumulation_steps, use_ema, clipnorm"]
)
def test_it_is_when_compiled(name):
    check(name, run_eagerly=False)


@pytest.mark.parametrize(
    "name", ["MultiOptimizer", "ScheduleFreeAdamW", "gradient_accumulation_steps, use_ema, clipnorm"]
)
def test_it_goes_on_from_a_file(name, tmp_path):
    """What a `.keras` file has kept trains on to the same weights."""
    make = (OPTIMIZERS | OPTIONS)[name]
    model = small_model("gan")
    model.compile(make(), make(), run_eagerly=True)
    model.fit(batches(), verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    loaded.run_eagerly = True
    for one in (model, loaded):
        one.fit(batches(), verbose=0)
    for ours, theirs in zip(weights(loaded), weights(model), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("arguments", [("rmsprop",), ("rmsprop", "rmsprop"), ("rmsprop", {"class_name": "RMSprop"})])
def test_optimizers_by_name(arguments):
    """A name alone is for both networks, and two equal names are two optimizers."""
    model = small_model("gan")
    model.compile(*arguments)
    pair = model.generator_optimizer, model.discriminator_optimizer
    assert all(isinstance(optimizer, K.RMSprop) for optimizer in pair) and pair[0] is not pair[1]


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"optimizer": "adam"}, "a scheme has two optimizers: give generator_optimizer and discriminator_optimizer"),
        ({"loss": "mse"}, "compile has no 'loss': the losses are the scheme's own"),
        ({"metrics": ["accuracy"]}, "compile has no 'metrics'"),
    ],
)
def test_what_compile_refuses(keywords, message):
    with pytest.raises(InputError, match=message):
        small_model("gan").compile(**keywords)
    one = K.Adam()
    with pytest.raises(InputError, match="must be two optimizers; got one twice"):
        small_model("gan").compile(one, one)
