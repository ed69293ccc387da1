"""A run that is killed, stopped, damaged or extended ends as one that never was; so does a `fit` with `Checkpoint`."""

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time

import filelock
import keras
import numpy as np
import pytest
import tensorflow as tf

from conftest import small_model, variables
from tfgan_metric.errors import InputError, RunStoppedError
from tfgan_metric.files import UNFINISHED
from tfgan_metric.models import Checkpoint
from tfgan_metric.models.checkpoint import CheckpointFolder
from tfgan_metric.trainers import load_model, load_recipe, train_recipe
from tfgan_metric.trainers.runs import callbacks, loop, train
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.interruption import StopAtSignal
from tfgan_metric.trainers.runs.loop import rows_of

FIELDS = {
    "steps": 24, "batch_size": 16, "width": 1 / 32, "latent_dimension": 8, "feature_dimension": 16,
    "sample_every": 12, "checkpoint_every": 5, "log_every": 4, "ema_momentum": 0.9,
}  # fmt: skip

RUN = """
import sys
from tfgan_metric.start import start_tensorflow
start_tensorflow()
from tfgan_metric.errors import RunStoppedError
from tfgan_metric.trainers import load_recipe, train_recipe
import json
fields = json.loads(sys.argv[1])
try:
    train_recipe(load_recipe("wadmgan_embedded").with_fields(fields), sys.argv[2])
except RunStoppedError as error:
    print(error)
    sys.exit(1)
"""


def recipe(**fields):
    return load_recipe("wadmgan_embedded").with_fields(FIELDS | fields)


def start(out, **fields):
    """Starts a run in a process of its own."""
    command = [sys.executable, "-c", RUN, json.dumps(FIELDS | fields), str(out)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def wait_for(condition, process, seconds=240):
    """Polls until `condition()` holds; the process must not end before."""
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < end
        time.sleep(0.02)


def without_seconds(run):
    return [{name: value for name, value in row.items() if name != "seconds"} for row in RunFolder(run).history()]


def assert_same_run(first, second):
    """Equal to the last bit: all variables, the history, the last sample grid and the exported generator's images."""
    ours, theirs = load_model(first), load_model(second)
    for a, b in zip(variables(ours), variables(theirs), strict=True):
        np.testing.assert_array_equal(a, b)
    history = without_seconds(first)
    assert history == without_seconds(second)
    assert len(history) == ours.steps_trained // RunFolder(first).recipe().row_steps
    assert sorted(os.listdir(first)) == sorted(os.listdir(second))
    for picture in (first / "samples").iterdir():
        assert picture.read_bytes() == (second / "samples" / picture.name).read_bytes()


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    return train_recipe(recipe(), tmp_path_factory.mktemp("runs") / "whole")


def test_what_a_run_leaves(uninterrupted):
    files = sorted(path.name for path in (uninterrupted / "checkpoints").iterdir())
    assert files == [f"step_000000{step}.{kind}" for step in (16, 24) for kind in ("json", "keras")]
    (only,) = json.loads((uninterrupted / "environment.json").read_text())
    assert only["first_step"] == 0 and only["last_step"] == 24 and only["seconds"] > 0
    assert only["versions"]["keras"] == keras.__version__ and only["replicas"] == 1 and only["command"]
    assert list((uninterrupted / "events" / "train").glob("events.out.tfevents*"))


def test_tensorboard_reads_the_history(uninterrupted):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(uninterrupted / "events" / "train"), size_guidance={"tensors": 0}).Reload()
    rows = RunFolder(uninterrupted).history()
    tensors = events.Tensors("epoch_generator_loss")
    found = [(event.step, float(tf.make_ndarray(event.tensor_proto))) for event in tensors]
    assert found == [(row["step"], np.float32(row["generator_loss"])) for row in rows]


def test_killed_in_the_middle(uninterrupted, tmp_path):
    """kill -9 once there is a checkpoint, then the same command."""
    out = tmp_path / "run"
    process = start(out)
    wait_for(lambda: CheckpointFolder(out / "checkpoints").files(), process)
    process.kill()
    process.wait()
    assert not (out / "model.keras").exists()
    train_recipe(recipe(), out)
    assert_same_run(uninterrupted, out)
    assert not list(out.rglob(f"{UNFINISHED}*"))
    assert len(json.loads((out / "environment.json").read_text())) == 2


