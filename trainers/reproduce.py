"""An experiment of a paper as one call: runs what is missing, several at a time, then writes table and figure."""

import concurrent.futures
import contextlib
import csv
import multiprocessing
import os
import pathlib
import statistics
import time
from typing import NamedTuple

from tfgan_metric.errors import InputError, RunStoppedError, choose, require_positive_int
from tfgan_metric.files import require_writable_folder
from tfgan_metric.start import start_worker
from tfgan_metric.trainers.experiments import EXPERIMENTS
from tfgan_metric.trainers.interruption import sigterm_interrupts
from tfgan_metric.trainers.progress import WorkBar
from tfgan_metric.trainers.results import ResultsFile
from tfgan_metric.trainers.study import BUDGETS, GRADIENT_NORM, STEP_TIME, SVM, run_name

RESULTS_FILE, TABLE_FILE, FIGURE_FILE = "results.json", "table.md", "figure.png"
GRADIENT_NORM_COLUMN = "generator_gradient_norm"
SECONDS_BETWEEN_LOOKS = 1.0
SHARE_OF_TRAINING = 0.8  # of a run's work, roughly; the rest is its evaluation


class Task(NamedTuple):
    """One run of an experiment, as a process takes it."""

    label: str
    fields: dict
    folder: str
    images: int
    by_inception: bool
    with_discriminator: bool
    svm_images: int | None


def reproduce(name, budget="small", data=None, seeds=None, out="reproduced", jobs=None):
    """Runs an experiment and writes its results, a table beside the paper's numbers and a figure.

    A run that another call, or another experiment in the same `out`, has finished is not repeated; one that was
    stopped goes on. A run whose loss becomes non-finite is a result too: "diverged".

    Args:
        name: a key of EXPERIMENTS.
        budget: a key of BUDGETS.
        data: a data set's name or folder instead of the recipes' own.
        seeds: runs of each setting, 0..seeds-1; None for the budget's.
        out: folder; runs go to `out`/runs, their records to `out`/results.json, table and figure to
            `out`/NAME-BUDGET-DATA.
        jobs: runs at a time; None for one on a GPU and one a core otherwise.
    Returns:
        The folder of table.md and figure.png.
    Raises:
        InputError: an unknown experiment or budget, data that are not there, or an `out` that cannot be written to.
        RunStoppedError: a signal came; the same call goes on.
    """
    experiment, amount = choose("experiment", name, EXPERIMENTS), choose("budget", budget, BUDGETS)
    seeds = require_positive_int("seeds", amount.seeds if seeds is None else seeds)
    out = require_writable_folder(out)
    recipes = _recipes(experiment, amount, data, seeds)
    data_name = data or (next(iter(recipes.values())).data if recipes else "embedded_mnist")
    by_classifier = _prepare_classifier(data_name, amount)
    by_inception = _needs_inception(data_name, amount, by_classifier)
    if not by_classifier:
        recipes = {key: recipe.with_fields({"evaluate_every": 0}) for key, recipe in recipes.items()}
    results = ResultsFile(out / RESULTS_FILE)
    wanted = [measure.metrics for measure in experiment.measures if measure is not STEP_TIME]
    folders = {key: out / "runs" / run_name(recipe) for key, recipe in recipes.items()}
    tasks = [
        Task(
            label=key[0],
            fields=recipe.as_fields(),
            folder=str(folders[key]),
            images=amount.images,
            by_inception=by_inception,
            with_discriminator=SVM in experiment.measures,
            svm_images=amount.svm_images,
        )
        for key, recipe in recipes.items()
        if results.find(folders[key].name, amount.images, wanted) is None
    ]
    if tasks:
        _run_all(tasks, results, {"experiment": name, "budget": budget}, jobs)
    records = {label: [] for label, _ in recipes}
    for key, run in folders.items():
        records[key[0]].append(results.find(run.name, amount.images, wanted))
    if STEP_TIME in experiment.measures:
        add_step_times(records, results)
    options = {"--budget": budget, "--data": data, "--seeds": seeds if seeds != amount.seeds else None}
    command = f"tfgan-metric reproduce {name}" + "".join(f" {key} {value}" for key, value in options.items() if value)
    return _write_pages(out, f"{name}-{budget}", experiment, amount, records, data_name, command)


def _write_pages(out, name, experiment, budget, records, data_name, command):
    from tfgan_metric.trainers import study_figures, study_table

    folder = out / f"{name}-{pathlib.Path(data_name).name}"
    study_figures.write_figure(folder / FIGURE_FILE, experiment, records, out / "runs", data_name)
    study_table.write_table(folder / TABLE_FILE, experiment, budget, records, data_name, command)
    return folder


def _recipes(experiment, budget, data, seeds):
    """(setting's label, seed) -> recipe."""
    steps = budget.steps or (experiment.steps if budget.recipes == "small" else None)
    return {
        (row.label, seed): row.recipe(budget, steps, data, seed) for row in experiment.rows for seed in range(seeds)
    }


