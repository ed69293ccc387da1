"""The evaluate command's work: a run, an exported generator, folders; metrics.json, pictures, what is refused."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from conftest import run_command, variables
from tfgan_metric.commands.evaluate import RESIZE_MODES
from tfgan_metric.data.catalog import load_data
from tfgan_metric.data.folder import WHOLE, Geometry
from tfgan_metric.data.pixels import to_uint8
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation import Extractor, networks, resize
from tfgan_metric.evaluation.classifier import classifier_file
from tfgan_metric.evaluation.densenet import PRESETS
from tfgan_metric.evaluation.protocol import Result
from tfgan_metric.evaluation.records import append_evaluation, drop_evaluations_after, read_evaluations
from tfgan_metric.files import replacing, require_writable_folder
from tfgan_metric.progress import ProgressReport
from tfgan_metric.trainers import load_model, load_recipe, train_recipe
from tfgan_metric.trainers.recipes.selection import SELECTABLE
from tfgan_metric.trainers.runs import best, scoring, train
from tfgan_metric.trainers.runs.best import BestStep
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.scoring import score
from tfgan_metric.trainers.runs.sources import generated_images


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TFGAN_METRIC_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def small_recipe(**fields):
    small = {"steps": 6, "sample_every": 3, "width": 0.05, "batch_size": 8, "feature_dimension": 16}
    return load_recipe("wadmgan_embedded").with_fields(small | fields)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A short run that evaluates itself on the way."""
    return train_recipe(small_recipe(evaluate_every=3), tmp_path_factory.mktemp("run") / "run")


def write_folder(folder, images):
    with replacing(folder) as temporary:
        temporary.mkdir()
        for index, pixels in enumerate(to_uint8(images)):
            Image.fromarray(pixels[..., 0]).save(temporary / f"{index:04d}.png")
    return folder


def write_colours(folder, channels):
    """One black image, grey or of three colours."""
    folder.mkdir()
    Image.new({1: "L", 3: "RGB"}[channels], (8, 8)).save(folder / "black.png")
    return folder


def values(results):
    return {result.metric: result.value for result in results}


def test_run_evaluates_itself_on_the_way(run):
    rows = RunFolder(run).evaluations()
    assert [row["step"] for row in rows] == [3, 6]
    assert {"frechet_distance", "coverage"} < set(rows[0])
    evaluations = read_evaluations(run / "metrics.json")[:2]
    assert [evaluation["results"][0]["protocol"]["step"] for evaluation in evaluations] == [3, 6]
    assert evaluations[1]["results"][0]["value"] == rows[1]["frechet_distance"]
    assert Image.open(run / "evaluation.png").size[0] > 500


def test_stopped_run_evaluates_no_step_twice(tmp_path, monkeypatch):
    """Stopped after step 5, evaluated at 2 and 4; the save of step 3 is the last, so step 4 is evaluated anew."""
    recipe = small_recipe(evaluate_every=2)

    def stop(self, batch, logs=None):
        if self.model.steps_trained == 5:
            raise KeyboardInterrupt

    def steps():
        evaluations = read_evaluations(tmp_path / "run" / "metrics.json")
        return [evaluation["results"][0]["protocol"]["step"] for evaluation in evaluations]

    with monkeypatch.context() as patch:
        patch.setattr(ProgressReport, "on_train_batch_end", stop)
        with pytest.raises(KeyboardInterrupt):
            train_recipe(recipe, tmp_path / "run")
    assert steps() == [2, 4]
    train_recipe(recipe, tmp_path / "run")
    assert steps() == [row["step"] for row in RunFolder(tmp_path / "run").evaluations()] == [2, 4, 6]


class RowMeans(Extractor):
    """Means of each image's rows as features and logits, for evaluations that cost nothing."""

    name, sha256 = "row means", "0"

    def __call__(self, images):
        means = images.mean(axis=(2, 3)).astype(np.float32) / 255
        return means, means


