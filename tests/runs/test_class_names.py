"""The names of classes, from the folder to data.json, the sheet, the reports, the export and the commands."""

import json

import numpy as np
import pytest
from PIL import Image

from conftest import run_command, small_model
from tfgan_metric import pictures
from tfgan_metric.class_names import labels_of
from tfgan_metric.data.catalog import Data, load_data
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation.classifier import DatasetClassifier
from tfgan_metric.evaluation.comparison import Comparison
from tfgan_metric.export.saved_model import exported_class_names
from tfgan_metric.trainers import load_recipe, train_recipe
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.opening import class_names_of, load_sampler

NAMES = ["circle 2", "circle 10", "square"]


def make_folder(folder, names=NAMES, side=28):
    for value, name in enumerate(names):
        (folder / name).mkdir(parents=True)
        for index in range(4):
            Image.new("L", (side, side), 60 * value + index).save(folder / name / f"{index}.png")
    return folder


def recipe_of(folder, **fields):
    small = {"steps": 2, "batch_size": 4, "width": 0.05, "feature_dimension": 8, "network": "dcgan"}
    return load_recipe("wadmgan_embedded").with_fields(small | {"data": str(folder)} | fields)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of three named classes, and what stands on its contact sheet."""
    folder, drawn = make_folder(tmp_path_factory.mktemp("data") / "shapes"), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "save", lambda figure, path: drawn.append((path.name, figure)))
        run = RunFolder(train_recipe(recipe_of(folder), tmp_path_factory.mktemp("run") / "run"))
    return run, dict(drawn)


def test_names_are_kept(run):
    run, drawn = run
    assert json.loads(run.data_file.read_text())["class_names"] == NAMES
    axes = drawn["contact_sheet.png"].axes
    assert len(axes) == 2 and all([text.get_text() for text in axis.texts] == NAMES for axis in axes)
    assert exported_class_names(run.generator_folder) == NAMES


def test_samples_by_name_are_those_by_number(run, tmp_path):
    """Of the run, of its .keras file and of its exported generator, here and where it is exported to."""
    run, _ = run
    assert run_command("export", run.path, "--out", tmp_path / "exported", cwd=tmp_path)[0] == 0
    for index, source in enumerate((run.path, run.model_file, run.generator_folder, tmp_path / "exported")):
        files = tmp_path / f"{index}_names.npz", tmp_path / f"{index}_numbers.npz"
        for labels, file in zip(("square,circle 2", "2,0"), files, strict=True):
            assert run_command("sample", source, "-n", 4, "--labels", labels, "--out", file, cwd=tmp_path)[0] == 0
        by_name, by_number = (np.load(file)["images"] for file in files)
        np.testing.assert_array_equal(by_name, by_number)
        assert load_sampler(source).class_names == NAMES
    code, output, _ = run_command("sample", "exported", "--per-class", 2, "--out", "sheet.png", cwd=tmp_path)
    assert code == 0 and "rows: circle 2, circle 10, square" in output
    code, _, said = run_command("sample", run.path, "--labels", "squares", "--out", "a.png", cwd=tmp_path)
    assert code == 2 and "did you mean square? valid: circle 10, circle 2, square; got 'squares'" in said


def test_interpolation_by_name(run, tmp_path):
    run, _ = run
    for label, file in (("circle 10", "name.png"), ("1", "number.png")):
        options = ("--rows", 2, "--columns", 3, "--label", label, "--out", tmp_path / file)
        assert run_command("interpolate", run.path, *options, cwd=tmp_path)[0] == 0
    code, _, said = run_command("interpolate", run.path, "--label", "0,1", "--out", tmp_path / "two.png", cwd=tmp_path)
    assert code == 2 and "--label is the one class of all rows; got '0,1'" in said
    assert (tmp_path / "name.png").read_bytes() == (tmp_path / "number.png").read_bytes()


def test_labels_by_name_and_number():
    """A name goes before a number: of the classes 1, 2 and 10, "10" is the third."""
    assert labels_of("b, 0,a", ["a", "b"]) == [1, 0, 0] and labels_of("3,-1", None) == [3, -1]
    assert labels_of("10,1,0", ["1", "2", "10"]) == [2, 0, 0]
    assert labels_of("red, round", ["blue", "red, round"]) == [1] and labels_of("a, b ", ["a", " b "]) == [0, 1]
    with pytest.raises(InputError, match="such as 0,1,2 .no class has a name here.; got 'cat'"):
        labels_of("cat", None)


def test_names_that_are_damaged_or_anothers_are_none(tmp_path):
    """A data.json beside a .keras file that is of no run may be anything; of an export only the names are lost."""
    (tmp_path / "data.json").write_text("[1, 2]")
    assert class_names_of(tmp_path / "model.keras") is None
    small_model("conditional_mbgan").export(tmp_path / "generator", class_names=list("abcdefghij"))
    assert exported_class_names(tmp_path / "generator") == list("abcdefghij")
    for content in ("", "[]", "{}"):
        (tmp_path / "generator" / "assets.extra" / "generator.json").write_text(content)
        assert exported_class_names(tmp_path / "generator") is None


def test_a_generator_without_labels_has_no_names(tmp_path):
    small_model("gan").export(tmp_path / "generator", class_names=NAMES)
    assert exported_class_names(tmp_path / "generator") is None


def test_a_run_of_an_earlier_version_keeps_its_order(tmp_path):
    """Its data.json has no names: 10 came before 2 and does, and from its next start on the names say so."""
    folder, run = make_folder(tmp_path / "data", ["1", "2", "10"], 2), RunFolder(tmp_path / "run")
    assert load_data(str(folder), class_order=run.class_order()).class_names == ["1", "2", "10"]
    recipe = recipe_of(folder)
    before = load_data(str(folder), class_order=lambda name: name)
    assert before.class_names == ["1", "10", "2"]
    run.claim(recipe, before)
    fields = json.loads(run.data_file.read_text())
    assert fields.pop("class_names") == ["1", "10", "2"]
    run.data_file.write_text(json.dumps(fields))
    for _ in range(2):  # without names, then with them
        again = load_data(str(folder), class_order=run.class_order())
        assert again.class_names == ["1", "10", "2"]
        run.refuse_changed_data(again)
        with pytest.raises(InputError, match="the data have changed since"):
            run.refuse_changed_data(load_data(str(folder)))
        run.claim(recipe, again)
    run.data_file.write_text("[1")
    with pytest.raises(InputError, match="data.json is damaged: .*; restore it, or choose another --out"):
        run.class_order()


def test_a_classifier_of_another_order_is_refused(tmp_path):
    """One of an earlier version, without names, sorted 10 before 2; where that is no other order it serves on."""
    data = load_data(str(make_folder(tmp_path / "data", ["1", "2", "10"], 2)))
    same = load_data(str(make_folder(tmp_path / "same", ["a", "b"], 2)))
    classifier = object.__new__(DatasetClassifier)
    classifier.record = {}
    classifier.require_classes_of(same)
    with pytest.raises(InputError, match="must have its classes, 1, 2, 10; got 1, 10, 2: train it again by"):
        classifier.require_classes_of(data)
    classifier.record = {"class_names": data.class_names}
    classifier.require_classes_of(data)
    classifier.require_classes_of(Data("none", 3, {}.get))
    with pytest.raises(InputError, match="must have its classes, a, b; got 1, 2, 10"):
        classifier.require_classes_of(same)


def test_accuracy_of_each_name():
    """Asked for 0, 0, 1: the logits say 0, 1, 1, so half of the first class, all of the second; none of the third."""

    class Told(Comparison):
        def __init__(self):
            logits = np.log(np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.8, 0.1]] * 10))
            self.extraction = type("Extraction", (), {"logits": logits, "labels": np.array([0, 0, 1] * 10)})

        def result(self, metric, value, better, spread=None, **details):
            return metric, float(value), details

    (_, value, details) = next(
        result for result in Told().class_scores(np.full(3, 1 / 3), 3, NAMES) if result[0] == "class_accuracy"
    )
    assert value == pytest.approx(2 / 3) and details == {"of_classes": {"circle 2": 0.5, "circle 10": 1.0}}
    assert all("of_classes" not in details for *_, details in Told().class_scores(np.full(3, 1 / 3), 3))


def test_a_run_finds_its_folder_from_anywhere(tmp_path, monkeypatch):
    """`--data shapes` is relative to where training began, here not to where the run is opened or goes on."""
    make_folder(tmp_path / "here" / "shapes")
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    folder = train_recipe(recipe_of("shapes"), tmp_path / "run")
    monkeypatch.chdir(tmp_path / "there")
    run = RunFolder(folder)
    assert run.recipe().data == "shapes" and len(run.open_data(run.recipe()).train) == 12
    train_recipe(recipe_of("shapes", steps=3), folder)
    for content in ("", "[]", "{}", "[1]", '[{"directory": null}]'):
        run.environment_file.write_text(content)
        with pytest.raises(InputError, match="unknown data 'shapes'"):
            run.open_data(run.recipe())
    with pytest.raises(InputError, match="unknown data 'squares'"):
        run.open_data(recipe_of("squares"))