@pytest.mark.long
def test_killed_twenty_times(tmp_path):
    """kill -9 and the same command again: every fourth time somewhere in the start, the last time in the export, else
    at a random moment up to half a second, some 25 steps and 8 savings, after a new checkpoint."""
    fields = {"steps": 600, "log_every": 4, "checkpoint_every": 3, "sample_every": 40}
    whole, out = tmp_path / "whole", tmp_path / "killed"
    assert start(whole, **fields).wait(600) == 0
    checkpoints, chance, steps = CheckpointFolder(out / "checkpoints"), random.Random(0), []
    for number in range(20):
        process, before = start(out, **fields), checkpoints.newest_step()
        if number == 19:
            wait_for(lambda: checkpoints.newest_step() == 600, process)
            time.sleep(chance.uniform(0.0, 1.0))
        elif number % 4 == 0:
            time.sleep(chance.uniform(0.0, 10.0))
        else:
            wait_for(lambda before=before: checkpoints.newest_step() > before, process)
            time.sleep(chance.uniform(0.0, 0.5))
        process.kill()
        assert process.wait() == -signal.SIGKILL
        steps.append(checkpoints.newest_step())
    print("newest checkpoint after each kill:", *steps)
    assert start(out, **fields).wait(600) == 0
    assert_same_run(whole, out)


@pytest.mark.parametrize("number", [pytest.param(signal.SIGINT, marks=pytest.mark.full), signal.SIGTERM])
def test_a_signal_finishes_the_step_and_saves(tmp_path, number):
    out = tmp_path / "run"
    process = start(out, steps=100_000)
    wait_for(lambda: (out / "history.csv").exists(), process)
    process.send_signal(number)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    stopped = load_model(out).steps_trained
    assert f"{number.name}: stopped and saved at step {stopped} of 100000" in output
    short = train_recipe(recipe(steps=stopped), tmp_path / "short")
    for a, b in zip(variables(load_model(short)), variables(load_model(out)), strict=True):
        np.testing.assert_array_equal(a, b)


class StopAt(StopAtSignal):
    """A signal that comes in a step."""

    def on_train_batch_end(self, batch, logs=None):
        if self.model.steps_trained == StopAt.step:
            self.name = "SIGTERM"
        super().on_train_batch_end(batch, logs)


@pytest.mark.parametrize("steps", [(6, 7), (8,), (3, 12, 23)], ids=str)
def test_stopped_within_a_row(uninterrupted, tmp_path, monkeypatch, steps):
    """Rows have 4 steps: those that a signal cut are made whole, none is there twice, none is lost."""
    out = tmp_path / "run"
    for StopAt.step in steps:
        with monkeypatch.context() as patch, pytest.raises(RunStoppedError, match=f"saved at step {StopAt.step} of 24"):
            patch.setattr(loop, "StopAtSignal", StopAt)
            train_recipe(recipe(), out)
        assert [row["step"] for row in RunFolder(out).history()] == list(range(4, StopAt.step + 1, 4))
    train_recipe(recipe(), out)
    assert_same_run(uninterrupted, out)


def test_rows_of_a_run():
    """What is left of a row, the whole ones, and what is left at the end; (first epoch, epochs, steps of each)."""
    assert list(rows_of(0, 24, 4)) == [(0, 6, 4)]
    assert list(rows_of(6, 24, 4)) == [(1, 2, 2), (2, 6, 4)]
    assert list(rows_of(8, 23, 4)) == [(2, 5, 4), (5, 6, 3)]
    assert list(rows_of(6, 7, 4)) == [(1, 2, 1)]
    assert list(rows_of(22, 23, 4)) == [(5, 6, 1)]
    assert list(rows_of(0, 3, 4)) == [(0, 1, 3)]
    assert list(rows_of(24, 24, 4)) == []
    for step in range(30):
        assert sum((last - first) * length for first, last, length in rows_of(step, 30, 7)) == 30 - step


def test_cadences_are_rows():
    """A row is as short as what is to happen most often; what is no multiple of it is rounded up to one."""
    assert recipe(sample_every=12, checkpoint_every=5, log_every=4).row_steps == 4
    assert recipe(sample_every=3, checkpoint_every=5, log_every=4).row_steps == 3
    assert recipe(evaluate_every=2).row_steps == 2


