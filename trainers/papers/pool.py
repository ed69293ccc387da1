"""The runs of a paper's table that are missing, several at a time, each in a process of its own."""

import concurrent.futures
import contextlib
import multiprocessing
import os
import pathlib

import tensorflow as tf

from tfgan_metric.errors import RunStoppedError
from tfgan_metric.progress import WorkBar
from tfgan_metric.start import start_worker
from tfgan_metric.trainers.papers.budget import Budget
from tfgan_metric.trainers.papers.columns import TIMES
from tfgan_metric.trainers.papers.perform import Task, perform, run_name
from tfgan_metric.trainers.papers.results import Record, Records, ResultsFile
from tfgan_metric.trainers.papers.table import PaperTable
from tfgan_metric.trainers.recipes.recipe import Recipe
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.interruption import sigterm_interrupts

SECONDS_BETWEEN_LOOKS = 1.0
SHARE_OF_TRAINING = 0.8  # of a run's work, roughly; the rest is its evaluation


def run_missing(
    table: PaperTable,
    budget: Budget,
    recipes: dict[tuple[str, int], Recipe],
    runs: pathlib.Path,
    results: ResultsFile,
    about: Record,
    jobs: int | None,
) -> Records:
    """Performs the runs of a table that the results lack; each one's record is kept as soon as it is done.

    Args:
        recipes: (a setting's label, seed) -> recipe.
        runs: folder of all runs.
        about: what else a new record says.
        jobs: runs at a time; None for one on a GPU and one a core otherwise.
    Raises:
        RunStoppedError: a signal came, or a process died.
    """
    folders = {key: runs / run_name(recipe) for key, recipe in recipes.items()}
    columns = [column for column in table.columns if column not in TIMES]

    def find(folder: pathlib.Path) -> Record | None:
        return results.find(folder.name, budget.images, columns)

    tasks = [
        Task(key[0], recipe.as_fields(), folders[key], budget, table.columns)
        for key, recipe in recipes.items()
        if find(folders[key]) is None
    ]
    if tasks:
        _perform_all(tasks, results, about, jobs)
    records: Records = {row.label: [] for row in table.rows}
    for (label, _), folder in folders.items():
        if (record := find(folder)) is not None:
            records[label].append(record)
    return records


def _perform_all(tasks: list[Task], results: ResultsFile, about: Record, jobs: int | None) -> None:
    cores = os.cpu_count() or 1
    jobs = min(len(tasks), jobs or (1 if tf.config.list_physical_devices("GPU") else cores))
    pool = concurrent.futures.ProcessPoolExecutor(
        jobs, multiprocessing.get_context("spawn"), start_worker, (max(1, cores // jobs),)
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


def _share_done(task: Task) -> float:
    """How much of a run that is not finished is done, by its history; a hint for the bar."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        step = RunFolder(task.folder).history()[-1]["step"]
        return SHARE_OF_TRAINING * min(1.0, step / task.fields["steps"])
    return 0.0