def _prepare_classifier(data_name, budget):
    """Trains the data set's classifier where there is none: the small one, for as many steps as the digits' had.

    Returns whether there is one now; data without labels or held-out images can have none.
    """
    from tfgan_metric.data.catalog import load_data
    from tfgan_metric.evaluation.classifier import classifier_file, load_classifier, make_classifier
    from tfgan_metric.evaluation.densenet import PRESETS
    from tfgan_metric.trainers.callbacks import ProgressReport

    with contextlib.suppress(InputError):
        load_classifier(data_name)
        return True
    data = load_data(data_name)
    if data.num_classes is None or data.held_out is None:
        return False
    preset = PRESETS[budget.recipes]
    epochs = preset.epochs if budget.recipes == "paper" else max(1, preset.epochs * 4_000 // len(data.train))
    progress = ProgressReport(epochs * (len(data.train) // preset.batch_size))
    try:
        make_classifier(data, classifier_file(data_name), budget.recipes, epochs, callbacks=[progress])
    finally:
        progress.bar.stop()
    return True


def _needs_inception(data_name, budget, by_classifier):
    """Whether Inception measures the runs: at the paper's budget colour images, at others what has no classifier.

    Raises:
        InputError: it has to, and there is none, or the images are grey.
    """
    from tfgan_metric.data.catalog import load_data
    from tfgan_metric.evaluation import load_inception

    if by_classifier and budget.recipes == "small":
        return False
    grey = load_data(data_name).train.shape[-1] == 1
    if grey and not by_classifier:
        lacks = "it is grey and lacks labels or held-out images for a classifier"
        raise InputError(f"nothing can measure {data_name}: {lacks}")
    if not grey:
        load_inception()  # what is missing is found before the work
    return not grey


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
        last = (pathlib.Path(task.folder) / "history.csv").read_text(encoding="utf-8").splitlines()[-1]
        return SHARE_OF_TRAINING * min(1.0, float(last.split(",")[0]) / task.fields["steps"])
    return 0.0


def perform(task):
    """Trains and evaluates one run in this process; what it prints goes to a .log beside its folder.

    Returns:
        A record for `ResultsFile`.
    """
    from tfgan_metric.models.guard import NonFiniteLossError
    from tfgan_metric.trainers.experiment import run_experiment
    from tfgan_metric.trainers.recipe import Recipe

    recipe, folder = Recipe.from_fields(task.fields), pathlib.Path(task.folder)
    record = {"run": folder.name, "seed": recipe.seed, "images": task.images, "results": [], "curve": []}
    record |= {"recipe": task.fields, "finished": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
    folder.parent.mkdir(parents=True, exist_ok=True)
    log = folder.with_suffix(".log")
    with open(log, "a", encoding="utf-8") as file, contextlib.redirect_stdout(file), contextlib.redirect_stderr(file):
        try:
            run_experiment(recipe, folder)
        except NonFiniteLossError as error:
            return record | {"diverged": str(error)}
        record["curve"] = _read_rows(folder / "evaluation.csv")
        record["results"] = _measure(recipe, folder, task)
    return record


def _measure(recipe, folder, task):
    from tfgan_metric.data.catalog import load_data
    from tfgan_metric.evaluation import evaluate, generator_source, load_classifier, load_inception
    from tfgan_metric.evaluation.discriminator import discriminator_results
    from tfgan_metric.models.loading import load_model

    data, model = load_data(recipe.data, recipe.geometry), load_model(folder)
    about = {"step": model.steps_trained, "checkpoint": "final"}
    takes_labels = model.inference_classes is not None
    source = generator_source(model.generate, data, task.images, recipe.seed, about, takes_labels)
    extractors = [load_inception()] if task.by_inception else []
    if recipe.evaluate_every:
        extractors.append(load_classifier(recipe.data))
    found = evaluate(source, data, extractors).results
    if task.with_discriminator:
        found += discriminator_results(model.discriminator, data, about, svm_images=task.svm_images)
    records = [result.as_record() for result in found]
    norms = [row[GRADIENT_NORM_COLUMN] for row in _read_rows(folder / "history.csv") if GRADIENT_NORM_COLUMN in row]
    if norms:
        half = norms[len(norms) // 2 :]
        records.append({"metric": GRADIENT_NORM.metrics[0], "value": statistics.fmean(half), "lowest": min(half)})
    return records


def _read_rows(path):
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        return [{name: float(value) for name, value in row.items() if value} for row in csv.DictReader(file)]


def add_step_times(records, results):
    """Times one step of each setting, in one process and in turn, where no earlier call has."""
    runs = {label: found[0]["run"] for label, found in records.items() if "diverged" not in found[0]}
    times = next((record["step_times"] for record in reversed(results.records) if "step_times" in record), None)
    if times is None or not times.keys() >= set(runs.values()):
        from tfgan_metric.trainers.benchmark import recipe_step_times
        from tfgan_metric.trainers.recipe import Recipe

        recipes = {run: Recipe.from_fields(records[label][0]["recipe"]) for label, run in runs.items()}
        times = {run: 1e3 * statistics.median(found) for run, found in recipe_step_times(recipes).items()}
        results.append({"run": "step times", "images": 0, "results": [], "curve": [], "step_times": times})
    for label, run in runs.items():
        for record in records[label]:
            record["results"].append({"metric": STEP_TIME.metrics[0], "value": times[run]})
