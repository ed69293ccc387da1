"""`fit` with what Keras users bring: its callbacks, several steps an execution, gradient norms."""

import csv

import keras
import numpy as np
import pytest

from conftest import small_model, variables
from tfgan_metric.data.embedded import load_embedded_mnist

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.uniform(-1, 1, (32, 28, 28, 1)).astype(np.float32)
LABELS = np.arange(32, dtype=np.int32) % 10


def fit(model, *callbacks, epochs=3, **keywords):
    return model.fit(IMAGES, LABELS, batch_size=8, epochs=epochs, callbacks=list(callbacks), verbose=0, **keywords)


def test_loggers_and_checkpoints(tmp_path):
    model = small_model("wadmgan", num_classes=10)
    history = fit(
        model,
        keras.callbacks.CSVLogger(tmp_path / "log.csv"),
        keras.callbacks.TensorBoard(tmp_path / "events", write_graph=False),
        keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras"),
        keras.callbacks.ModelCheckpoint(
            tmp_path / "best.keras", monitor="generator_loss", mode="min", save_best_only=True
        ),
        validation_data=(IMAGES[:16], LABELS[:16]),
    ).history
    rows = list(csv.DictReader((tmp_path / "log.csv").read_text().splitlines()))
    assert [float(row["generator_loss"]) for row in rows] == history["generator_loss"]
    assert [float(row["val_discriminator_loss"]) for row in rows] == history["val_discriminator_loss"]
    assert list((tmp_path / "events" / "train").iterdir()) and (tmp_path / "best.keras").exists()
    loaded = keras.saving.load_model(tmp_path / "3.keras")
    for ours, theirs in zip(model.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(theirs, ours)


@pytest.mark.parametrize("schedule", [lambda epoch, rate: rate / 2, lambda epoch: 0.5**epoch])
def test_learning_rate_scheduler_serves_both_optimizers(schedule):
    """Halved at the begin of each of 3 epochs, each from its own rate; or 1, ½, ¼ for both."""
    model = small_model("gan")
    model.compile(keras.optimizers.Adam(8e-3), keras.optimizers.Adam(8e-4))
    history = model.fit(
        IMAGES, batch_size=8, epochs=3, callbacks=[keras.callbacks.LearningRateScheduler(schedule)], verbose=0
    ).history
    if schedule.__code__.co_argcount == 2:
        expected = {"generator": [4e-3, 2e-3, 1e-3], "discriminator": [4e-4, 2e-4, 1e-4]}
    else:
        expected = {name: [1.0, 0.5, 0.25] for name in ("generator", "discriminator")}
    for name, rates in expected.items():
        np.testing.assert_allclose(history[f"learning_rate_{name}"], rates, rtol=1e-6)
        np.testing.assert_allclose(float(getattr(model, f"{name}_optimizer").learning_rate), rates[-1], rtol=1e-6)


def test_early_stopping_on_an_image_metric():
    """A metric that no epoch betters: the second epoch without a better one is the last."""

    class Worse(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["frechet_distance"] = float(epoch)

    stop = keras.callbacks.EarlyStopping(monitor="frechet_distance", mode="min", patience=2)
    history = fit(small_model("gan"), Worse(), stop, epochs=10).history
    assert history["frechet_distance"] == [0.0, 1.0, 2.0]


def test_several_steps_an_execution_train_alike():
    models = []
    for steps in (1, 4):
        model = small_model("dmgan", num_classes=10)
        model.compile(steps_per_execution=steps)
        fit(model, epochs=2)
        models.append(variables(model))
    for ours, theirs in zip(*models, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_gradient_norms_are_logged_and_change_nothing():
    """A step by gradient descent of rate 1 moves the weights by the gradient, so its norm is the move's."""
    models = [small_model("gan") for _ in range(2)]
    for model, norms in zip(models, (False, True), strict=True):
        model.compile(keras.optimizers.SGD(1.0), keras.optimizers.SGD(1.0), gradient_norms=norms)
    before = models[1].generator.get_weights(), models[1].discriminator.get_weights()
    histories = [model.fit(IMAGES, batch_size=32, verbose=0).history for model in models]
    for name, old in zip(("generator", "discriminator"), before, strict=True):
        network = getattr(models[1], name)
        pairs = zip(network.weights, network.get_weights(), old, strict=True)
        squares = sum(np.sum((new - value) ** 2) for weight, new, value in pairs if weight.trainable)
        np.testing.assert_allclose(histories[1][f"{name}_gradient_norm"], [np.sqrt(squares)], rtol=1e-3)
        assert f"{name}_gradient_norm" not in histories[0]
    for ours, theirs in zip(*(model.generator.get_weights() for model in models), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_a_step_is_traced_once(monkeypatch):
    model, traces = small_model("dmgan", num_classes=10), []
    original = model.train_step
    monkeypatch.setattr(model, "train_step", lambda data: (traces.append(1), original(data))[1])
    fit(model, epochs=3)
    model.fit(*load_embedded_mnist("held_out"), batch_size=8, steps_per_epoch=2, verbose=0)
    assert len(traces) == 1
