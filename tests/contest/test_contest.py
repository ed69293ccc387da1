"""The contests: what takes part, equal time, the arithmetic of a standing, the page, and one from the command on."""

import json
import re

import numpy as np
import pytest
from click.testing import CliRunner

from conftest import run_command
from tfgan_metric.commands.reproduce import reproduce as reproduce_command
from tfgan_metric.errors import InputError
from tfgan_metric.trainers.contest import equal_time, hold
from tfgan_metric.trainers.contest.contests import CONTEST_BUDGETS, CONTESTS, PAPERS_OWN, Contest, Entry
from tfgan_metric.trainers.contest.hold import hold_contests
from tfgan_metric.trainers.contest.page import Found, write_page
from tfgan_metric.trainers.contest.pictures import spread_out, write_ways
from tfgan_metric.trainers.contest.standing import Range, Standing
from tfgan_metric.trainers.papers.columns import ASKED_CLASS, COVERAGE, RECALL
from tfgan_metric.trainers.papers.perform import run_name
from tfgan_metric.trainers.papers.publish import publish
from tfgan_metric.trainers.papers.results import ResultsFile
from tfgan_metric.trainers.recipes.library import RECIPES

SMALL = CONTEST_BUDGETS["small"]


def record(recall, coverage, seed=0, seconds=200.0, **fields):
    """A run of 400 steps whose coverage was half of the final one at step 200."""
    values = {"frechet_distance": 4.0, "recall": recall, "coverage": coverage, "measured_seconds": seconds}
    results = [{"metric": name, "value": value} for name, value in values.items()]
    results[0]["protocol"] = {"generated": 1_000, "real": 4_000, "extractor": "classifier"}
    curve = [{"step": 200, "coverage": coverage / 2}, {"step": 400, "coverage": coverage}]
    common = {"run": "none", "seed": seed, "images": 1_000, "recipe": {"steps": 400}}
    return common | {"results": results, "curve": curve} | fields


DIVERGED = record(0.0, 0.0, results=[], curve=[], diverged="the loss became non-finite at step 3")


def test_every_recipe_of_the_digits_takes_part():
    """Whoever adds an embedded recipe adds a row; every row can be run, and no two are one run."""
    digits = next(contest for contest in CONTESTS if contest.data == "embedded_mnist")
    assert set(digits.recipes) == {recipe.name for recipe in RECIPES.values() if recipe.name.endswith("_embedded")}
    for contest in CONTESTS:
        recipes = [SMALL.paced(entry.of_seed(1, 300)) for entry in contest.entries]
        assert {(one.data, one.seed, one.steps, one.evaluate_every) for one in recipes} == {(contest.data, 1, 300, 75)}
        assert all(one.ends_row(step) for one in recipes for step in (75, 150, 225, 300))
        assert len({run_name(one) for one in recipes}) == len(recipes)
        assert {entry.short for entry in contest.entries if entry.is_papers_own} == set(PAPERS_OWN)


def test_steps_by_hand():
    """240 s of steps of 70 ms are 3,428.6 steps, to the nearest hundred 3,400; of a minute's step 4, at least 100."""
    assert equal_time.steps_within(240, 70.0) == 3_400
    assert equal_time.steps_within(240, 60_000.0) == 100


def test_steps_are_timed_once(tmp_path, monkeypatch):
    """Two processes share three recipes; what is kept counts for a call that comes later, and its steps are the same.

    Steps of 10, 20 and 40 ms in 8 s are 800, 400 and 200; the medians leave out the first, slow one.
    """
    milliseconds = {"dcgan_embedded": 10, "lsgan_embedded": 20, "wgan_embedded": 40}
    shares = []

    def time_recipes(recipes, rounds):
        return {label: [1.0, *[milliseconds[label.split(" ")[0]] / 1e3] * (rounds - 1)] for label in recipes}

    def perform_all(work, tasks, keep, what, jobs, threads):
        shares.append([[entry.recipe for entry in task] for task in tasks])
        for task in tasks:
            keep(task, work(task))

    monkeypatch.setattr(equal_time, "time_recipes", time_recipes)
    monkeypatch.setattr(equal_time, "perform_all", perform_all)
    few, all_three = (Contest("embedded_mnist", 8, tuple(milliseconds)[:count]) for count in (1, 3))
    for contest in (few, all_three, all_three):
        equal_time.time_steps(contest, ResultsFile(tmp_path / "results.json"), {"jobs": 2}, jobs=2, threads=1)
    assert shares == [[["dcgan_embedded"]], [["lsgan_embedded"], ["wgan_embedded"]]]
    known = equal_time.known_steps(all_three, ResultsFile(tmp_path / "results.json"))
    assert {entry.recipe: steps for entry, steps in known.items()} == dict(
        zip(milliseconds, (800, 400, 200), strict=True)
    )


