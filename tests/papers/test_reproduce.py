"""The papers' tables as data, results.json, the table's arithmetic, and one table from the command to its page."""

import json
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from click.testing import CliRunner

from conftest import run_command
from tfgan_metric.commands.reproduce import reproduce as reproduce_command
from tfgan_metric.errors import InputError
from tfgan_metric.models import build_model
from tfgan_metric.pictures import write_png
from tfgan_metric.trainers.papers import mode_dropping, step_times
from tfgan_metric.trainers.papers.budget import BUDGETS
from tfgan_metric.trainers.papers.columns import AM_SCORE, FID, INCEPTION_SCORE, STEP_TIME, SVM, TRAINING_TIME
from tfgan_metric.trainers.papers.data_figures import DATA_FIGURES
from tfgan_metric.trainers.papers.figures import FIGURES, mean_curve, number_of, write_figure
from tfgan_metric.trainers.papers.findings import Findings
from tfgan_metric.trainers.papers.page import write_table
from tfgan_metric.trainers.papers.perform import Task, perform, run_name
from tfgan_metric.trainers.papers.publish import publish, write_index
from tfgan_metric.trainers.papers.reproduce import reproduce
from tfgan_metric.trainers.papers.results import ResultsFile, best_step, summarise
from tfgan_metric.trainers.papers.step_times import add_step_times
from tfgan_metric.trainers.papers.table import Claim, PaperTable, Row
from tfgan_metric.trainers.papers.tables import PAPER_TABLES, PAPERS
from tfgan_metric.trainers.recipes import recipe as recipe_module
from tfgan_metric.trainers.recipes import small
from tfgan_metric.trainers.runs.interpolation import interpolate

NUMBERING = {  # the papers' own: tables and figures from 1 to so many
    "DMGAN": {"Table": 3, "Figure": 7},
    "MBGAN": {"Table": 4, "Figure": 9},
    "Deli-Fisher GAN": {"Table": 2, "Figure": 4},
    "AM-GAN": {"Table": 3, "Figure": 18},
}


def row_of(table, label):
    (found,) = (row for row in table.rows if row.label == label)
    return found


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.PAPER)
def test_every_table_and_figure_of_a_paper(paper):
    """Each is made again or named as a diagram, never both; nothing else is called one; printed numbers are shown."""
    numbered = {f"{kind} {n}" for kind, last in NUMBERING[paper.PAPER].items() for n in range(1, last + 1)}
    places = {place for table in paper.TABLES for place in table.places}
    assert not places & set(paper.DIAGRAMS)
    assert {place for place in places | set(paper.DIAGRAMS) if place.startswith(("Table", "Figure"))} == numbered
    assert all(table.paper == paper.PAPER for table in paper.TABLES)
    shown = {column for table in paper.TABLES for column in table.columns}
    assert all(set(row.paper) <= shown for table in paper.TABLES for row in table.rows)


def test_list_is_by_paper():
    result = CliRunner().invoke(reproduce_command, ["--list"])
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [*NUMBERING, "The zoo"]
    assert lines.index("MBGAN") < next(at for at, line in enumerate(lines) if "mbgan-fig8" in line)
    assert any("(no experiment)" in line and "Figure 2: real images of MNIST" in line for line in lines)


def test_small_budget_has_recipes_of_its_own():
    """So that a better embedded recipe changes no page."""
    used = {row.recipes["small"] for table in PAPER_TABLES.values() for row in table.trained}
    assert used <= {recipe.name for recipe in small.RECIPES}


@pytest.mark.parametrize("name", PAPER_TABLES)
@pytest.mark.parametrize("budget", BUDGETS)
def test_table_is_whole(name, budget):
    """Each setting is a valid recipe of its own, claims speak of settings."""
    table, amount = PAPER_TABLES[name], BUDGETS[budget]
    recipes = [row.recipe(amount, amount.steps, None, seed=1) for row in table.trained]
    assert len({run_name(recipe) for recipe in recipes}) == len(recipes)
    assert all(recipe.seed == 1 and recipe.evaluate_every * amount.evaluations >= recipe.steps for recipe in recipes)
    assert all(row_of(table, claim.better) != row_of(table, claim.worse) for claim in table.claims)
    assert table.figure in FIGURES