def test_extending_a_run_that_ended_within_a_row(uninterrupted, tmp_path):
    """Its last row, shorter than the others, goes on too."""
    out = train_recipe(recipe(steps=10), tmp_path / "run")
    assert [row["step"] for row in RunFolder(out).history()] == [4, 8, 10]
    train_recipe(recipe(), out)
    assert without_seconds(out) == without_seconds(uninterrupted)


def test_a_row_that_a_kill_cut_is_passed_over(tmp_path):
    (tmp_path / "history.csv").write_text("epoch,step,seconds,generator_loss\n0,4,1.0,0.5\n1,8,2.0")
    assert RunFolder(tmp_path).history() == [{"step": 4, "seconds": 1.0, "generator_loss": 0.5}]


def test_a_kill_as_a_run_goes_on_keeps_the_history(tmp_path, monkeypatch):
    """The rows that stay are written whole or not at all."""
    run = RunFolder(tmp_path)
    run.history_file.write_text("epoch,step,seconds,generator_loss\n0,4,1.0,0.5\n1,8,2.0,0.4\n")

    def killed(path, rows):
        raise KeyboardInterrupt

    monkeypatch.setattr(callbacks, "write_rows", killed)
    with pytest.raises(KeyboardInterrupt):
        callbacks.HistoryFile(run, recipe(), 4)
    assert [row["step"] for row in run.history()] == [4, 8]


@pytest.mark.parametrize("text", ["epoch,step,loss\n0,4,low\n", "epoch,loss\n0,1.0\n"])
def test_a_damaged_history_is_named(tmp_path, text):
    (tmp_path / "history.csv").write_text(text)
    with pytest.raises(InputError, match="history.csv is damaged: expected rows of a step and numbers; remove it"):
        RunFolder(tmp_path).history()


