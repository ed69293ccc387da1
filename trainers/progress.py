"""Progress of work over batches, with the time left: a bar in a terminal, now and then a line in a log."""

import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

SECONDS_BETWEEN_LOG_LINES = 15


def show_progress(batches, total, what):
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

    def __init__(self, what, total):
        self.what, self.total, self.console = what, total, Console(stderr=True)
        columns = (TextColumn(what), BarColumn(), TextColumn("{task.completed:.1f}/{task.total}"), TextColumn("left"))
        self.bar = Progress(*columns, TimeRemainingColumn(), console=self.console, disable=not self.console.is_terminal)

    def __enter__(self):
        self.started = self.reported = time.monotonic()
        self.first = None
        self.task = self.bar.add_task("", total=self.total)
        self.bar.start()
        return self

    def __exit__(self, *error):
        self.bar.stop()

    def show(self, done):
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


def show_rounds(rounds):
    """Yields the rounds of a benchmark, with a bar in a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        yield from bar.track(rounds, description="rounds")
