"""The experiments as data, results.json, the table's arithmetic, and one experiment from the command to its page."""

import json
import pathlib
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from tfgan_metric.errors import InputError
from tfgan_metric.models import build_model
from tfgan_metric.trainers import benchmark
from tfgan_metric.trainers import recipe as recipe_module
from tfgan_metric.trainers.experiments import EXPERIMENTS
from tfgan_metric.trainers.interpolation import interpolate
from tfgan_metric.trainers.pictures import write_png
from tfgan_metric.trainers.reproduce import Task, add_step_times, perform, reproduce
from tfgan_metric.trainers.results import ResultsFile, best_step, summarise
from tfgan_metric.trainers.study import BUDGETS, FID, INCEPTION_SCORE, STEP_TIME, Claim, Experiment, Row, run_name
from tfgan_metric.trainers.study_figures import FIGURES, mean_curve, number_of, write_figure
from tfgan_metric.trainers.study_table import write_table

NAMES = {
    *(f"dmgan-{part}" for part in ("table2", "table3", "fig3", "fig4", "fig5", "fig6", "fig7")),
    *(f"mbgan-{part}" for part in ("table3", "table4", "fig4", "fig5", "fig6", "fig9")),
    *("deli-fisher-table1", "deli-fisher-table2"),
    *(f"am-gan-{part}" for part in ("table1", "table2", "fig3", "fig5", "fig7", "section7.1.5")),
}


def test_every_experiment_of_the_papers():
    assert set(EXPERIMENTS) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
@pytest.mark.parametrize("budget", BUDGETS)
def test_experiment_is_whole(name, budget):
    """Each setting is a valid recipe of its own, claims speak of settings, a paper's numbers of measures."""
    experiment, amount = EXPERIMENTS[name], BUDGETS[budget]
    recipes = [row.recipe(amount, amount.steps, None, seed=1) for row in experiment.rows]
    assert len({run_name(recipe) for recipe in recipes}) == len(recipes)
    assert all(recipe.seed == 1 and recipe.evaluate_every * amount.evaluations >= recipe.steps for recipe in recipes)
    titles = {measure.title for measure in experiment.measures}
    assert all(set(row.paper) <= titles for row in experiment.rows)
    assert all(experiment.row(claim.better) != experiment.row(claim.worse) for claim in experiment.claims)
    assert experiment.figure in FIGURES


def test_printed_numbers():
    """A few of the papers', read off their tables; and the same run is shared by the experiments that need it."""
    table = EXPERIMENTS["dmgan-table2"]
    assert [row.paper["FID"] for row in table.rows] == ["191.25", "64.76", "46.79", "60.87", "52.76", "51.28"]
    assert EXPERIMENTS["mbgan-table3"].row("MBGAN").paper == {"SVM accuracy": "0.768"}
    am_gan = EXPERIMENTS["am-gan-table1"].row("AM-GAN, predefined").paper
    assert am_gan == {"Inception Score": "8.35 ± 0.12", "AM Score": "0.05"}
    small = BUDGETS["small"]
    one = table.row("λ = 1.8").recipe(small, 800, None, 0)
    assert run_name(one) == run_name(EXPERIMENTS["dmgan-fig4"].row("γ = 0.5").recipe(small, 800, None, 0))
    assert run_name(one) != run_name(table.row("λ = 1.8").recipe(small, 800, None, 1))
    shared = [("mbgan-fig4", "α = 20"), ("mbgan-fig5", "K = 500"), ("mbgan-table3", "MBGAN"), ("mbgan-table4", "MBGAN")]
    assert len({run_name(EXPERIMENTS[name].row(label).recipe(small, None, None, 0)) for name, label in shared}) == 1


def test_a_new_default_does_not_change_a_runs_name(monkeypatch):
    """Nor does a default that is given; another value does."""
    one = EXPERIMENTS["dmgan-table2"].row("λ = 1.8").recipe(BUDGETS["small"], 800, None, 0)
    name, own = run_name(one), recipe_module._own_hyperparameters
    assert run_name(one.with_fields({"reuse_real_features": False})) == name
    assert run_name(one.with_fields({"reuse_real_features": True})) != name
    monkeypatch.setattr(recipe_module, "_own_hyperparameters", lambda scheme: own(scheme) | {"newer": 1.0})
    assert run_name(one) == name != run_name(one.with_fields({"newer": 2.0}))