def test_a_changed_recipe_is_timed_anew(tmp_path, monkeypatch):
    """Another batch is another step; another number of steps is not."""
    results, entry = ResultsFile(tmp_path / "results.json"), Entry("dcgan_embedded", "embedded_mnist")
    contest = Contest(entry.data, 8, (entry.recipe,))
    result = {"metric": "step_milliseconds", "value": 10.0}
    results.append({"run": equal_time._timing_name(entry), "images": 0, "results": [result], "curve": []})
    usual = RECIPES["dcgan_embedded"]
    for fields, known in (({}, 1), ({"steps": 7}, 1), ({"batch_size": 7}, 0)):
        monkeypatch.setitem(RECIPES, "dcgan_embedded", usual.with_fields(fields))
        assert len(equal_time.known_steps(contest, results)) == known


def test_standing_by_hand():
    """Of .5·.4, .6·.5 and a run that diverged the merits are .2, .3 and 0, the median .2; numbers are of the two."""
    runs = [record(0.5, 0.4, seed=0, seconds=190.0), record(0.6, 0.5, seed=1, seconds=210.0), DIVERGED | {"seed": 2}]
    standing = Standing(Entry("dmgan_embedded", "embedded_mnist"), runs)
    assert standing.merit == pytest.approx(0.2) and standing.middle_run is runs[0] and standing.diverged == 1
    assert standing.range_of(COVERAGE) == Range(pytest.approx(0.45), 0.4, 0.5)
    assert standing.range_of(ASKED_CLASS) is None and standing.range_of(RECALL, "real") is None
    (first, half), (last, whole) = standing.way(COVERAGE)
    assert (first, last) == (100.0, 200.0) and whole.median == pytest.approx(0.45)
    assert half == Range(pytest.approx(0.225), 0.2, 0.25)
    assert Standing(standing.entry, [DIVERGED]).way(COVERAGE) == []


def test_labels_keep_apart():
    """0, 0 and 1 with .4 between: the first two move to ∓.2 around 0, the third stays. 0, .1, .2: the middle one stays,
    the others go .4 away. One alone stays."""
    assert spread_out([0.0, 0.0, 1.0], 0.4) == pytest.approx([-0.2, 0.2, 1.0])
    assert spread_out([0.0, 0.1, 0.2], 0.4) == pytest.approx([-0.3, 0.1, 0.5])
    assert spread_out([0.3], 0.4) == [0.3] and spread_out([], 0.4) == []
    places = np.sort(np.random.default_rng(0).random(30))
    assert np.diff(spread_out(places, 0.05)).min() > 0.05 - 1e-9


CONTEST = Contest("embedded_mnist", 240, ("dmgan_embedded", "dcgan_embedded", "lsgan_embedded", "wgan_embedded"))


def page_of(tmp_path, records):
    labels = {entry.recipe: entry.label for entry in CONTEST.entries}
    found = {labels[recipe]: runs for recipe, runs in records.items()}
    other = Contest("fashion_mnist", 360, ("dmgan_embedded",))
    write_page(tmp_path / "zoo", Found((CONTEST, other), found, 3, tmp_path / "runs", "command"))
    return (tmp_path / "zoo" / "table.md").read_text()