def test_printed_numbers():
    """A few of the papers', read off their tables; and the same run is shared by the tables that need it."""
    table = PAPER_TABLES["dmgan-table2"]
    assert [row.paper[FID] for row in table.rows] == ["191.25", "64.76", "46.79", "60.87", "52.76", "51.28"]
    assert row_of(PAPER_TABLES["mbgan-table3"], "MBGAN").paper == {SVM: "0.768"}
    am_gan = row_of(PAPER_TABLES["am-gan-table1"], "AM-GAN, predefined").paper
    assert am_gan == {INCEPTION_SCORE: "8.35 ± 0.12", AM_SCORE: "0.05"}
    small = BUDGETS["small"]
    one = row_of(table, "λ = 1.8").recipe(small, 800, None, 0)
    assert run_name(one) == run_name(row_of(PAPER_TABLES["dmgan-fig4"], "γ = 0.5").recipe(small, 800, None, 0))
    assert run_name(one) != run_name(row_of(table, "λ = 1.8").recipe(small, 800, None, 1))
    shared = [("mbgan-fig4", "α = 20"), ("mbgan-fig5", "K = 500"), ("mbgan-table3", "MBGAN"), ("mbgan-table4", "MBGAN")]
    assert (
        len({run_name(row_of(PAPER_TABLES[name], label).recipe(small, None, None, 0)) for name, label in shared}) == 1
    )


def paper_recipes(name):
    """A setting's label -> its recipe at the paper's budget."""
    return {row.label: row.recipe(BUDGETS["paper"], None, None, 0) for row in PAPER_TABLES[name].trained}


def test_gan_with_predefined_labels_is_the_papers():
    """Its generator takes a uniform label, its discriminator none and one layer more than with dynamic ones."""
    recipes = paper_recipes("am-gan-table1")
    settings = {label: (one.network, one.hyperparameters["label_mode"]) for label, one in recipes.items()}
    assert settings["GAN, predefined"] == settings["GAN*, predefined"] == ("am_conditional", "predefined")
    assert settings["GAN, dynamic"] == ("am", "none") and settings["GAN*, dynamic"] == ("am", "dynamic")
    assert recipes["GAN, predefined"].hyperparameters["noise"] == "normal"


def test_mbgan_of_dmgan_is_on_dmgans_networks():
    """DMGAN, sections 4.1 and 4.3: α = 200, K = 500 (the scheme's own), batch 64, training and test images."""
    for name in ("dmgan-table3", "dmgan-fig7"):
        mbgan, dmgan = (paper_recipes(name)[label] for label in ("MBGAN", "DMGAN"))
        assert (mbgan.network, mbgan.data, mbgan.batch_size) == (dmgan.network, dmgan.data, dmgan.batch_size)
        assert mbgan.hyperparameters == {"margin_scale": 200.0} and mbgan.feature_dimension is None
    assert {one.batch_size for one in paper_recipes("dmgan-table3").values()} == {64}


@pytest.mark.parametrize("name", ["deli-fisher-table1", "deli-fisher-table2", "deli-fisher-fig4"])
def test_deli_fisher_rows_differ_in_the_scheme_alone(name):
    """One data set, one network, and as many real images: 200 epochs of 50,000, but for the last batch."""
    for budget, images in (("paper", 200 * 50_000), ("small", 2_000 * 64)):
        recipes = [row.recipe(BUDGETS[budget], None, None, 0) for row in PAPER_TABLES[name].trained]
        assert len({(one.data, one.network, one.batch_size) for one in recipes}) == 1
        updates = [one.as_fields()["discriminator_steps"] for one in recipes]
        seen = [one.steps * one.batch_size * count for one, count in zip(recipes, updates, strict=True)]
        assert all(images - 64 * 5 < one <= images for one in seen)
    assert PAPER_TABLES["deli-fisher-table2"].paper_seeds == 5


def test_small_figure_5_differs_in_the_centers_alone():
    recipes = [row.recipe(BUDGETS["small"], None, None, 0).as_fields() for row in PAPER_TABLES["dmgan-fig5"].rows]
    differing = {name for name in recipes[0] | recipes[1] if recipes[0].get(name) != recipes[1].get(name)}
    assert differing - {"name", "source"} == {"scheme", "center_update_ratio"}


def test_a_new_default_does_not_change_a_runs_name(monkeypatch):
    """Nor does a default that is given; another value does."""
    one = row_of(PAPER_TABLES["dmgan-table2"], "λ = 1.8").recipe(BUDGETS["small"], 800, None, 0)
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
    """By run, number of images and columns, the newest first; one that diverged needs no number."""
    results = ResultsFile(tmp_path / "results.json")
    for one in (record("a", 1.0), record("a", 2.0), record("b", 3.0, results=[], diverged="loss at step 3")):
        results.append(one)
    assert results.find("a", 100, [FID])["results"][0]["value"] == 2.0
    assert results.find("a", 200, [FID]) is None and results.find("a", 100, [SVM]) is None
    assert results.find("b", 100, [FID])["diverged"] and results.find("c", 100, []) is None


