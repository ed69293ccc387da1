"""Every callback that the installed Keras has, and those of two loggers, in a `fit` of a scheme."""

import csv
import importlib.util
import inspect

import keras
import numpy as np
import pytest

from conftest import small_model

IMAGES = np.random.default_rng(0).uniform(-1, 1, (32, 28, 28, 1)).astype(np.float32)
LOSSES = {"generator_loss", "discriminator_loss"}
C = keras.callbacks


def model_of(use_ema=False, rates=(1e-3, 5e-4)):
    model = small_model("gan")
    model.compile(*(keras.optimizers.Adam(rate, use_ema=use_ema, ema_momentum=0.5) for rate in rates))
    return model


def fit(callback, model=None, epochs=3, **keywords):
    """The model after some epochs of four steps, and its history."""
    model = model or model_of()
    callbacks = callback if isinstance(callback, list) else [callback]
    history = model.fit(IMAGES, batch_size=8, epochs=epochs, callbacks=callbacks, verbose=0, **keywords).history
    assert history.keys() >= LOSSES
    return model, history


class Stop(C.Callback):
    """Ends a training by an exception in its third epoch, as a kill would."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt


def backup_and_restore(folder):
    """goes on with the epoch that it was stopped in"""
    with pytest.raises(KeyboardInterrupt):
        fit([C.BackupAndRestore(folder), Stop()])
    assert len(fit(C.BackupAndRestore(folder))[1]["generator_loss"]) == 1


def csv_logger(folder):
    """writes both losses, and `val_...` of them"""
    _, history = fit(C.CSVLogger(folder / "log.csv"), validation_data=IMAGES[:16])
    rows = list(csv.DictReader((folder / "log.csv").read_text().splitlines()))
    for name in (*LOSSES, "val_generator_loss"):
        assert [float(row[name]) for row in rows] == history[name]


def early_stopping(folder):
    """stops on a loss (say `mode`), or on an image metric that `EvaluateGAN`, before it in the list, has put there"""
    stop = C.EarlyStopping(monitor="generator_loss", mode="max", min_delta=100.0, patience=1)
    assert len(fit(stop, epochs=5)[1]["generator_loss"]) == 2


def history(folder):
    """`fit` returns one"""
    kept = C.History()
    assert kept.history == {} and fit(kept)[1].keys() == kept.history.keys()


def lambda_callback(folder):
    """is called"""
    epochs = []
    fit(C.LambdaCallback(on_epoch_end=lambda epoch, logs: epochs.append(epoch)))
    assert epochs == [0, 1, 2]


def learning_rate_scheduler(folder):
    """is called for each optimizer with its own rate; logs `learning_rate_generator` and `_discriminator`"""
    _, logs = fit(C.LearningRateScheduler(lambda epoch, rate: rate / 2))
    np.testing.assert_allclose(logs["learning_rate_generator"], [5e-4, 2.5e-4, 1.25e-4], rtol=1e-6)
    np.testing.assert_allclose(logs["learning_rate_discriminator"], [2.5e-4, 1.25e-4, 6.25e-5], rtol=1e-6)


def model_checkpoint(folder):
    """keeps the whole model, both optimizers included, or its weights alone"""
    whole = C.ModelCheckpoint(folder / "best.keras", monitor="generator_loss", mode="min", save_best_only=True)
    weights = C.ModelCheckpoint(folder / "last.weights.h5", save_weights_only=True)
    model, _ = fit([whole, weights])
    assert keras.saving.load_model(folder / "best.keras").generator_optimizer.learning_rate > 0
    other = model_of()
    other.load_weights(folder / "last.weights.h5")
    for ours, theirs in zip(other.weights, model.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def orbax_checkpoint(folder):
    """needs the package orbax-checkpoint, with which it was not run"""
    if importlib.util.find_spec("orbax") is None:
        with pytest.raises(ImportError, match="requires the 'orbax-checkpoint' package"):
            C.OrbaxCheckpoint(folder)
    else:
        pytest.skip("orbax-checkpoint is there")


def progbar_logger(folder):
    """`fit` has one"""
    fit(C.ProgbarLogger())


def reduce_lr_on_plateau(folder):
    """lowers both rates by the factor; logs `learning_rate_generator` and `_discriminator`"""
    reduce = C.ReduceLROnPlateau(monitor="generator_loss", mode="max", min_delta=100.0, patience=1, factor=0.5)
    model, logs = fit(reduce, epochs=2)
    assert logs["learning_rate_discriminator"] == pytest.approx([5e-4, 5e-4])
    assert float(model.optimizer.learning_rate) == pytest.approx(5e-4)
    assert float(model.discriminator_optimizer.learning_rate) == pytest.approx(2.5e-4)


def remote_monitor(folder):
    """sends both losses, and warns where nothing listens"""
    with pytest.warns(UserWarning, match="Could not reach RemoteMonitor"):
        fit(C.RemoteMonitor("http://127.0.0.1:1"), epochs=1)


def swap_ema_weights(folder):
    """wants `use_ema=True` of an optimizer; with `ema_momentum` of `build_model` the average needs no callback"""
    model = model_of(use_ema=True)
    held_out = []
    look = C.LambdaCallback(on_test_end=lambda logs: held_out.append(model.generator.get_weights()))
    fit([look, C.SwapEMAWeights()], model, validation_data=IMAGES[:16])
    averages = model.generator_optimizer._model_variables_moving_average
    for variable, average in zip(model.generator.trainable_variables, averages, strict=True):
        np.testing.assert_allclose(variable, average, rtol=1e-5, atol=1e-6)  # Keras swaps by sums
    assert any(np.abs(last - first).max() > 0 for first, last in zip(held_out[0], held_out[-1], strict=True))
    with pytest.raises(ValueError, match="SwapEMAWeights must be used when"):
        fit(C.SwapEMAWeights(swap_on_epoch=True))


def tensor_board(folder):
    """writes losses, histograms, steps a second and both learning rates"""
    fit(C.TensorBoard(folder, write_graph=False, write_steps_per_second=True, histogram_freq=1, update_freq=1))
    assert any(file.stat().st_size > 10_000 for file in (folder / "train").iterdir())


def terminate_on_nan(folder):
    """has nothing to do: `fit` itself stops at what is not finite, in its last good state, and says where"""
    fit(C.TerminateOnNaN())


CALLBACKS = {
    "BackupAndRestore": backup_and_restore,
    "CSVLogger": csv_logger,
    "EarlyStopping": early_stopping,
    "History": history,
    "LambdaCallback": lambda_callback,
    "LearningRateScheduler": learning_rate_scheduler,
    "ModelCheckpoint": model_checkpoint,
    "OrbaxCheckpoint": orbax_checkpoint,
    "ProgbarLogger": progbar_logger,
    "ReduceLROnPlateau": reduce_lr_on_plateau,
    "RemoteMonitor": remote_monitor,
    "SwapEMAWeights": swap_ema_weights,
    "TensorBoard": tensor_board,
    "TerminateOnNaN": terminate_on_nan,
}


def weights_and_biases(folder):
    """`WandbMetricsLogger` logs both losses and the generator's learning rate, `WandbModelCheckpoint` the model"""
    wandb = pytest.importorskip("wandb")
    integration = pytest.importorskip("wandb.integration.keras")
    run = wandb.init(project="zoo", mode="offline", dir=folder, settings=wandb.Settings(silent=True))
    checkpoint = integration.WandbModelCheckpoint(folder / "model.keras", monitor="generator_loss", mode="min")
    model, logs = fit([integration.WandbMetricsLogger(log_freq=1), checkpoint])
    summary = dict(run.summary)
    run.finish()
    assert summary["epoch/generator_loss"] == pytest.approx(logs["generator_loss"][-1])
    assert summary["epoch/learning_rate"] == pytest.approx(float(model.generator_optimizer.learning_rate))
    assert (folder / "model.keras").exists()


