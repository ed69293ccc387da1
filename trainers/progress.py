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