def test_summary_by_hand():
    """1, 2 and 6: mean 3, sample deviation √((4 + 1 + 9) / 2) = √7; a run without the number does not count."""
    runs = [record("a", value) for value in (1.0, 2.0, 6.0)] + [record("a", 0.0, results=[], diverged="")]
    assert summarise(runs, FID) == (3.0, pytest.approx(7**0.5))
    assert summarise(runs[3:], FID) == (None, None) and summarise(runs[:1], FID) == (1.0, None)
    curve = [{"step": step, "frechet_distance": value} for step, value in ((4, 5.0), (8, 2.0), (12, 3.0))]
    assert best_step(record("a", 0.0, curve=curve), FID) == (2.0, 8)
    assert best_step(record("a", 0.0), FID) is None
    assert mean_curve([{"curve": curve}, {"curve": curve[1:]}], "frechet_distance") == ([8, 12], [2.0, 3.0])


@pytest.mark.parametrize(("printed", "number"), [("5.92 ± 0.17", 5.92), ("237", 237.0), ("-", None), ("", None)])
def test_number_of(printed, number):
    assert number_of(printed) == number


def findings(table, records, runs, budget="smoke"):
    return Findings(table, BUDGETS[budget], records, runs, "digits", "classifier", "command")


def table_of(rows, claims=(), figure="bars", columns=(FID, INCEPTION_SCORE), **fields):
    common = {"paper": "paper", "paper_data": "CIFAR-10", "steps": 8}
    return PaperTable("name", ("Table 1",), "which?", rows, columns, figure, claims, **common | fields)


def test_table_by_hand(tmp_path):
    """Three settings of two seeds: .5 and 1.5 are 1 ± .71, so 4 ± .71 is beyond the spread √(.71² + .71²) = 1 of the
    difference, and 1.5 ± .71 within it; one diverged; one is a number that the paper quotes."""
    rows = tuple(Row(label, {}, {}, {FID: printed}) for label, printed in (("a", "7.5"), ("b", ""), ("c", "")))
    rows += (Row("d"), Row("e, quoted", {}, {}, {FID: "9"}))
    pairs = (("a", "b"), ("b", "a"), ("a", "c"), ("a", "d"), ("d", "a"))
    claims = (*(Claim(*pair, FID) for pair in pairs), Claim("a", "c", FID, 0.6), Claim("a", "c", FID, 0.4))
    values = {"a": (0.5, 1.5), "b": (3.5, 4.5), "c": (1.0, 2.0)}
    records = {label: [record(label, value) for value in pair] for label, pair in values.items()}
    records["d"] = [record("d", 0.0, results=[], diverged="the loss became non-finite at step 3")] * 2
    records["e, quoted"] = []
    write_table(tmp_path / "table.md", findings(table_of(rows, claims), records, tmp_path), ["it grows"])
    page = (tmp_path / "table.md").read_text()
    assert "paper, Table 1, on digits. Made by `command`." in page
    assert "| setting | FID, paper (CIFAR-10) | FID, here | best | Inception Score, here | best |" in page
    assert "| a | 7.5 | 1 ± 0.71 |" in page and "| d |  | - (2 of 2 diverged) |" in page
    assert "| e, quoted | 9 | - |" in page and "- it grows" in page
    assert "- a better than b by FID: holds (1 against 4, spread 1)" in page
    assert "- b better than a by FID: does **not** hold (4 against 1, spread 1)" in page
    assert "- a better than c by FID: **not seen**, within the spread (1 against 1.5, spread 1)" in page
    assert "- a better than d by FID: holds, d diverged" in page
    assert "- d better than a by FID: cannot be said, a setting has no number" in page
    assert "- a like c by FID, within 60%: holds (1 against 1.5, a ratio of 0.667)" in page
    assert "- a like c by FID, within 40%: does **not** hold" in page
    assert "FID here is `frechet_distance`" in page and "seed 0: the loss became non-finite at step 3" in page


