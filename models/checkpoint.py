"""Checkpoints of a training: whole or not there, the one before kept, a damaged one passed over."""

import json
import pathlib
import sys
import tempfile
from typing import Any

import keras

from tfgan_metric.errors import InputError
from tfgan_metric.files import replacing, write_json
from tfgan_metric.models.loading import load_model
from tfgan_metric.models.state import copy_state
from tfgan_metric.replicas import is_chief

KEPT = 2


class CheckpointFolder:
    """step_NNNNNNNN.keras files, the newest two of which are kept, each beside a .json of what else belongs to it."""

    def __init__(self, path: str | pathlib.Path) -> None:
        self.path = pathlib.Path(path)

    def files(self) -> list[pathlib.Path]:
        """The checkpoints, newest first."""
        return sorted(self.path.glob("step_*.keras"), reverse=True)

    def newest_step(self) -> int:
        """The step of the newest checkpoint, -1 where there is none."""
        return max((int(file.stem.removeprefix("step_")) for file in self.files()), default=-1)

    def save(self, model: keras.Model, record: Any = None) -> None:
        """Writes a model of a finite state and `record`, any JSON; then removes all but the newest two.

        Raises:
            InputError: it cannot be written, for the disk is full or the folder read-only; the earlier ones stay.
        """
        file = self.path / f"step_{model.steps_trained:08d}.keras"
        if not is_chief():
            save_model(model, file)
            return
        write_json(file.with_suffix(".json"), record)
        save_model(model, file)
        for old in self.files()[KEPT:]:
            old.unlink()
            old.with_suffix(".json").unlink(missing_ok=True)

    def load(self) -> tuple[Any, Any]:
        """Loads the newest checkpoint that is not damaged; says on stderr which ones were.

        Returns:
            (the model, its record), or (None, None) where there is no checkpoint.
        Raises:
            InputError: there are checkpoints, and all are damaged.
        """
        files = self.files()
        for file in files:
            try:
                return load_model(file), json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
            except (InputError, OSError, ValueError) as error:
                print(f"passed over a damaged checkpoint: {error}", file=sys.stderr)
        if files:
            raise InputError(f"every checkpoint in {self.path} is damaged: remove the folder to begin anew")
        return None, None


def save_model(model: keras.Model, path: pathlib.Path) -> None:
    """Writes a .keras file, whole or not at all; of several machines all must call it, and the chief's is kept.

    Raises:
        InputError: it cannot be written.
    """
    if not is_chief():
        with tempfile.TemporaryDirectory() as folder:
            model.save(pathlib.Path(folder) / path.name)
        return
    try:
        with replacing(path) as temporary:
            model.save(temporary)
    except OSError as error:
        raise InputError(
            f"cannot write {path}: {error.strerror or error}; make room and go on with the same command"
        ) from error


class Checkpoint(keras.callbacks.Callback):
    """Saves the whole state at the end of epochs, and lets a `fit` that was killed go on where it was.

    With the same callback and the same arguments, `fit` continues after the last saved epoch, as if it had never
    stopped: for arrays and endless datasets at the same place in the data; a dataset that ends begins anew each epoch,
    so its order should not depend on how many epochs ran before.

    Args:
        folder: of the checkpoints; it need not exist.
        every: epochs between two of them.
    Raises:
        InputError: from `fit`, a checkpoint of another scheme or architecture, or one that cannot be written.
    """

    def __init__(self, folder: str | pathlib.Path, every: int = 1) -> None:
        super().__init__()
        self.folder, self.every = CheckpointFolder(folder), every
        self.history: dict[str, list[float]] = {}

    def before_fit(self, model: keras.Model) -> int:
        """Gives the model the newest checkpoint's state; returns how many epochs it has had."""
        loaded, record = self.folder.load()
        self.history = {}
        if loaded is None:
            return 0
        copy_state(loaded, model)
        self.history = record["history"]
        return record["epochs"]

    def on_train_begin(self, logs: dict | None = None) -> None:
        self.model.history.history = {name: list(values) for name, values in self.history.items()}

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(float(value))
        if (epoch + 1) % self.every == 0:
            self.folder.save(self.model, {"epochs": epoch + 1, "history": self.history})