def record(run, value, **fields):
    results = [{"metric": "frechet_distance", "value": value}]
    return {"run": run, "images": 100, "results": results, "curve": [], "recipe": {"steps": 8}, "seed": 0} | fields


def test_results_file_keeps_what_is_not_damaged(tmp_path, capsys):
    """Of three lines the middle one is cut; then a writer died within the last one."""
    path = tmp_path / "results.json"
    for number in range(3):
        ResultsFile(path).append(record(f"run {number}", number))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[1][:40], lines[2], '{"run": "dead']))
    results = ResultsFile(path)
    assert [one["run"] for one in results.records] == ["run 0", "run 2"]
    assert "line 2 is damaged" in capsys.readouterr().err
    results.append(record("run 3", 3))
    assert [one["run"] for one in ResultsFile(path).records] == ["run 0", "run 2", "run 3"]
    assert path.read_text().splitlines()[0] == lines[0]


def test_find(tmp_path):
    """By run, number of images and metrics, the newest first; one that diverged needs no metrics."""
    results = ResultsFile(tmp_path / "results.json")
    for one in (record("a", 1.0), record("a", 2.0), record("b", 3.0, results=[], diverged="loss at step 3")):
        results.append(one)
    assert results.find("a", 100, [FID.metrics])["results"][0]["value"] == 2.0
    assert results.find("a", 200, [FID.metrics]) is None and results.find("a", 100, [("svm_accuracy",)]) is None
    assert results.find("b", 100, [FID.metrics])["diverged"] and results.find("c", 100, []) is None


def test_summary_by_hand():
    """1, 2 and 6: mean 3, sample deviation √((4 + 1 + 9) / 2) = √7; a run without the number does not count."""
    runs = [record("a", value) for value in (1.0, 2.0, 6.0)] + [record("a", 0.0, results=[], diverged="")]
    mean, spread, count = summarise(runs, FID)
    assert (mean, count) == (3.0, 3) and spread == pytest.approx(7**0.5)
    assert summarise(runs[3:], FID) == (None, 0.0, 0) and summarise(runs[:1], FID) == (1.0, 0.0, 1)
    curve = [{"step": step, "frechet_distance": value} for step, value in ((4, 5.0), (8, 2.0), (12, 3.0))]
    assert best_step(record("a", 0.0, curve=curve), FID) == (2.0, 8)
    assert best_step(record("a", 0.0), FID) is None
    assert mean_curve([{"curve": curve}, {"curve": curve[1:]}], "frechet_distance") == ([8, 12], [2.0, 3.0])


@pytest.mark.parametrize(("printed", "number"), [("5.92 ± 0.17", 5.92), ("237", 237.0), ("-", None), ("", None)])
def test_number_of(printed, number):
    assert number_of(printed) == number


def test_table_by_hand(tmp_path):
    """Three settings of two seeds: 1 ± .71 against 4 ± .71 holds, against 1.5 only within the spread; one diverged."""
    rows = tuple(Row(label, {}, {}, {"FID": printed}) for label, printed in (("a", "7.5"), ("b", ""), ("c", "")))
    claims = (
        Claim("a", "b", FID),
        Claim("b", "a", FID),
        Claim("a", "c", FID),
        Claim("a", "d", FID),
        Claim("d", "a", FID),
    )
    rows += (Row("d", {}, {}, {}),)
    experiment = Experiment("name", "paper, Table 1", "which?", rows, (FID, INCEPTION_SCORE), 8, "bars", claims)
    values = {"a": (0.5, 1.5), "b": (3.5, 4.5), "c": (1.0, 2.0)}
    records = {label: [record(label, value) for value in pair] for label, pair in values.items()}
    records["d"] = [record("d", 0.0, results=[], diverged="the loss became non-finite at step 3")] * 2
    write_table(tmp_path / "table.md", experiment, BUDGETS["smoke"], records, "digits", "command")
    page = (tmp_path / "table.md").read_text()
    assert "| setting | FID, paper | FID, here | best | Inception Score, here | best |" in page
    assert "| a | 7.5 | 1 ± 0.71 |" in page and "| d |  | - (2 of 2 diverged) |" in page
    assert "- a better than b by FID: holds (1 against 4)" in page
    assert "- b better than a by FID: does **not** hold (4 against 1)" in page
    assert "- a better than c by FID: holds, within the spread (1 against 1.5)" in page
    assert "- a better than d by FID: holds, d diverged" in page
    assert "- d better than a by FID: cannot be said, a setting has no number" in page
    assert "FID here is `frechet_distance`" in page and "seed 0: the loss became non-finite at step 3" in page


