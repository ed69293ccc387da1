"""SIGINT and SIGTERM end a training after the step that is running."""

import contextlib
import signal
import threading
from collections.abc import Iterator

import keras

from tfgan_metric.keras_private import on_several_machines

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopAtSignal(keras.callbacks.Callback):
    """Ends `fit` after the step in which a signal came; a second signal does what it does without this."""

    def __init__(self) -> None:
        super().__init__()
        self.name: str | None = None

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        if self.name:
            self.model.stop_training = True

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Catches the signals, but not outside the main thread, where that is impossible, nor on several machines.

        Those would have to end after the same step; the kill of all ends such a run, which goes on from a checkpoint.
        """
        if on_several_machines() or threading.current_thread() is not threading.main_thread():
            yield
            return
        earlier = {number: signal.getsignal(number) for number in SIGNALS}

        def note(number, frame):
            self.name = signal.Signals(number).name
            restore()

        def restore():
            for number, handler in earlier.items():
                signal.signal(number, handler)

        for number in SIGNALS:
            signal.signal(number, note)
        try:
            yield
        finally:
            restore()


@contextlib.contextmanager
def sigterm_interrupts() -> Iterator[None]:
    """Lets SIGTERM raise KeyboardInterrupt, as SIGINT does; outside the main thread it changes nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    earlier = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, earlier)