def test_a_damaged_checkpoint_is_passed_over(uninterrupted, tmp_path, capsys):
    out = tmp_path / "run"
    train_recipe(recipe(steps=20), out)
    newest, previous = CheckpointFolder(out / "checkpoints").files()
    content = newest.read_bytes()
    newest.write_bytes(content[: len(content) // 2])
    train_recipe(recipe(), out)
    assert "passed over a damaged checkpoint" in capsys.readouterr().err
    assert json.loads((out / "environment.json").read_text())[-1]["first_step"] == 16 == int(previous.stem[-2:])
    assert_same_run(uninterrupted, out)


def test_all_checkpoints_damaged(tmp_path):
    for step in (5, 10):
        (tmp_path / f"step_{step:08d}.keras").write_bytes(b"half a file")
    with pytest.raises(InputError, match="every checkpoint in .* is damaged"):
        CheckpointFolder(tmp_path).load()


def test_extending_a_finished_run(uninterrupted, tmp_path):
    out = tmp_path / "run"
    train_recipe(recipe(steps=12), out)
    train_recipe(recipe(), out)
    assert_same_run(uninterrupted, out)
    with pytest.raises(InputError, match=r"another recipe \(steps 24 -> 20\).*only steps may grow"):
        train_recipe(recipe(steps=20), out)
    with pytest.raises(InputError, match=r"another recipe \(batch_size 16 -> 32, seed \d+ -> 9\)"):
        train_recipe(recipe(batch_size=32, seed=9), out)


def test_a_stopped_extension_opens_where_it_stopped(tmp_path, monkeypatch):
    """Not at model.keras, which is of the run before."""
    out = train_recipe(recipe(steps=4), tmp_path / "run")
    assert load_model(out).steps_trained == 4
    StopAt.step = 6
    monkeypatch.setattr(loop, "StopAtSignal", StopAt)
    with pytest.raises(RunStoppedError):
        train_recipe(recipe(), out)
    assert load_model(out).steps_trained == 6


def test_what_evaluates_is_looked_for_before_the_folder_is_claimed(tmp_path, monkeypatch):
    def missing(data, evaluate_by):
        raise InputError("there is no classifier")

    monkeypatch.setattr(train, "load_extractors", missing)
    with pytest.raises(InputError, match="there is no classifier"):
        train_recipe(recipe(evaluate_every=4), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_second_process_is_refused(tmp_path):
    out = tmp_path / "run"
    out.mkdir()
    with filelock.FileLock(RunFolder(out).lock_file), pytest.raises(InputError, match="another process trains in"):
        train_recipe(recipe(), out)


def test_a_full_disk_leaves_the_earlier_checkpoint(tmp_path, monkeypatch):
    model, folder = small_model("gan"), CheckpointFolder(tmp_path / "checkpoints")
    folder.save(model, {"epochs": 1})

    def full(path):
        path.write_bytes(b"the first part")
        raise OSError(errno.ENOSPC, "No space left on device")

    model.step.assign(1)
    monkeypatch.setattr(model, "save", full)
    with pytest.raises(InputError, match="cannot write .*No space left on device; make room"):
        folder.save(model)
    loaded, record = folder.load()
    assert loaded.steps_trained == 0 and record == {"epochs": 1}
    assert not list(tmp_path.rglob(f"{UNFINISHED}*"))


class TestFitWithCheckpoint:
    """`fit` with the callback, stopped in an epoch by an error, then called again."""

    images = np.random.default_rng(0).uniform(-1, 1, (32, 28, 28, 1)).astype(np.float32)

    def fit(self, folder, *callbacks, epochs=4, discriminator_steps=2):
        model = small_model("gan", seed=3, discriminator_steps=discriminator_steps)
        saved = Checkpoint(folder)
        history = model.fit(self.images, batch_size=8, epochs=epochs, callbacks=[saved, *callbacks], verbose=0)
        return model, history.history

    def test_it_goes_on_where_it_was(self, tmp_path):
        class Stop(keras.callbacks.Callback):
            def on_train_batch_end(self, batch, logs=None):
                if self.model.steps_trained == 5:  # in the third epoch
                    raise RuntimeError("killed")

        whole, history = self.fit(tmp_path / "whole")
        with pytest.raises(RuntimeError, match="killed"):
            self.fit(tmp_path / "stopped", Stop())
        model, continued = self.fit(tmp_path / "stopped")
        for a, b in zip(variables(whole), variables(model), strict=True):
            np.testing.assert_array_equal(a, b)
        assert continued == history and len(history["generator_loss"]) == 4

    def test_another_model_is_refused(self, tmp_path):
        self.fit(tmp_path, epochs=1)
        with pytest.raises(InputError, match="expected the state of a DMGAN; got that of a GAN"):
            small_model("dmgan").fit(self.images, batch_size=8, callbacks=[Checkpoint(tmp_path)], verbose=0)
        with pytest.raises(InputError, match="weights have other shapes"):
            wider = small_model("gan", width=1 / 16)
            wider.fit(self.images, batch_size=8, callbacks=[Checkpoint(tmp_path)], verbose=0)


def test_warm_start(uninterrupted, tmp_path):
    """Other classes, so other shapes where a class goes in: the other weights are those of the earlier run."""
    out = train_recipe(recipe(label_mode="none", steps=1), tmp_path / "new", start_from=uninterrupted)
    (only,) = json.loads((out / "environment.json").read_text())
    assert only["from"] == str(uninterrupted)
    copied, of = (int(word) for word in only["copied"].split() if word.isdigit())
    assert 0 < copied < of
    with pytest.raises(InputError, match="cannot start from another network"):
        train_recipe(recipe(network="resnet", steps=1), tmp_path / "other", start_from=tmp_path / "new")
    assert not (tmp_path / "other").exists()


@pytest.mark.long
def test_memory_is_flat(tmp_path):
    """From step 500 to 2,000 the peak grows by at most 20 MB; the share of the time that saving takes is printed."""
    script = """
import resource, sys, time
from tfgan_metric.start import start_tensorflow
start_tensorflow()
import keras
from tfgan_metric.data.embedded import load_embedded_mnist
from tfgan_metric.models import build_model
from tfgan_metric.models import Checkpoint

class Peak(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if self.model.steps_trained in (500, 2000):
            print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

class Timed(Checkpoint):
    seconds = 0.0
    def on_epoch_end(self, epoch, logs=None):
        start = time.monotonic()
        super().on_epoch_end(epoch, logs)
        Timed.seconds += time.monotonic() - start

model = build_model("wadmgan", (28, 28, 1), 10, width=0.25, latent_dimension=32)
start = time.monotonic()
digits = load_embedded_mnist("train")
model.fit(*digits, batch_size=32, epochs=4, steps_per_epoch=500, verbose=0, callbacks=[Timed(sys.argv[1]), Peak()])
print("share", Timed.seconds / (time.monotonic() - start))
"""
    output = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    ).stdout
    print(output)
    found = [(name, float(value)) for name, value in (line.split() for line in output.splitlines())]
    assert [name for name, _ in found] == ["peak", "peak", "share"]
    (_, first), (_, last), _ = found
    assert last - first <= 20