def mlflow(folder):
    """`MlflowCallback` logs both losses, and each setting of both optimizers as `opt_generator_...`"""
    mlflow = pytest.importorskip("mlflow")
    tensorflow = pytest.importorskip("mlflow.tensorflow")
    mlflow.set_tracking_uri(f"file://{folder}/runs")
    mlflow.set_experiment("zoo")
    with mlflow.start_run() as run:
        _, logs = fit(tensorflow.MlflowCallback())
    data = mlflow.get_run(run.info.run_id).data
    assert data.metrics["generator_loss"] == pytest.approx(logs["generator_loss"][-1])
    assert float(data.params["opt_discriminator_learning_rate"]) == pytest.approx(5e-4)


LOGGERS = {"Weights & Biases": weights_and_biases, "MLflow": mlflow}


def test_keras_has_no_other_callback():
    found = {name for name, one in vars(C).items() if inspect.isclass(one) and issubclass(one, C.Callback)}
    assert found - {"Callback", "CallbackList"} == set(CALLBACKS)


@pytest.mark.parametrize("name", [*CALLBACKS, *LOGGERS])
def test_callback(name, tmp_path, monkeypatch):
    for variable, value in {
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "DO_NOT_TRACK": "true",
        "WANDB_DIR": str(tmp_path),
    }.items():
        monkeypatch.setenv(variable, value)
    (CALLBACKS | LOGGERS)[name](tmp_path)


def test_the_pair_of_optimizers():
    """What is set is the generator's rate, and the discriminator's keeps its proportion; from 0 both take the value."""
    pair = model_of(rates=(4e-3, 1e-3)).optimizer
    assert [optimizer.name for optimizer in pair.optimizers] == ["generator", "discriminator"]
    for value, expected in ((2e-3, (2e-3, 5e-4)), (0.0, (0.0, 0.0)), (1e-2, (1e-2, 1e-2))):
        pair.learning_rate = value
        np.testing.assert_allclose([float(optimizer.learning_rate) for optimizer in pair.optimizers], expected)
    pair.learning_rate.assign(1e-3)
    assert keras.ops.convert_to_numpy(pair.learning_rate) == np.float32(1e-3) and pair.learning_rate.shape == ()
    assert int(pair.iterations) == 0 and not pair.use_ema
    assert pair.get_config()["discriminator_learning_rate"] == pytest.approx(1e-3)


def test_the_optimizers_are_saved_once(tmp_path):
    """As many arrays in a file as variables of the model and of both optimizers; a summary counts them once, too."""
    model, _ = fit(C.History(), epochs=1)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert (
        len(loaded.optimizer.variables)
        == len(model.optimizer.variables)
        == len([*model.generator_optimizer.variables, *model.discriminator_optimizer.variables])
    )
    for ours, theirs in zip(loaded.optimizer.variables, model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    lines = []
    model.summary(print_fn=lines.append)
    count = sum(int(np.prod(variable.shape)) for variable in model.optimizer.variables)
    assert f"Optimizer params: {count:,}" in "\n".join(lines)


def test_a_schedule_cannot_be_set():
    model = small_model("gan")
    model.compile(*(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(1e-3, 10)) for _ in range(2)))
    with pytest.raises(ValueError, match="the learning rate of generator follows a schedule and cannot be set"):
        model.optimizer.learning_rate = 1e-3