def test_best_step_is_kept_beside_the_last(tmp_path, monkeypatch):
    """Stopped after step 5, when step 4 was the last one evaluated and 3 the last saved: `best.keras` and its record
    are those of a run that was not stopped, and its step has the lowest of the distances."""
    monkeypatch.setattr(train, "load_extractors", lambda *_: [RowMeans()])
    recipe = small_recipe(evaluate_every=1, checkpoint_every=3, keep_best="frechet_distance", evaluate_images=100)
    whole, stopped = (RunFolder(tmp_path / name) for name in ("whole", "stopped"))
    train_recipe(recipe, whole.path)

    def stop(self, batch, logs=None):
        if self.model.steps_trained == 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ProgressReport, "on_train_batch_end", stop)
        with pytest.raises(KeyboardInterrupt):
            train_recipe(recipe, stopped.path)
    train_recipe(recipe, stopped.path)
    rows = whole.evaluations()
    lowest = min(rows, key=lambda row: row["frechet_distance"])
    for run in (whole, stopped):
        record = json.loads(run.best_record.read_text())
        assert (record["step"], record["value"]) == (lowest["step"], lowest["frechet_distance"])
        assert record["metric"] == "frechet_distance" and record["generated"] == 100
    models = [load_model(run.path, "best") for run in (whole, stopped)]
    assert models[0].steps_trained == lowest["step"]
    for ours, theirs in zip(*map(variables, models), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    about = generated_images(whole, load_data("embedded_mnist"), 10, 0, "best", WHOLE).about
    assert about["checkpoint"] == "best" and about["selected"]["of_steps"] == len(rows) == 6
    assert generated_images(whole, load_data("embedded_mnist"), 10, 0, "final", WHOLE).about["checkpoint"] == "final"


def test_best_of_equal_and_later_steps(tmp_path, monkeypatch):
    """3, 5 and 5 again at steps 1, 2, 3: the first 5 stays; so it does for a run that goes on from step 1."""
    monkeypatch.setattr(best, "save_model", lambda model, path: path.write_text(str(model.steps_trained)))
    run, protocol = RunFolder(tmp_path), dict.fromkeys(best.DECIDING)

    def offer(kept, step, value, better="higher"):
        kept.offer(SimpleNamespace(steps_trained=step), [Result("coverage", value, None, better, protocol)])
        return run.best_file.read_text()

    kept = BestStep(run, "coverage")
    assert [offer(kept, step, value) for step, value in ((1, 3.0), (2, 5.0), (3, 5.0))] == ["1", "2", "2"]
    again = BestStep(run, "coverage")
    assert [offer(again, step, value) for step, value in ((2, 5.0), (3, 5.0), (4, 6.0))] == ["2", "2", "4"]
    assert offer(again, 5, 2.0, better="lower") == "5"
    with pytest.raises(InputError, match="unknown keep_best 'recall'; valid: coverage"):
        offer(BestStep(run, "recall"), 6, 7.0)
    with pytest.raises(InputError, match="best.json is of step 5, best.keras of 4: go on with the run"):
        best.selection(run, 4)
    run.best_record.write_text("{}")
    with pytest.raises(InputError, match="best.json is damaged: KeyError"):
        BestStep(run, "coverage")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"keep_best": "coverage"}, "keep_best=coverage chooses among the steps evaluated on the way: set evaluate_ev"),
        ({"keep_best": "fid", "evaluate_every": 3}, "unknown keep_best 'fid'; valid: am_score, class_accuracy, cl"),
    ],
)
def test_what_cannot_be_kept(fields, message):
    with pytest.raises(InputError, match=message):
        small_recipe(**fields)


def test_no_best_step_was_kept(run, tmp_path):
    for command in (["evaluate", run], ["sample", run], ["export", run, "--out", "out"], ["interpolate", run]):
        code, _, error = run_command(*command, "--checkpoint", "best", cwd=tmp_path)
        assert code == 2 and "has no best.keras: a run that was trained with keep_best" in error