def test_run_that_diverges_is_a_result(tmp_path):
    row = EXPERIMENTS["dmgan-table2"].row("λ = 1.8")
    recipe = row.recipe(BUDGETS["smoke"], 8, None, 0).with_fields(
        {"generator_learning_rate": 1e30, "width": 0.05, "evaluate_every": 0}
    )
    found = perform(Task("λ = 1.8", recipe.as_fields(), str(tmp_path / "run"), 20, False, False, None))
    assert "became non-finite at step" in found["diverged"] and found["results"] == []


@pytest.mark.parametrize("name", sorted(set(FIGURES) - {"mode dropping"}))
def test_figure_without_a_number(name, tmp_path):
    """All runs diverged, before a line of their history was written: an empty picture and no traceback."""
    row = Row("a", {}, {}, {"FID": "7.5"}, at=1.0, series="a")
    experiment = Experiment("name", "paper, Figure 1", "which?", (row,), (FID,), 8, name, axis="x")
    records = {"a": [record("a", 0.0, results=[], diverged="the loss became non-finite at step 3")]}
    write_figure(tmp_path / "figure.png", experiment, records, tmp_path, "digits")
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")


def test_step_times_belong_to_their_runs(tmp_path, monkeypatch):
    """Measured once for the runs of a table, again where another run stands behind a setting; medians in ms."""
    measured = []

    def measure(recipes):
        measured.append(sorted(recipes))
        return {run: [0.001, 0.002, 0.009] for run in recipes}

    monkeypatch.setattr(benchmark, "recipe_step_times", measure)
    recipe = EXPERIMENTS["dmgan-table3"].row("DMGAN").recipe(BUDGETS["smoke"], 8, None, 0).as_fields()

    def table(*runs):
        records = {run: [record(run, 1.0, recipe=recipe)] for run in runs}
        add_step_times(records, ResultsFile(tmp_path / "results.json"))
        return [summarise(found, STEP_TIME)[0] for found in records.values()]

    assert table("a", "b") == [2.0, 2.0] and table("b") == [2.0] and table("a", "c") == [2.0, 2.0]
    assert measured == [["a", "b"], ["a", "c"]]


@pytest.mark.parametrize("name", ["dmgan-fig3", "am-gan-table1"])
def test_paper_budget_starts_evaluates_and_ends(name, tmp_path):
    """Two steps of the paper's networks, batch and rates, on digits."""
    row = EXPERIMENTS[name].rows[-1]
    recipe = row.recipe(BUDGETS["paper"], 2, "embedded_mnist", 0)
    found = perform(Task(row.label, recipe.as_fields(), str(tmp_path / "run"), 50, False, False, None))
    metrics = {result["metric"]: result for result in found["results"]}
    assert found["recipe"]["width"] == 1.0 and found["curve"][-1]["step"] == 2
    assert np.isfinite(metrics["frechet_distance"]["value"]) and metrics["am_score"]["protocol"]["step"] == 2


def command(*arguments, **keywords):
    program = pathlib.Path(sys.executable).with_name("tfgan-metric")
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, **keywords)


