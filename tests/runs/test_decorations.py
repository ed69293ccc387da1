"""What only shows a run never costs it: small classes, and pictures that cannot be drawn."""

import types

import numpy as np
import pytest
from PIL import Image

from tfgan_metric import pictures
from tfgan_metric.data.split import Split
from tfgan_metric.errors import InputError
from tfgan_metric.trainers import load_model, load_recipe, train_recipe
from tfgan_metric.trainers.runs import callbacks, gallery, train
from tfgan_metric.trainers.runs.folder import RunFolder

COUNTS = {"many": 13, "three": 3}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two classes of grey 28×28 pictures, one of three."""
    folder = tmp_path_factory.mktemp("shapes")
    for name, count in COUNTS.items():
        (folder / name).mkdir()
        for index in range(count):
            Image.new("L", (28, 28), 16 * index + 15).save(folder / name / f"{index}.png")
    return folder


def recipe_of(folder, **fields):
    small = {"steps": 2, "batch_size": 4, "width": 0.05, "feature_dimension": 8, "network": "dcgan", "log_every": 1}
    return load_recipe("wadmgan_embedded").with_fields(small | {"data": str(folder)} | fields)


def whole(run, steps=2):
    """That everything which a finished training needs is there."""
    assert load_model(run.model_file).steps_trained == steps == run.history()[-1]["step"]
    return (run.generator_folder / "saved_model.pb").is_file()


def test_real_images_of_a_small_class_are_padded():
    """Two columns of five rows: of class 1 two images, so three black cells (-1); a class of none is black."""
    pixels = np.full((9, 2, 2, 1), 255, np.uint8)
    split = Split(pixels, np.array([0] * 7 + [1] * 2, np.int32))
    grid = gallery._real_grid(types.SimpleNamespace(inference_classes=2), split, 10).reshape(5, 2, 2, 2, 1)
    assert grid[:, :, 0, 0, 0].tolist() == [[1, 1], [1, 1], [1, -1], [1, -1], [1, -1]]
    grid = gallery._real_grid(types.SimpleNamespace(inference_classes=3), split, 9).reshape(3, 3, 2, 2, 1)
    assert grid[:, 2].max() == -1


def test_a_class_of_three_pictures_trains_to_the_end(folder, tmp_path, monkeypatch):
    """And one that went on and was killed before its export is no finished one, though it has the earlier export."""
    run = RunFolder(train_recipe(recipe_of(folder), tmp_path / "run"))
    assert whole(run) and run.contact_sheet.is_file() and run.loss_curves.is_file()

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(train, "save_model", killed)
        train_recipe(recipe_of(folder, steps=4), run.path)
    assert run.generator_folder.is_dir() and load_model(run.model_file).steps_trained == 2
    train_recipe(recipe_of(folder, steps=4), run.path)
    assert whole(run, 4) and run.contact_sheet.is_file()


def test_no_picture_costs_a_run(folder, tmp_path, monkeypatch, capsys):
    """Every drawing raises: the run is whole, a line a picture says so, the same command draws what is missing."""

    def fail(*_, **__):
        raise TypeError("Cannot handle this data type: (1, 1, 2), |u1")

    with monkeypatch.context() as patch:
        for module in (pictures, callbacks, gallery):
            for name in {"write_contact_sheet", "write_loss_curves", "write_png", "image_grid"} & set(vars(module)):
                patch.setattr(module, name, fail)
        run = RunFolder(train_recipe(recipe_of(folder, sample_every=1), tmp_path / "run"))
    assert whole(run) and not run.contact_sheet.exists() and not run.loss_curves.exists()
    said = [line for line in capsys.readouterr().err.splitlines() if "is not drawn" in line]
    assert len(said) == 4 and said[0].endswith(
        "step_000001.png is not drawn: Cannot handle this data type: (1, 1, 2), |u1"
    )
    written = run.model_file.stat().st_mtime_ns
    train_recipe(recipe_of(folder, sample_every=1), run.path)
    assert run.contact_sheet.is_file() and run.model_file.stat().st_mtime_ns >= written


def test_an_evaluation_that_fails_in_the_last_row_costs_no_training(folder, tmp_path, monkeypatch):
    """The state of step 2 is saved though no checkpoint was due before; the same command then makes the run whole."""

    def fail(self):
        raise InputError("features must be finite")

    from tfgan_metric.evaluation import EvaluateGAN

    monkeypatch.setattr(EvaluateGAN, "results", fail)
    monkeypatch.setattr(EvaluateGAN, "on_train_begin", lambda self: None)
    monkeypatch.setattr("tfgan_metric.trainers.runs.train.load_extractors", lambda *_: [None])
    recipe = recipe_of(folder, evaluate_every=2, checkpoint_every=100, log_every=2)
    with pytest.raises(InputError, match="features must be finite"):
        train_recipe(recipe, tmp_path / "run")
    run = RunFolder(tmp_path / "run")
    assert load_model(run.path).steps_trained == 2
    train_recipe(recipe, run.path)
    assert whole(run)