def test_only_what_training_measured_later_is_dropped(tmp_path):
    path = tmp_path / "metrics.json"
    drop_evaluations_after(path, 3)
    assert not path.exists()
    protocols = [{"step": step, "checkpoint": "during training"} for step in (2, 4)]
    protocols += [{"step": 9, "checkpoint": "final"}, {"step": "unknown: exported"}]
    for protocol in protocols:
        append_evaluation(path, "some", [Result("some", 1.0, None, "lower", protocol)])
    drop_evaluations_after(path, 3)
    left = [evaluation["results"][0]["protocol"] for evaluation in read_evaluations(path)]
    assert left == [protocols[0], *protocols[2:]]


def test_run_and_its_exported_generator_get_the_same_numbers(run, tmp_path):
    results, out = score(run, count=300)
    assert out == run
    found = values(results)
    expected = {"frechet_distance", "kernel_distance", "classifier_score", "am_score", "mode_score", "class_accuracy"}
    expected |= {"ms_ssim_in_class_max", "ms_ssim_in_class_mean", "nearer_to_training", "coverage"}
    expected |= {"ms_ssim_absolute_in_class_max", "marginal_entropy", "sample_entropy", "marginal_divergence"}
    assert expected <= set(found)
    by_name = {result.metric: result for result in results}
    assert by_name["am_score"].spread >= 0 and by_name["am_score"].protocol["splits"] == 10
    assert by_name["ms_ssim_in_class_max"].protocol["intensities"] == "0 to 1"
    assert by_name["ms_ssim_absolute_in_class_max"].protocol["covariance"] == "absolute, as AM-GAN's authors"
    decided = [results[0].protocol[name] for name in ("step", "checkpoint", "generated", "real")]
    assert decided == [6, "final", 300, 4000]
    assert results[0].protocol["beside"]["real"] == 300
    assert by_name["class_accuracy"].real > 0.9 > by_name["class_accuracy"].value
    # What 300 held-out digits get of the classifier that ships; an untrained generator's images cover next to nothing.
    assert by_name["coverage"].real == pytest.approx(0.2855, abs=0.005) and by_name["coverage"].value < 0.01
    directions = {result.metric: result.better for result in results}
    assert {directions[metric] for metric in SELECTABLE["classifier"]} == {"higher", "lower"}
    exported, _ = score(run / "generator", data="embedded_mnist", count=300, out=tmp_path / "evaluation")
    for name, value in values(exported).items():
        assert value == pytest.approx(found[name], rel=1e-3, abs=1e-3), name
    assert exported[0].protocol["step"] == "unknown: exported"
    assert Image.open(tmp_path / "evaluation" / "neighbours.png").size[0] > 500


def test_earlier_evaluations_are_kept(run, tmp_path):
    for seed in (0, 1):
        score(run, count=20, seed=seed, out=tmp_path)
    evaluations = read_evaluations(tmp_path / "metrics.json")
    assert [evaluation["results"][0]["protocol"]["seed"] for evaluation in evaluations] == [0, 1]
    (tmp_path / "metrics.json").write_text("[]")
    with pytest.raises(InputError, match=r"is no metrics.json"):
        score(run, count=20, out=tmp_path)
    assert (tmp_path / "metrics.json").read_text() == "[]"


def test_two_folders_without_a_model(tmp_path, digits, held_out_digits):
    """Real digits against real digits: near the floor of two halves; against noise far from it."""
    real = write_folder(tmp_path / "real", digits.images[:400])
    new = write_folder(tmp_path / "new", held_out_digits.images[:400])
    noise = np.random.default_rng(0).uniform(-1, 1, size=(400, 28, 28, 1))
    noise = write_folder(tmp_path / "noise", noise)
    settings = {
        "data": str(real),
        "extractors": ["classifier"],
        "classifier": "embedded_mnist",
        "out": tmp_path / "out",
    }
    near, far = (score(folder, **settings)[0] for folder in (new, noise))
    assert near[0].metric == "frechet_distance" and near[0].value < 3 * near[0].floor < far[0].value
    assert values(near)["coverage"] > 0.8 > 0.2 > values(far)["coverage"]
    assert "nearer_to_training" not in values(near)  # a folder has no held-out images


