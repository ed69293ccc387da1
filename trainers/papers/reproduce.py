"""A paper's table as one call: runs what is missing, several at a time, then writes table and figure."""

import pathlib

from tfgan_metric.errors import choose, require_positive_int
from tfgan_metric.files import require_writable_folder
from tfgan_metric.trainers.papers.budget import BUDGETS
from tfgan_metric.trainers.papers.evaluate import evaluate_real_images
from tfgan_metric.trainers.papers.evaluators import choose_evaluators
from tfgan_metric.trainers.papers.findings import Findings
from tfgan_metric.trainers.papers.missing import run_missing
from tfgan_metric.trainers.papers.page import write_page
from tfgan_metric.trainers.papers.publish import publish
from tfgan_metric.trainers.papers.results import RESULTS_FILE, Records, ResultsFile
from tfgan_metric.trainers.papers.step_times import add_step_times
from tfgan_metric.trainers.papers.tables import PAPER_TABLES


def reproduce(
    name: str,
    budget: str = "small",
    data: str | None = None,
    seeds: int | None = None,
    out: str | pathlib.Path = "reproduced",
    jobs: int | None = None,
    into: str | pathlib.Path | None = None,
) -> pathlib.Path:
    """Makes a paper's table or figure again: its results, a table beside the paper's numbers and a figure.

    A run that another call, or another table in the same `out`, has finished is not repeated; one that was stopped
    goes on. A run whose loss becomes non-finite is a result too: "diverged".

    Args:
        name: a key of PAPER_TABLES.
        budget: a key of BUDGETS.
        data: a data set's name or folder instead of the recipes' own.
        seeds: runs of each setting, 0..seeds-1; None for the table's own or the budget's.
        out: folder; runs go to `out`/runs, their records to `out`/results.json, table and figure to
            `out`/NAME-BUDGET-DATA.
        jobs: runs at a time; None for one on a GPU and one a core otherwise.
        into: folder of pages that gets a copy of this one, as NAME.md, or NAME-DATA.md with `data`; None for none.
    Returns:
        The folder of table.md and figure.png.
    Raises:
        InputError: an unknown name or budget, data that are not there, or an `out` that cannot be written to.
        RunStoppedError: a signal came; the same call goes on.
    """
    table, amount = choose("experiment", name, PAPER_TABLES), choose("budget", budget, BUDGETS)
    usual_seeds = table.seeds(amount)
    seeds = require_positive_int("seeds", usual_seeds if seeds is None else seeds)
    root = require_writable_folder(out)
    recipes = table.recipes(amount, data, seeds)
    data_name = data or table.data_name(amount)
    evaluate_by = choose_evaluators(data_name, amount) if data_name else ""
    recipes = {key: recipe.with_fields({"evaluate_by": evaluate_by}) for key, recipe in recipes.items()}
    results = ResultsFile(root / RESULTS_FILE)
    about = {"experiment": name, "budget": budget}
    records: Records = {row.label: [] for row in table.rows}
    records |= run_missing(recipes, table.run_columns, amount, root / "runs", results, about, jobs)
    for row in table.rows:
        if row.real_images:
            records[row.label] = [evaluate_real_images(data_name, evaluate_by)]
    if table.has_times:
        add_step_times(records, results, table, amount)
    options = {"--budget": budget, "--data": data, "--seeds": seeds if seeds != usual_seeds else None}
    command = f"tfgan-metric reproduce {name}" + "".join(f" {key} {value}" for key, value in options.items() if value)
    folder = root / "-".join(filter(None, (name, budget, pathlib.Path(data_name).name)))
    write_page(folder, Findings(table, amount, records, root / "runs", data_name, evaluate_by, command))
    if into is not None:
        publish(folder, f"{name}-{pathlib.Path(data).name}" if data else name, require_writable_folder(into))
    return folder
