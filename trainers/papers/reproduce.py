"""An experiment of a paper as one call: runs what is missing, several at a time, then writes table and figure."""

import concurrent.futures
import contextlib
import multiprocessing
import os
import pathlib

from tfgan_metric.errors import RunStoppedError, choose, require_positive_int
from tfgan_metric.files import require_writable_folder
from tfgan_metric.progress import WorkBar
from tfgan_metric.start import start_worker
from tfgan_metric.trainers.papers.evaluators import choose_evaluators
from tfgan_metric.trainers.papers.perform import Task, measure_real_images, perform
from tfgan_metric.trainers.papers.publish import publish
from tfgan_metric.trainers.papers.results import ResultsFile
from tfgan_metric.trainers.papers.step_times import add_step_times
from tfgan_metric.trainers.papers.table import BUDGETS, TIMES, Findings, run_name
from tfgan_metric.trainers.papers.tables import EXPERIMENTS
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.interruption import sigterm_interrupts

RESULTS_FILE, TABLE_FILE, FIGURE_FILE = "results.json", "table.md", "figure.png"
SECONDS_BETWEEN_LOOKS = 1.0
SHARE_OF_TRAINING = 0.8  # of a run's work, roughly; the rest is its evaluation


def reproduce(name, budget="small", data=None, seeds=None, out="reproduced", jobs=None, into=None):
    """Runs an experiment and writes its results, a table beside the paper's numbers and a figure.

    A run that another call, or another experiment in the same `out`, has finished is not repeated; one that was
    stopped goes on. A run whose loss becomes non-finite is a result too: "diverged".

    Args:
        name: a key of EXPERIMENTS.
        budget: a key of BUDGETS.
        data: a data set's name or folder instead of the recipes' own.
        seeds: runs of each setting, 0..seeds-1; None for the experiment's own or the budget's.
        out: folder; runs go to `out`/runs, their records to `out`/results.json, table and figure to
            `out`/NAME-BUDGET-DATA.
        jobs: runs at a time; None for one on a GPU and one a core otherwise.
        into: folder of pages that gets a copy of this one, as NAME.md, or NAME-DATA.md with `data`; None for none.
    Returns:
        The folder of table.md and figure.png.
    Raises:
        InputError: an unknown experiment or budget, data that are not there, or an `out` that cannot be written to.
        RunStoppedError: a signal came; the same call goes on.
    """
    experiment, amount = choose("experiment", name, EXPERIMENTS), choose("budget", budget, BUDGETS)
    usual_seeds = _usual_seeds(experiment, amount)
    seeds = require_positive_int("seeds", usual_seeds if seeds is None else seeds)
    out = require_writable_folder(out)
    recipes = _recipes(experiment, amount, data, seeds)
    data_name = data or _usual_data(experiment, amount, recipes)
    evaluate_by = choose_evaluators(data_name, amount) if data_name else ""
    recipes = {key: recipe.with_fields({"evaluate_by": evaluate_by}) for key, recipe in recipes.items()}
    results = ResultsFile(out / RESULTS_FILE)
    wanted = [measure.metrics for measure in experiment.measures if measure not in TIMES]
    folders = {key: out / "runs" / run_name(recipe) for key, recipe in recipes.items()}
    tasks = [
        Task(key[0], recipe.as_fields(), str(folders[key]), amount, experiment.measures)
        for key, recipe in recipes.items()
        if results.find(folders[key].name, amount.images, wanted) is None
    ]
    if tasks:
        _run_all(tasks, results, {"experiment": name, "budget": budget}, jobs)
    records = {row.label: [] for row in experiment.rows}
    for (label, _), run in folders.items():
        records[label].append(results.find(run.name, amount.images, wanted))
    for row in experiment.rows:
        if row.real_images:
            records[row.label].append(measure_real_images(data_name, evaluate_by))
    if set(TIMES) & set(experiment.measures):
        add_step_times(records, results, experiment, amount.recipes == "small")
    options = {"--budget": budget, "--data": data, "--seeds": seeds if seeds != usual_seeds else None}
    command = f"tfgan-metric reproduce {name}" + "".join(f" {key} {value}" for key, value in options.items() if value)
    found = Findings(experiment, amount, records, out / "runs", data_name, evaluate_by, command)
    folder = _write_pages(out / "-".join(filter(None, (name, budget, pathlib.Path(data_name).name))), found)
    if into is not None:
        publish(folder, f"{name}-{pathlib.Path(data).name}" if data else name, require_writable_folder(into))
    return folder


def _usual_seeds(experiment, budget):
    return (experiment.paper_seeds if budget.recipes == "paper" else None) or budget.seeds


def _usual_data(experiment, budget, recipes):
    """The recipes' data, else the digits or the paper's; "" for a study without data."""
    if recipes:
        return next(iter(recipes.values())).data
    return "embedded_mnist" if experiment.paper_data and budget.recipes == "small" else experiment.paper_data


def _write_pages(folder, found):
    from tfgan_metric.trainers.papers import figures, page

    sentences = figures.write_figure(folder / FIGURE_FILE, found)
    page.write_table(folder / TABLE_FILE, found, sentences)
    return folder


def _recipes(experiment, budget, data, seeds):
    """(setting's label, seed) -> recipe."""
    steps = budget.steps or (experiment.steps if budget.recipes == "small" else None)
    return {
        (row.label, seed): row.recipe(budget, steps, data, seed) for row in experiment.trained for seed in range(seeds)
    }


def _run_all(tasks, results, about, jobs):
    jobs = min(len(tasks), jobs or _default_jobs())
    pool = concurrent.futures.ProcessPoolExecutor(
        jobs, multiprocessing.get_context("spawn"), start_worker, (max(1, os.cpu_count() // jobs),)
    )
    try:
        with sigterm_interrupts(), WorkBar(f"{len(tasks)} runs, {jobs} at a time", len(tasks)) as bar:
            waiting = {pool.submit(perform, task): task for task in tasks}
            while waiting:
                done, _ = concurrent.futures.wait(waiting, SECONDS_BETWEEN_LOOKS, concurrent.futures.FIRST_COMPLETED)
                for future in done:
                    results.append(about | {"setting": waiting.pop(future).label} | future.result())
                bar.show(len(tasks) - len(waiting) + sum(map(_share_done, waiting.values())))
    except concurrent.futures.process.BrokenProcessPool as error:
        raise RunStoppedError("a run's process died, perhaps for lack of memory; fewer --jobs need less") from error
    except KeyboardInterrupt as error:
        for process in multiprocessing.active_children():
            process.terminate()  # a run ends its step and saves
        raise RunStoppedError("stopped by a signal") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _default_jobs():
    import tensorflow as tf

    return 1 if tf.config.list_physical_devices("GPU") else os.cpu_count()


def _share_done(task):
    """How much of a run that is not finished is done, from the last line of its history; a hint for the bar."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        step = RunFolder(task.folder).history()[-1]["step"]
        return SHARE_OF_TRAINING * min(1.0, step / task.fields["steps"])
    return 0.0