def test_classifier_of_a_folder_measures_its_runs(tmp_path, monkeypatch):
    """Red and blue pictures, a fifth held out: the classifier trained of them is found by the run, which evaluates on
    its way, and by `evaluate`, whose numbers have those of the held-out pictures beside them."""
    monkeypatch.setitem(PRESETS, "small", PRESETS["small"]._replace(depth=10, growth=4, batch_size=16))
    random, folder = np.random.default_rng(0), tmp_path / "pictures"
    for channel, name in ((0, "red"), (2, "blue")):
        (folder / name).mkdir(parents=True)
        for index in range(60):
            pixels = random.integers(0, 60, (28, 28, 3), dtype=np.uint8)
            pixels[..., channel] += 150
            Image.fromarray(pixels).save(folder / name / f"{index}.png")
    Image.new("RGB", (32, 32), "red").save(folder / "red" / "large.png")
    options = ("--data", folder, "--held-out", "0.2", "--epochs", "8")
    code, _, error = run_command("train-classifier", *options, cwd=tmp_path)
    assert code == 2 and "scale all with image_size=SIDE, or crop with crop=SIDE" in error
    code, _, error = run_command("train-classifier", *options, "--image-size", 28, cwd=tmp_path)
    assert code == 0, error
    fields = {"data": str(folder), "held_out": 0.2, "evaluate_every": 2, "steps": 2, "evaluate_images": 20}
    fields |= {"image_size": 28}
    run = train_recipe(small_recipe(**fields), tmp_path / "run")
    results, _ = score(run, count=20, extractors=["classifier"])
    found = {result.metric: result for result in results}
    accuracy = found["class_accuracy"]
    held_out = json.loads(classifier_file(str(folder)).with_suffix(".json").read_text())["held_out_accuracy"]
    data = load_data(str(folder), Geometry(image_size=28), held_out=0.2)
    assert accuracy.protocol["of_classes"].keys() == {"blue", "red"}
    assert 10 < len(data.held_out) < 40 and accuracy.protocol["real"] == len(data.train)
    assert accuracy.protocol["beside"]["real"] == min(20, len(data.held_out)) and accuracy.real == held_out == 1
    assert RunFolder(run).evaluations()[-1].keys() > {"class_accuracy", "coverage"}


def test_discriminator_of_a_run(run, tmp_path):
    results, _ = score(run, count=20, discriminator=True, svm_images=500, out=tmp_path)
    found = values(results)
    assert found["svm_accuracy"] > 0.8 and 0 <= found["recall_at_1"] <= found["recall_at_8"] <= 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"count": 9}, "10 splits needs at least 10 images; got 9"),
        ({"split": "test"}, "unknown split 'test'"),
        ({"held_out": 0.1}, "run has its own held_out=0.0; --held-out is for a folder given by --data"),
        ({"resize": "cubic", "extractors": ["inception"]}, "unknown resize mode 'cubic'"),
        ({"extractors": ["vgg"]}, "unknown extractor 'vgg'; valid: classifier, features, inception"),
        ({"inception": "nowhere.pb", "extractors": ["inception"]}, "nowhere.pb does not exist"),
        ({"classifier": "nowhere.keras"}, "nowhere.keras"),
        ({"data": "imagenet"}, "unknown data"),
    ],
)
def test_what_is_refused(run, tmp_path, settings, message):
    with pytest.raises(InputError, match=message):
        score(run, **{"count": 20, "out": tmp_path / "out"} | settings)
    assert not (tmp_path / "out").exists()


def test_what_is_no_source(run, tmp_path):
    with pytest.raises(InputError, match="name the real images to compare with: --data"):
        score(run / "generator")
    foreign = tf.Module()
    foreign.double = tf.function(lambda x: 2 * x, input_signature=[tf.TensorSpec((), tf.float32)])
    tf.saved_model.save(foreign, str(tmp_path / "foreign"))
    with pytest.raises(InputError, match="is no generator exported by this zoo"):
        score(tmp_path / "foreign", data="embedded_mnist")
    with pytest.raises(InputError, match="nothing does not exist; expected a run, a .keras file, an exported"):
        score(tmp_path / "nothing")