def test_pages_and_their_index(tmp_path):
    """Two pages of one paper: of the first's claims one holds and one is within the spread; the second makes none."""
    rows = tuple(Row(label) for label in "abc")
    values = {"a": (0.5, 1.5), "b": (3.5, 4.5), "c": (1.0, 2.0)}
    records = {label: [record(label, value) for value in pair] for label, pair in values.items()}
    for name, claims in (("first", (Claim("a", "b", FID), Claim("a", "c", FID))), ("second", ())):
        found = findings(table_of(rows, claims), records, tmp_path)
        write_table(tmp_path / name / "table.md", found)
        write_figure(tmp_path / name / "figure.png", found)
        page = publish(tmp_path / name, name, tmp_path / "pages")
        assert f"![figure]({name}.png)" in page.read_text() and page.with_suffix(".png").exists()
    index = (tmp_path / "pages" / "README.md").read_text()
    assert "## paper\n" in index and "| [Table 1](second.md) | which? | digits | - |" in index
    assert "| [Table 1](first.md) | which? | digits | of 2: 1 hold, 1 not seen beyond the spread |" in index


def test_index_of_the_results_is_the_pages_own(tmp_path):
    results = pathlib.Path(__file__).parents[2] / "docs" / "results"
    pages = shutil.copytree(results, tmp_path / "results")
    assert write_index(pages) == (results / "README.md").read_text(encoding="utf-8")


def test_one_run_proves_no_claim(tmp_path):
    records = {label: [record(label, value)] for label, value in (("a", 1.0), ("b", 4.0))}
    rows = tuple(Row(label) for label in records)
    write_table(tmp_path / "table.md", findings(table_of(rows, (Claim("a", "b", FID),)), records, tmp_path))
    said = "- a better than b by FID: seen in one run, whose spread is unknown (1 against 4)"
    assert said in (tmp_path / "table.md").read_text()


def test_run_that_diverges_is_a_result(tmp_path):
    row = row_of(PAPER_TABLES["dmgan-table2"], "λ = 1.8")
    recipe = row.recipe(BUDGETS["smoke"], 8, None, 0).with_fields(
        {"generator_learning_rate": 1e30, "width": 0.05, "evaluate_every": 0}
    )
    found = perform(Task("λ = 1.8", recipe.as_fields(), tmp_path / "run", BUDGETS["smoke"], (FID,)))
    assert "became non-finite at step" in found["diverged"] and found["results"] == []


@pytest.mark.parametrize("name", sorted(set(FIGURES) - set(DATA_FIGURES)))
def test_figure_without_a_number(name, tmp_path):
    """All runs diverged, before a line of their history was written: an empty picture and no traceback."""
    row = Row("a", {"small": "dmgan_small"}, {}, {FID: "7.5"}, at=1.0, series="a")
    table = table_of((row,), figure=name, axis="x", columns=(FID,))
    records = {"a": [record("a", 0.0, results=[], diverged="the loss became non-finite at step 3")]}
    write_figure(tmp_path / "figure.png", findings(table, records, tmp_path))
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", DATA_FIGURES)
def test_figure_of_no_run(name, tmp_path):
    """Of the digits as their classifier sees them, or of numbers alone; each says what it shows."""
    found = findings(table_of((), figure=name, columns=()), {}, tmp_path)._replace(data_name="embedded_mnist")
    sentences = write_figure(tmp_path / "figure.png", found)
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG") and sentences


def test_mode_dropping_by_hand():
    """Of points that are certain of their class, E KL is the entropy of the kept classes' shares: ln n for equal ones.
    Of shares .5, .25, .25 two are kept: .5 and .25 give 2/3, 1/3 and so ln 3 - 2/3 ln 2 = .6365; .25 and .25 give ln 2.
    """
    for kept in (1, 7, 100):
        np.testing.assert_allclose(
            mode_dropping.kept_divergences(mode_dropping.uniform_density(), kept, droppings=20),
            np.log(kept),
            atol=1e-12,
        )
    found = mode_dropping.kept_divergences(np.array([0.5, 0.25, 0.25]), 2, droppings=200)
    expected = np.array([np.log(3) - 2 / 3 * np.log(2), np.log(2)])
    assert np.abs(found[:, None] - expected).min(axis=1).max() < 1e-12
    assert 0.5 < np.mean(found < 0.68) < 0.83  # two of three pairs hold the large share
    gaussian = mode_dropping.gaussian_density()
    assert mode_dropping.kept_divergences(gaussian, 100, droppings=1)[0] == pytest.approx(4.3009, abs=1e-4)
    half = mode_dropping.kept_divergences(gaussian, 50)  # the script's: 3.610, from 3.483 to 3.738
    assert half.mean() == pytest.approx(3.610, abs=6e-3) and 3.45 < half.min() < 3.52 and 3.71 < half.max() < 3.77


