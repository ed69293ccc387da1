"""The commands: what they print, write, refuse and leave alone; a training and a refusal in processes of their own."""

import json
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest
from PIL import Image

from conftest import run_command
from tfgan_metric.cli import cli
from tfgan_metric.progress import ProgressReport
from tfgan_metric.trainers import load_model, load_recipe, train_recipe
from tfgan_metric.trainers.recipes.assignments import parse_fields
from tfgan_metric.trainers.recipes.library import DEFAULT_RECIPE
from tfgan_metric.trainers.runs.folder import RunFolder

SMALL = ["steps=6", "sample_every=3", "log_every=2", "width=0.05", "batch_size=8"]
SETTINGS = [part for field in SMALL for part in ("--set", field)]


def run_alone(*arguments, cwd):
    """As `run_command`, in a process of its own."""
    script = pathlib.Path(sys.executable).with_name("tfgan-metric")
    ran = subprocess.run([script, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=300)
    return ran.returncode, ran.stdout, ran.stderr


def refuse(*arguments, cwd, run=run_command):
    """Runs what must be refused, and returns its one line."""
    code, _, error = run(*arguments, cwd=cwd)
    lines = [line for line in error.splitlines() if line.strip()]
    assert code == 2, error
    assert len(lines) == 1 and lines[0].startswith("Error: "), error
    return lines[0]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a short run of the default recipe in runs/, and what the command printed."""
    folder = tmp_path_factory.mktemp("cli")
    code, output, error = run_alone("train", *SETTINGS, cwd=folder)
    assert code == 0, error
    return folder, output


@pytest.mark.parametrize("command", [[], *([name] for name in cli.commands)])
def test_help(command, tmp_path):
    code, output, _ = run_command(*command, "--help", cwd=tmp_path)
    assert code == 0 and output.startswith("Usage: ") and "--help" in output


def test_train_leaves_everything(trained):
    folder, output = trained
    out = folder / "runs" / DEFAULT_RECIPE
    left = {path.name for path in out.iterdir()}
    assert left == {
        "recipe.json", "environment.json", "history.csv", "samples", "checkpoints", "events", "model.keras",
        "generator", "contact_sheet.png", "losses.png", ".lock", "data.json",
    }  # fmt: skip
    assert json.loads((out / "recipe.json").read_text())["steps"] == 6
    lines = [line.split(",") for line in (out / "history.csv").read_text().splitlines()]
    assert [line[:2] for line in lines] == [["epoch", "step"], ["0", "2"], ["1", "4"], ["2", "6"]]
    assert sorted(path.name for path in (out / "samples").iterdir()) == ["step_000004.png", "step_000006.png"]
    assert Image.open(out / "samples" / "step_000006.png").size == (2 * (29 * 10 - 1),) * 2
    assert "step 6/6" in output and "s left" in output and "generator: runs" in output


def test_finished_run_is_left_as_it_is(trained):
    folder, _ = trained
    model = folder / "runs" / DEFAULT_RECIPE / "model.keras"
    before = model.read_bytes()
    code, output, _ = run_command("train", *SETTINGS, cwd=folder)
    assert code == 0 and "step" not in output and model.read_bytes() == before


@pytest.mark.parametrize("discriminator_steps", [pytest.param(1, marks=pytest.mark.full), 2])
def test_stopped_run_goes_on_to_the_same_weights(tmp_path, monkeypatch, discriminator_steps):
    """Stopped after step 4 of 6, when the checkpoint of step 3 is the last; the learning rate decays meanwhile."""
    fields = {
        "generator_final_share": 0.1,
        "discriminator_final_share": 0.0,
        "discriminator_steps": discriminator_steps,
        "ema_momentum": 0.9,
        "checkpoint_every": 3,
    }
    recipe = load_recipe("wadmgan_embedded")
    recipe = recipe.with_fields(parse_fields(SMALL, recipe) | fields)
    whole = train_recipe(recipe, tmp_path / "whole")

    def stop(self, batch, logs=None):
        if self.model.steps_trained == 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ProgressReport, "on_train_batch_end", stop)
        with pytest.raises(KeyboardInterrupt):
            train_recipe(recipe, tmp_path / "part")
    assert int(load_model(tmp_path / "part").step) == 4
    part = train_recipe(recipe, tmp_path / "part")
    for ours, theirs in zip(load_model(part).variables, load_model(whole).variables, strict=True):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(ours), keras.ops.convert_to_numpy(theirs))
    steps = [row["step"] for row in RunFolder(part).history()]
    assert steps == [row["step"] for row in RunFolder(whole).history()] == [2, 4, 6]


@pytest.mark.full
def test_deterministic_runs_give_the_same_bits(tmp_path):
    for name in ("a", "b"):
        code, _, error = run_alone("train", *SETTINGS, "--deterministic", "--out", name, cwd=tmp_path)
        assert code == 0, error
    for ours, theirs in zip(*(load_model(tmp_path / name).get_weights() for name in ("a", "b")), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    (only,) = json.loads((tmp_path / "a" / "environment.json").read_text())
    assert "--deterministic" in only["command"]


def test_several_devices_and_their_bad_numbers(trained, tmp_path):
    assert "at most 2, for there is no more" in refuse("train", *SETTINGS, "--devices", 3, "--out", "two", cwd=tmp_path)
    assert "devices must be a whole number" in refuse("train", *SETTINGS, "--devices", 0, "--out", "two", cwd=tmp_path)
    assert "there is no model at" in refuse("train", *SETTINGS, "--from", "gone", "--out", "two", cwd=tmp_path)
    assert not (tmp_path / "two").exists()


def test_sample(trained, tmp_path):
    folder, _ = trained
    out = folder / "runs" / DEFAULT_RECIPE
    sources = [out, out / "model.keras", out / "generator"]
    arrays = []
    for index, source in enumerate(sources):
        file = tmp_path / f"{index}.npz"
        assert (
            run_command("sample", source, "-n", 4, "--labels", "3,5", "--seed", 9, "--out", file, cwd=tmp_path)[0] == 0
        )
        arrays.append(np.load(file)["images"])
    assert arrays[0].shape == (4, 28, 28, 1) and arrays[0].dtype == np.float32
    np.testing.assert_array_equal(arrays[0], arrays[1])
    np.testing.assert_allclose(arrays[0], arrays[2], atol=1e-6)
    assert run_command("sample", out, "-n", 12, cwd=tmp_path)[0] == 0
    assert Image.open(tmp_path / "samples_seed_0.png").size == (2 * 289, 2 * 57)
    assert run_command("sample", out / "generator", "-n", 3, "--out", "images", cwd=tmp_path)[0] == 0
    assert sorted(path.name for path in (tmp_path / "images").iterdir()) == [f"00000{i}.png" for i in range(3)]
    assert "exists; choose another --out" in refuse("sample", out, "-n", 12, cwd=tmp_path)
    wrong = ("sample", out, "-n", 2, "--labels", 12, "--out", "a")
    assert (
        "labels must be 2 ints in 0..9" in refuse(*wrong, cwd=tmp_path) == refuse(*wrong, cwd=tmp_path, run=run_alone)
    )
    refused = refuse("sample", out / "generator", "--labels", 12, "--out", "a", cwd=tmp_path)
    assert "labels must lie in 0..9" in refused
    assert run_command("sample", out, "--per-class", 3, "--seed", 9, "--out", "sheet.npz", cwd=tmp_path)[0] == 0
    sheet = np.load(tmp_path / "sheet.npz")["images"]
    labels = np.repeat(range(10), 3).tolist()
    np.testing.assert_array_equal(sheet, load_model(out).generate(30, labels, seed=9))
    assert run_command("sample", out, "--per-class", 3, "--out", "sheet.png", cwd=tmp_path)[0] == 0
    assert Image.open(tmp_path / "sheet.png").size == (2 * 86, 2 * 289)
    assert "--per-class needs a run" in refuse(
        "sample", out / "generator", "--per-class", 3, "--out", "a", cwd=tmp_path
    )
    assert "leave --labels out" in refuse("sample", out, "--per-class", 3, "--labels", 1, "--out", "a", cwd=tmp_path)
    assert "must end in .png or .npz" in refuse("sample", out, "--out", "a.jpg", cwd=tmp_path)
    assert "labels must be ints" in refuse("sample", out, "--labels", "three", "--out", "a", cwd=tmp_path)


def test_export(trained, tmp_path):
    folder, _ = trained
    out = folder / "runs" / DEFAULT_RECIPE
    assert run_command("export", out, "--out", "again", cwd=tmp_path)[0] == 0
    assert (tmp_path / "again" / "saved_model.pb").exists()
    assert "exists; choose another --out" in refuse("export", out, "--out", "again", cwd=tmp_path)
    code, output, _ = run_command("export", out, "--out", "g.tflite", cwd=tmp_path)
    assert code == 0 and output == "generator: g.tflite (litert)\n" and (tmp_path / "g.tflite").is_file()
    refused = refuse("export", out, "--out", "g.onnx", "--format", "litert", cwd=tmp_path)
    assert ".onnx is the ending of 'onnx'; got format 'litert'" in refused


def test_what_train_refuses(trained, tmp_path):
    assert "unknown recipe 'dmgan'; did you mean dmgan_cifar10 or dmgan_embedded or " in refuse(
        "train", "dmgan", cwd=tmp_path
    )
    assert "unknown recipe field 'clip'; " in refuse("train", "--set", "clip=1", cwd=tmp_path)
    assert "margin_scale must be" in refuse("train", "--set", "margin_scale=-1", "--out", "bad", cwd=tmp_path)
    assert "steps must be" in refuse("train", "--set", "steps=0", cwd=tmp_path)
    assert "batch_size must be between 2 and" in refuse("train", "--set", "batch_size=1", "--out", "one", cwd=tmp_path)
    assert "unknown data 'nowhere'; valid: " in refuse("train", "--data", "nowhere", "--out", "none", cwd=tmp_path)
    assert not any((tmp_path / name).exists() for name in ("runs", "bad", "one", "none"))  # nothing was claimed
    assert "ema_momentum must be" in refuse("train", "--set", "ema_momentum=high", cwd=tmp_path)
    assert "unknown network '[1]'; " in refuse("train", "--set", "network=[1]", cwd=tmp_path)
    assert "No such option" in refuse("train", "--stepz", "3", cwd=tmp_path)
    folder, _ = trained
    out = folder / "runs" / DEFAULT_RECIPE
    assert "another recipe" in refuse("train", *SETTINGS, "--set", "seed=5", "--out", out, cwd=folder)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    assert "is not empty and holds no run" in refuse("train", *SETTINGS, "--out", "mine", cwd=tmp_path)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]
    assert "cannot write to" in refuse("train", *SETTINGS, "--out", "/proc/run", cwd=tmp_path)


def test_damaged_models_are_refused_and_kept(trained, tmp_path):
    folder, _ = trained
    whole = (folder / "runs" / DEFAULT_RECIPE / "model.keras").read_bytes()
    for name, damaged in (("cut", whole[: len(whole) // 2]), ("foreign", b"hello"), ("empty", b"")):
        file = tmp_path / f"{name}.keras"
        file.write_bytes(damaged)
        assert "is damaged or no Keras model" in refuse("sample", file, "--out", "x.png", cwd=tmp_path)
        assert file.read_bytes() == damaged
    assert "there is no model at" in refuse("sample", tmp_path / "none.keras", "--out", "x.png", cwd=tmp_path)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "saved_model.pb").write_bytes(b"hello")
    assert "no generator exported by this zoo" in refuse("sample", "broken", "--out", "x.png", cwd=tmp_path)


def test_non_finite_loss_stops_the_run_and_keeps_the_last_good_model(tmp_path):
    settings = [*SETTINGS, "--set", "generator_learning_rate=1e38", "--set", "steps=300"]
    line = refuse("train", *settings, "--out", "run", cwd=tmp_path)
    assert "non-finite at step" in line
    model = load_model(tmp_path / "run")
    assert all(np.isfinite(weight).all() for weight in model.get_weights())
    assert not (tmp_path / "run" / "generator").exists()