def test_command_makes_the_page_and_repeats_nothing(tmp_path):
    arguments = ("reproduce", "dmgan-fig5", "--budget", "smoke", "--out", tmp_path / "out")
    first = command(*arguments)
    assert first.returncode == 0, first.stderr
    folder = tmp_path / "out" / "dmgan-fig5-smoke-embedded_mnist"
    assert (folder / "figure.png").read_bytes().startswith(b"\x89PNG")
    page, lines = (folder / "table.md").read_text(), (tmp_path / "out" / "results.json").read_text().splitlines()
    assert "| DMGAN-f |" in page and "tfgan-metric reproduce dmgan-fig5 --budget smoke" in page
    assert {json.loads(line)["setting"] for line in lines} == {"DMGAN", "DMGAN-f"}
    again = command(*arguments)
    assert again.returncode == 0 and (tmp_path / "out" / "results.json").read_text().splitlines() == lines
    assert (folder / "table.md").read_text() == page
    picture = tmp_path / "between.png"
    run = next((tmp_path / "out" / "runs").glob("dmgan_*_seed_0"))
    assert command("interpolate", run, "--rows", 3, "--columns", 4, "--out", picture).returncode == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_bad_input(tmp_path):
    for arguments, message in (
        (("table9",), "unknown experiment 'table9'; valid: am-gan-fig3"),
        (("dmgan-table2", "huge"), "unknown budget 'huge'; valid: paper, small, smoke"),
        (("dmgan-table2", "smoke", None, 0), "seeds must be a whole number of at least 1; got 0"),
    ):
        with pytest.raises(InputError, match=message):
            reproduce(*arguments, out=tmp_path / "out")
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot write to"):
        reproduce("dmgan-table2", "smoke", out=tmp_path / "file")
    with pytest.raises(InputError, match="unknown data 'nothing'"):
        reproduce("dmgan-table2", "smoke", data="nothing", out=tmp_path / "out")
    write_png(tmp_path / "grey" / "a.png", np.zeros((28, 28, 1), np.uint8))
    with pytest.raises(InputError, match="nothing can measure .*grey: it is grey and lacks labels"):
        reproduce("dmgan-table2", "smoke", data=str(tmp_path / "grey"), out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_interpolation_goes_from_one_image_to_the_other():
    """The vectors of a row lie on a line: with 5 columns the second is 3/4 of the first and 1/4 of the last."""
    model = build_model("gan", (28, 28, 1), width=0.05, latent_dimension=4)
    images, columns = interpolate(model, rows=2, columns=5, seed=3)
    assert images.shape == (10, 28, 28, 1) and columns == 5
    line = latents_of(model)
    np.testing.assert_allclose(line[:, 2], (line[:, 0] + line[:, 4]) / 2, atol=1e-6)
    np.testing.assert_allclose(line[:, 1], 0.75 * line[:, 0] + 0.25 * line[:, 4], atol=1e-6)
    assert np.abs(line[:, 0] - line[:, 4]).max() > 0.1


def latents_of(model):
    seen = []
    model.generate_from = lambda inputs: seen.append(np.asarray(inputs)) or np.zeros((10, 1, 1, 1))
    interpolate(model, rows=2, columns=5, seed=3)
    return seen[0].reshape(2, 5, 4)


def test_interpolation_by_class():
    model = build_model("gan", (28, 28, 1), num_classes=3, width=0.05, latent_dimension=4)
    seen = []
    model.generate_from = lambda inputs: seen.append(inputs) or np.zeros((1, 1, 1, 1))
    interpolate(model, rows=4, columns=2)
    interpolate(model, rows=2, columns=2, labels=[2, 2])
    with pytest.raises(InputError, match=r"labels must be 2 ints in 0..2; got \[3, 3\]"):
        interpolate(model, rows=2, columns=2, labels=3)
    with pytest.raises(InputError, match="this generator takes no labels"):
        interpolate(build_model("gan", (28, 28, 1), width=0.05, latent_dimension=4), rows=2, columns=2, labels=1)
    assert seen[0][1].numpy().tolist() == [0, 0, 1, 1, 2, 2, 0, 0] and seen[1][1].numpy().tolist() == [2] * 4


def test_stopped_command_goes_on(tmp_path):
    """SIGTERM in the midst of a run: its processes end, nothing is recorded; the same command finishes it."""
    arguments = ["reproduce", "mbgan-fig9", "--budget", "smoke", "--out", str(tmp_path / "out")]
    program = str(pathlib.Path(sys.executable).with_name("tfgan-metric"))
    process = subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not list((tmp_path / "out").glob("runs/*/recipe.json")) and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1 and "stopped by a signal; the same command goes on from there" in said
    assert not (tmp_path / "out" / "results.json").exists()
    again = command(*arguments)
    assert again.returncode == 0, again.stderr
    assert len((tmp_path / "out" / "results.json").read_text().splitlines()) == 1