def test_what_must_fail_fails_before_the_evaluation(run, tmp_path, monkeypatch):
    monkeypatch.setattr(scoring, "evaluate", lambda *arguments: pytest.fail("it was evaluated"))
    settings = {"data": "embedded_mnist", "count": 20, "out": tmp_path / "out"}
    for option in ({"raw_pixels": True}, {"svm_images": 100}):
        with pytest.raises(InputError, match="--raw-pixels and --svm-images are for .*: add --discriminator"):
            score(run, **settings, **option)
    with pytest.raises(InputError, match="5 images a class, 50 in all; got svm_images=20"):
        score(run, **settings, discriminator=True, svm_images=20)
    with pytest.raises(InputError, match="there is no model at .*model.keras"):
        score(run / "generator", **settings, discriminator=True)
    images = write_folder(tmp_path / "images", np.zeros((4, 28, 28, 1)))
    with pytest.raises(InputError, match="images lacks them"):
        score(run, **settings | {"data": str(images)}, discriminator=True)
    (tmp_path / "file").write_text("keep")
    for out in (tmp_path / "file", tmp_path / "file" / "deep" / "out"):
        with pytest.raises(InputError, match="cannot write to .*file: Not a directory; choose another"):
            score(run, **settings | {"out": out})
    assert not (tmp_path / "out").exists() and (tmp_path / "file").read_text() == "keep"


def test_writable_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in (tmp_path, tmp_path / "a" / "b", Path("a")):
        assert require_writable_folder(folder) == folder
    assert not list(tmp_path.iterdir())
    with pytest.raises(InputError, match="cannot write to /proc/out: /proc: .*; choose another"):
        require_writable_folder("/proc/out")


@pytest.mark.parametrize(
    ("channels", "settings", "expected"),
    [
        (1, {}, ["classifier"]),
        (3, {}, ["inception"]),
        (1, {"inception": "here.pb"}, ["inception"]),
        (1, {"inception_sha256": "00"}, ["inception"]),
        (3, {"classifier": "here.keras"}, ["classifier"]),
        (1, {"inception": "here.pb", "classifier": "here.keras"}, ["inception", "classifier"]),
        (1, {"inception": "here.pb", "extractors": ["classifier"]}, ["classifier", "inception"]),
        (3, {"classifier": "here.keras", "extractors": ["classifier"]}, ["classifier"]),
    ],
)
def test_extractors_follow_what_is_given(tmp_path, monkeypatch, channels, settings, expected):
    images = write_colours(tmp_path / "images", channels)
    asked = []

    def stop(source, data, extractors, *_):
        asked.extend(extractors)
        raise KeyboardInterrupt

    monkeypatch.setattr(networks, "load_inception", lambda *_: "inception")
    monkeypatch.setattr(networks, "load_classifier", lambda *_: "classifier")
    monkeypatch.setattr(scoring, "evaluate", stop)
    with pytest.raises(KeyboardInterrupt):
        score(images, data=str(images), out=tmp_path / "out", **settings)
    assert asked == expected


def test_resize_modes_of_the_command():
    assert set(RESIZE_MODES) == set(resize.RESIZE_MODES)


@pytest.mark.tfgan
def test_command(run, tmp_path):
    options = ("-n", "50", "--cross-check", "--out", tmp_path / "out")
    code, output, error = run_command("evaluate", run, *options, cwd=tmp_path)
    assert code == 0, error
    assert "frechet_distance" in output and "tfgan" in output and "generated 50" in output
    (evaluation,) = json.loads((tmp_path / "out" / "metrics.json").read_text())["evaluations"]
    first = evaluation["results"][0]
    assert first["tfgan"] == pytest.approx(first["value"], rel=1e-4) and first["protocol"]["extractor_sha256"]
