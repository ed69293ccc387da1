"""Progress of long work, with the time left: a bar in a terminal, now and then a line in a log."""

import time
from collections.abc import Iterable, Iterator
from typing import Any, Self

import keras
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

SECONDS_BETWEEN_LOG_LINES = 15


def show_progress(batches: Iterable[tuple], total: int, what: str) -> Iterator[tuple]:
    """Yields the batches, (images, whatever belongs to them), and shows how many of the `total` images are done."""
    console = Console(stderr=True)
    columns = (TextColumn(what), MofNCompleteColumn(), BarColumn(), TextColumn("left"), TimeRemainingColumn())
    started = reported = time.monotonic()
    done = 0
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("", total=total)
        for images, other in batches:
            yield images, other
            done += len(images)
            bar.update(task, completed=done)
            now = time.monotonic()
            if not console.is_terminal and now - reported >= SECONDS_BETWEEN_LOG_LINES:
                reported = now
                left = (now - started) / done * (total - done)
                console.print(f"{what} {done}/{total}  {left:.0f} s left", highlight=False)


class WorkBar:
    """Progress of work that others do, with the time left: a bar in a terminal, now and then a line in a log.

    Args:
        what: is done.
        total: units of the work.
    """

    def __init__(self, what: str, total: float) -> None:
        self.what, self.total, self.console = what, total, Console(stderr=True)
        columns = (TextColumn(what), BarColumn(), TextColumn("{task.completed:.1f}/{task.total}"), TextColumn("left"))
        self.bar = Progress(*columns, TimeRemainingColumn(), console=self.console, disable=not self.console.is_terminal)

    def __enter__(self) -> Self:
        self.started = self.reported = time.monotonic()
        self.first: float | None = None
        self.task = self.bar.add_task("", total=self.total)
        self.bar.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self.bar.stop()

    def show(self, done: float) -> None:
        """Says how many units, a float, are done."""
        if self.first is None:
            self.first = done  # what an earlier call did tells nothing about the speed of this one
        self.bar.update(self.task, completed=done)
        now = time.monotonic()
        if not self.console.is_terminal and now - self.reported >= SECONDS_BETWEEN_LOG_LINES:
            self.reported = now
            new = done - self.first
            left = f"  {(now - self.started) / new * (self.total - done):.0f} s left" if new > 0 else ""
            self.console.print(f"{self.what}: {done:.1f}/{self.total}{left}", highlight=False)


def show_rounds(rounds: Iterable[int]) -> Iterator[int]:
    """Yields the rounds of a benchmark, with a bar in a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        yield from bar.track(rounds, description="rounds")


class ProgressReport(keras.callbacks.Callback):
    """Shows steps, losses and time left of one or more `fit`; a context in which the bar stands.

    Args:
        last_step: where the work ends.
        first_step: where it begins.
    """

    def __init__(self, last_step: int, first_step: int = 0) -> None:
        super().__init__()
        self.first_step, self.step, self.last_step, self.console = first_step, first_step, last_step, Console()
        self.bar = Progress(
            TextColumn("step"),
            MofNCompleteColumn(),
            BarColumn(),
            TextColumn("{task.fields[losses]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self.console,
            disable=not self.console.is_terminal,
        )

    def __enter__(self) -> Self:
        self.started = self.reported = time.monotonic()
        self.task = self.bar.add_task("", total=self.last_step, completed=self.first_step, losses="")
        self.bar.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self.bar.stop()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self.step += 1
        now = time.monotonic()
        wait = 0.5 if self.console.is_terminal else SECONDS_BETWEEN_LOG_LINES
        if now - self.reported < wait and self.step < self.last_step:
            return
        self.reported = now
        losses = "  ".join(f"{name.replace('_loss', '')} {float(value):.3f}" for name, value in (logs or {}).items())
        self.bar.update(self.task, completed=self.step, losses=losses)
        if not self.console.is_terminal:
            left = (now - self.started) / (self.step - self.first_step) * (self.last_step - self.step)
            self.console.print(f"step {self.step}/{self.last_step}  {losses}  {left:.0f} s left", highlight=False)
