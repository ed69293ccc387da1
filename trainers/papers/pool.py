"""Work for several processes at a time, each task in one that was started for it."""

import concurrent.futures
import multiprocessing
import os
from collections.abc import Callable, Sequence
from typing import TypeVar

import tensorflow as tf

from tfgan_metric.errors import RunStoppedError
from tfgan_metric.progress import WorkBar
from tfgan_metric.start import start_worker
from tfgan_metric.trainers.runs.interruption import sigterm_interrupts

SECONDS_BETWEEN_LOOKS = 1.0
Task = TypeVar("Task")
Found = TypeVar("Found")


def perform_all(
    work: Callable[[Task], Found],
    tasks: Sequence[Task],
    keep: Callable[[Task, Found], None],
    what: str,
    jobs: int | None,
    threads: int | None = None,
    share_done: Callable[[Task], float] = lambda task: 0.0,
) -> None:
    """Does some work, a function of a module, on each task; what it gives is kept as soon as it is there.

    Args:
        keep: is given each task and what the work gave.
        what: the tasks are, for the progress.
        jobs: processes; None for one on a GPU and one a core otherwise.
        threads: of each process; None for as many as the cores allow.
        share_done: how much of a task that goes on is done, a hint for the progress.
    Raises:
        RunStoppedError: a signal came, or a process died.
    """
    cores = os.cpu_count() or 1
    jobs = min(len(tasks), jobs or (1 if tf.config.list_physical_devices("GPU") else cores))
    threads = threads or max(1, cores // jobs)
    pool = concurrent.futures.ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), start_worker, (threads,))
    try:
        with sigterm_interrupts(), WorkBar(f"{len(tasks)} {what}, {jobs} at a time", len(tasks)) as bar:
            waiting = {pool.submit(work, task): task for task in tasks}
            while waiting:
                done, _ = concurrent.futures.wait(waiting, SECONDS_BETWEEN_LOOKS, concurrent.futures.FIRST_COMPLETED)
                for future in done:
                    keep(waiting.pop(future), future.result())
                bar.show(len(tasks) - len(waiting) + sum(map(share_done, waiting.values())))
    except concurrent.futures.process.BrokenProcessPool as error:
        raise RunStoppedError("a run's process died, perhaps for lack of memory; fewer --jobs need less") from error
    except KeyboardInterrupt as error:
        for process in multiprocessing.active_children():
            process.terminate()  # a run ends its step and saves
        raise RunStoppedError("stopped by a signal") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