def test_step_times_belong_to_their_recipes(tmp_path, monkeypatch):
    """Measured once for a table, again where another recipe stands behind a setting. Fifths of 1, 1, 2, 2 and 4 ms:
    median 2, and a training of 8 steps .016 s; their mean is 2, so the deviation √((1 + 1 + 0 + 0 + 4) / 4) = √1.5."""
    measured = []

    def measure(recipes, rounds):
        measured.append({label: (recipe.network, recipe.batch_size) for label, recipe in recipes.items()})
        return {label: np.repeat([0.001, 0.002, 0.004, 0.002, 0.001], 3) for label in recipes}

    monkeypatch.setattr(step_times, "time_recipes", measure)
    recipe = row_of(PAPER_TABLES["dmgan-table3"], "waDMGAN").recipe(BUDGETS["smoke"], 8, None, 0)
    recipes = {"a": "b"}

    def times(*batches):
        rows = tuple(Row(label, recipes, {}, {}, timed_fields={"width": 0.1}) for label in "ab"[: len(batches)])
        table = table_of(rows, timed_fields={"network": "metric", "batch_size": 16})
        fields = [recipe.with_fields({"batch_size": batch, "latent_dimension": batch}).as_fields() for batch in batches]
        records = {label: [record(label, 1.0, recipe=one)] for label, one in zip("ab", fields, strict=False)}
        add_step_times(records, ResultsFile(tmp_path / "results.json"), table, BUDGETS["small"])
        return [(summarise(found, STEP_TIME), summarise(found, TRAINING_TIME)[0]) for found in records.values()]

    for (milliseconds, spread), seconds in times(32, 8):
        assert (milliseconds, seconds) == (2.0, pytest.approx(0.016)) and spread == pytest.approx(1.5**0.5)
    assert times(32, 8) == times(32, 8)
    times(32, 4)
    assert measured == [{"a": ("metric", 16), "b": ("metric", 16)}] * 2


@pytest.mark.full
@pytest.mark.parametrize("name", ["dmgan-fig3", "am-gan-table1"])
def test_paper_budget_starts_evaluates_and_ends(name, tmp_path):
    """Two steps of the paper's networks, batch and rates, on digits."""
    row = PAPER_TABLES[name].rows[-1]
    budget = BUDGETS["paper"]._replace(images=50, images_on_the_way=50)
    recipe = row.recipe(budget, 2, "embedded_mnist", 0)
    found = perform(Task(row.label, recipe.as_fields(), tmp_path / "run", budget, (FID,)))
    metrics = {result["metric"]: result for result in found["results"]}
    assert found["recipe"]["width"] == 1.0 and found["curve"][-1]["step"] == 2
    assert np.isfinite(metrics["frechet_distance"]["value"]) and metrics["am_score"]["protocol"]["step"] == 2


def test_command_makes_the_page_and_repeats_nothing(tmp_path):
    arguments = ("reproduce", "dmgan-fig5", "--budget", "smoke", "--out", tmp_path / "out")
    code, _, error = run_command(*arguments, cwd=tmp_path)
    assert code == 0, error
    folder = tmp_path / "out" / "dmgan-fig5-smoke-embedded_mnist"
    assert (folder / "figure.png").read_bytes().startswith(b"\x89PNG")
    page, lines = (folder / "table.md").read_text(), (tmp_path / "out" / "results.json").read_text().splitlines()
    assert "| DMGAN-f |" in page and "tfgan-metric reproduce dmgan-fig5 --budget smoke" in page
    assert {json.loads(line)["setting"] for line in lines} == {"DMGAN", "DMGAN-f"}
    assert run_command(*arguments, cwd=tmp_path)[0] == 0
    assert (tmp_path / "out" / "results.json").read_text().splitlines() == lines
    assert (folder / "table.md").read_text() == page
    picture = tmp_path / "between.png"
    run = next((tmp_path / "out" / "runs").glob("dmgan_*_seed_0"))
    code, _, _ = run_command("interpolate", run, "--rows", 3, "--columns", 4, "--out", picture, cwd=tmp_path)
    assert code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_bad_input(tmp_path):
    for arguments, message in (
        (("table9",), "unknown experiment 'table9'; .* are valid, such as "),
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


@pytest.mark.full
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
    code, _, error = run_command(*arguments, cwd=tmp_path)
    assert code == 0, error
    assert len((tmp_path / "out" / "results.json").read_text().splitlines()) == 1
