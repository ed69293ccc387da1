"""Progress of long work, with the time left: a bar in a terminal, now and then a line in a log."""

import time
from collections.abc import Iterable, Iterator
from typing import Any, Self

import keras
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn, track

SECONDS_BETWEEN_LOG_LINES, SECONDS_BETWEEN_LOOKS = 15, 0.5


class WorkBar:
    """A context in which a bar stands.

    Args:
        what: is done.
        total: units of the work.
        done: units that were done before; None where the first word on it says so.
        console: to write to; None for stderr.
    """

    def __init__(self, what: str, total: float, done: int | None = None, console: Console | None = None) -> None:
        self.what, self.total, self.console = what, total, console or Console(stderr=True)
        self.first: float | None = done
        count, detail = TextColumn("{task.completed}/{task.total}"), TextColumn("{task.fields[detail]}")
        times = (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
        columns = (TextColumn(what), count, BarColumn(), detail, *times)
        self.bar = Progress(*columns, console=self.console, disable=not self.console.is_terminal)
        self.task = self.bar.add_task("", total=total, completed=done or 0, detail="")

    def __enter__(self) -> Self:
        self.started = self.reported = time.monotonic()
        self.bar.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self.bar.stop()

    def is_due(self) -> bool:
        """Whether the last report is old."""
        wait = SECONDS_BETWEEN_LOOKS if self.console.is_terminal else SECONDS_BETWEEN_LOG_LINES
        return time.monotonic() - self.reported >= wait

    def show(self, done: float) -> None:
        """Says how many units are done; in a log only where that is due."""
        if self.console.is_terminal or self.is_due():
            self.report(done)

    def report(self, done: float, detail: str = "") -> None:
        """Says how many units are done, and a word on them."""
        self.reported = now = time.monotonic()
        if self.first is None:
            self.first, self.started = done, now  # what an earlier call did tells nothing about the speed of this one
        self.bar.update(self.task, completed=round(done, 1), detail=detail)
        if not self.console.is_terminal:
            new = done - self.first
            left = f"{(now - self.started) / new * (self.total - done):.0f} s left" if new > 0 else ""
            words = filter(None, (f"{self.what} {round(done, 1)}/{self.total}", detail, left))
            self.console.print("  ".join(words), highlight=False)


def show_progress(batches: Iterable[tuple], total: int, what: str) -> Iterator[tuple]:
    """Yields the batches, (images, whatever belongs to them), and shows how many of the `total` images are done."""
    done = 0
    with WorkBar(what, total, done) as bar:
        for images, other in batches:
            yield images, other
            done += len(images)
            bar.show(done)


def show_rounds(rounds: Iterable[int]) -> Iterable[int]:
    """The rounds of a benchmark, with a bar in a terminal."""
    console = Console(stderr=True)
    return track(rounds, "rounds", console=console, transient=True, disable=not console.is_terminal)


class ProgressReport(keras.callbacks.Callback, WorkBar):
    """Shows steps, losses and time left of one or more `fit`, which begin at `first_step` and end at `last_step`."""

    def __init__(self, last_step: int, first_step: int = 0) -> None:
        keras.callbacks.Callback.__init__(self)
        WorkBar.__init__(self, "step", last_step, first_step, Console())
        self.step = first_step

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self.step += 1
        if self.is_due() or self.step == self.total:
            losses = (f"{name.replace('_loss', '')} {float(value):.3f}" for name, value in (logs or {}).items())
            self.report(self.step, "  ".join(losses))
