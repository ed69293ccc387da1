"""The contests as one call: times steps, runs what is missing, then writes the page."""

import itertools
import pathlib

from tfgan_metric.errors import choose, require_positive_int
from tfgan_metric.files import require_writable_folder
from tfgan_metric.trainers.contest.contests import CONTEST_BUDGETS, CONTESTS, FIRST_SEED, Contest
from tfgan_metric.trainers.contest.equal_time import known_steps, time_steps
from tfgan_metric.trainers.contest.page import NAME, Found, write_page
from tfgan_metric.trainers.papers.budget import Budget
from tfgan_metric.trainers.papers.columns import COVERAGE, FRECHET, RECALL
from tfgan_metric.trainers.papers.evaluators import choose_evaluators
from tfgan_metric.trainers.papers.missing import Recipes, records_of, run_missing
from tfgan_metric.trainers.papers.publish import publish
from tfgan_metric.trainers.papers.results import RESULTS_FILE, ResultsFile
from tfgan_metric.trainers.runs.environment import machine

NEEDED = (FRECHET, RECALL, COVERAGE)
JOBS, THREADS = 2, 1


def hold_contests(
    budget: str = "small",
    data: str | None = None,
    seeds: int | None = None,
    out: str | pathlib.Path = "reproduced",
    jobs: int | None = None,
    into: str | pathlib.Path | None = None,
    page_only: bool = False,
) -> pathlib.Path:
    """Sets the zoo's recipes against each other, each with the same time on one thread, and writes their page.

    What is done is kept: the steps' times, runs that are finished, and runs that were stopped, which go on. All first
    seeds are run before the second ones, so that a page of what is done has few rows missing.

    Args:
        budget: a key of CONTEST_BUDGETS.
        data: of the one contest that is run now; None for all. The page has all of them.
        seeds: runs of each recipe, from seed FIRST_SEED on; None for the budget's.
        out: folder; runs go to `out`/runs, their records to `out`/results.json, the page to `out`/zoo-BUDGET.
        jobs: runs at a time; None for two.
        into: folder of pages that gets a copy of this one, as zoo.md; None for none.
        page_only: time and train nothing, and make the page of the runs that are done.
    Returns:
        The folder of table.md and its pictures.
    Raises:
        InputError: an unknown budget or data, data that are not there, or an `out` that cannot be written to.
        RunStoppedError: a signal came; the same call goes on.
    """
    amount = choose("budget of the zoo", budget, CONTEST_BUDGETS)
    seeds = require_positive_int("seeds", amount.seeds if seeds is None else seeds)
    held = CONTESTS if data is None else (choose("data of the zoo", data, {one.data: one for one in CONTESTS}),)
    root, jobs = require_writable_folder(out), jobs or JOBS
    results, runs = ResultsFile(root / RESULTS_FILE), root / "runs"
    if not page_only:
        about = {"experiment": NAME, "budget": budget, "machine": machine(), "jobs": jobs}
        for contest in held:
            choose_evaluators(contest.data, amount)  # what is missing is found before the work
        if amount.steps is None:
            for contest in held:
                time_steps(contest, results, about, jobs, THREADS)
        run_missing(_recipes(held, amount, seeds, results), NEEDED, amount, runs, results, about, jobs, THREADS)
    records = records_of(_recipes(CONTESTS, amount, seeds, results), NEEDED, amount, results)
    command = f"tfgan-metric reproduce {NAME}" + ("" if budget == "small" else f" --budget {budget}")
    folder = root / f"{NAME}-{budget}"
    write_page(folder, Found(CONTESTS, records, seeds, runs, command))
    if into is not None:
        publish(folder, NAME, require_writable_folder(into))
    return folder


def _recipes(contests: tuple[Contest, ...], budget: Budget, seeds: int, results: ResultsFile) -> Recipes:
    """(an entry's label, seed) -> recipe, of the entries whose steps are known; the first seed of all comes first."""
    entries = [entry for contest in contests for entry in contest.entries]
    steps = dict.fromkeys(entries, budget.steps)
    if budget.steps is None:
        steps = {entry: found for contest in contests for entry, found in known_steps(contest, results).items()}
    pairs = itertools.product(range(FIRST_SEED, FIRST_SEED + seeds), steps.items())
    return {(entry.label, seed): budget.paced(entry.of_seed(seed, found)) for seed, (entry, found) in pairs}