def test_page_of_partial_records(tmp_path):
    """DCGAN's three runs, of which one has real images beside it, two of DMGAN, one of LSGAN that diverged."""
    better = [record(0.9, 0.5, seed) for seed in range(3)]
    better[0]["results"][1]["real"] = 0.96
    records = {"dmgan_embedded": [record(0.3, 0.125), record(0.4, 0.25, 1)], "dcgan_embedded": better}
    page = page_of(tmp_path, records | {"lsgan_embedded": [DIVERGED]})
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")]
    assert [row[0] for row in rows] == [
        *("| recipe", "| ---", "| real images, held out", "| dcgan_embedded", "| **dmgan_embedded**"),
        "| lsgan_embedded (1 of 1 diverged)",
    ]
    assert rows[2][3] == "0.96" and rows[3][3] == "0.9 (0.9 to 0.9)" and rows[3][-2:] == ["400", "200 |"]
    assert rows[4][5] == "0.188 (0.12 to 0.25)" and rows[4][6] == "-"
    assert "6 of 12 runs are done; not run yet, and left out: wgan_embedded; with fewer seeds:" in page
    assert "dmgan_embedded (2 of 3), lsgan_embedded (1 of 3)." in page
    assert "- lsgan_embedded, seed 0: the loss became non-finite at step 3" in page
    assert "1000 generated against 4000 real images; features of the classifier, which recognises 97.6% of" in page
    assert "## fashion_mnist: 360 seconds\n\nNot run yet.\n" in page and "samples" not in page
    published = publish(tmp_path / "zoo", "zoo", tmp_path / "pages")
    assert "(zoo.png)" in published.read_text() and (tmp_path / "pages" / "zoo.png").exists()
    assert "## The zoo" in (tmp_path / "pages" / "README.md").read_text()


def test_page_of_nothing(tmp_path):
    assert page_of(tmp_path, {}).count("Not run yet.") == 2
    write_ways(tmp_path / "none.png", [])
    assert (tmp_path / "none.png").read_bytes().startswith(b"\x89PNG")


def test_contest_from_the_command_to_the_page(tmp_path, monkeypatch):
    """Eight steps of two recipes: a page with pictures; again it repeats nothing; of more seeds it says what lacks."""
    contest = Contest("embedded_mnist", 240, ("dcgan_embedded", "am_gan_embedded"))
    monkeypatch.setattr(hold, "CONTESTS", (contest,))
    arguments = ("reproduce", "zoo", "--budget", "smoke", "--out", tmp_path / "out")
    code, _, error = run_command(*arguments, "--publish", tmp_path / "pages", cwd=tmp_path)
    assert code == 0, error
    lines = (tmp_path / "out" / "results.json").read_text().splitlines()
    assert {json.loads(line)["setting"] for line in lines} == {entry.label for entry in contest.entries}
    page = (tmp_path / "pages" / "zoo.md").read_text()
    assert "| **am_gan_embedded** |" in page and "2 runs at a time on" in page and "--budget smoke" in page
    pictures = re.findall(r"\((.+\.png)\)", page)
    assert pictures == ["zoo.png", "zoo-samples-embedded_mnist.png"]
    assert all((tmp_path / "pages" / name).read_bytes().startswith(b"\x89PNG") for name in pictures)
    seconds = [result for result in json.loads(lines[0])["results"] if result["metric"] == "measured_seconds"]
    assert 0 < seconds[0]["value"] < 60
    code, output, _ = run_command(*arguments, "--page-only", "--seeds", 2, cwd=tmp_path)
    assert code == 0 and "2 of 4 runs are done; with fewer seeds: dcgan_embedded (1 of 2)" in output
    assert run_command(*arguments, cwd=tmp_path)[0] == 0
    assert (tmp_path / "out" / "results.json").read_text().splitlines() == lines


def test_bad_input(tmp_path):
    for fields, message in (
        ({"budget": "paper"}, "unknown budget of the zoo 'paper'; valid: small, smoke"),
        ({"data": "cifar10"}, "unknown data of the zoo 'cifar10'; valid: embedded_mnist, emoji, fashion_mnist"),
        ({"seeds": 0}, "seeds must be a whole number of at least 1; got 0"),
    ):
        with pytest.raises(InputError, match=message):
            hold_contests(out=tmp_path / "out", **fields)
    code, _, error = run_command("reproduce", "dmgan-table2", "--page-only", cwd=tmp_path)
    assert code == 2 and "--page-only is for zoo" in error and error.count("\n") == 1


def test_it_is_listed():
    output = CliRunner().invoke(reproduce_command, ["--list"]).output
    assert re.search(r"^The zoo\n  zoo  +every scheme: Which recipe draws best in equal time\?$", output, re.MULTILINE)
