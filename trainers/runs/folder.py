"""A run's folder: its files by name, one process at a time, one recipe, and a record of where and how it ran."""

import contextlib
import hashlib
import json
import pathlib
import shutil
import time
from collections.abc import Iterator
from typing import Any

import filelock

from tfgan_metric.data.catalog import KNOWN, Data, is_folder, load_data
from tfgan_metric.data.layout import ClassOrder, counted, spelled
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation.extractor import fingerprint
from tfgan_metric.files import UNFINISHED, write_json
from tfgan_metric.models import AdversarialModel
from tfgan_metric.trainers.recipes.recipe import Recipe, read_recipe
from tfgan_metric.trainers.runs.environment import environment
from tfgan_metric.trainers.runs.rows import read_rows

MAY_DIFFER = ("name", "source")
COMPARED = ("images", "shape", "sha256")


class RunFolder:
    """Where a run keeps what; nothing need be there."""

    def __init__(self, path: str | pathlib.Path) -> None:
        self.path = pathlib.Path(path)
        self.recipe_file = self.path / "recipe.json"
        self.data_file = self.path / "data.json"
        self.environment_file = self.path / "environment.json"
        self.lock_file = self.path / ".lock"
        self.history_file = self.path / "history.csv"
        self.evaluation_file = self.path / "evaluation.csv"
        self.metrics_file = self.path / "metrics.json"
        self.model_file = self.path / "model.keras"
        self.best_file = self.path / "best.keras"
        self.best_record = self.path / "best.json"
        self.checkpoint_folder = self.path / "checkpoints"
        self.generator_folder = self.path / "generator"
        self.samples_folder = self.path / "samples"
        self.events_folder = self.path / "events"
        self.contact_sheet = self.path / "contact_sheet.png"
        self.loss_curves = self.path / "losses.png"
        self.evaluation_curves = self.path / "evaluation.png"
        self.neighbours = self.path / "neighbours.png"

    @property
    def holds_run(self) -> bool:
        """Whether a run was begun here."""
        return self.recipe_file.is_file()

    def recipe(self) -> Recipe:
        """The run's recipe; `InputError` where there is none."""
        return read_recipe(self.recipe_file)

    def history(self) -> list[dict[str, float]]:
        """The rows of history.csv: step, seconds and mean losses."""
        return read_rows(self.history_file)

    def evaluations(self) -> list[dict[str, float]]:
        """The rows of evaluation.csv: the step and what was measured."""
        return read_rows(self.evaluation_file)

    def class_names(self) -> list[str] | None:
        """The names of the classes that the run was begun on; None where they have none."""
        names = self._data().get("class_names") if self.holds_run else None
        return names if isinstance(names, list) and all(isinstance(name, str) for name in names) else None

    def class_order(self) -> ClassOrder:
        """What the classes of the run's folder of images are sorted by: as they were when it was begun.

        Versions before there were names in data.json sorted them by their letters.
        """
        names = self.class_names()
        if names is not None:
            return lambda name: names.index(name) if name in names else len(names)
        return spelled if self.holds_run else counted

    def open_data(self, recipe: Recipe) -> Data:
        """Opens a recipe's data, their classes in the run's order; raises `InputError` as `load_data`.

        The path of a folder that is not found from here is one from where the run was begun.
        """
        name = recipe.data
        if name not in KNOWN and not is_folder(name):
            directories = [start.get("directory") for start in self._starts()]
            places = (str(pathlib.Path(one, name)) for one in directories if isinstance(one, str))
            name = next(filter(is_folder, places), name)
        return load_data(name, recipe.geometry, recipe.held_out, self.class_order())

    def _starts(self):
        """What environment.json has of each start; nothing of a damaged one, which decides nothing."""
        try:
            found = json.loads(self.environment_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [start for start in found if isinstance(start, dict)] if isinstance(found, list) else []

    def _data(self):
        if not self.data_file.exists():
            return {}
        try:
            return dict(json.loads(self.data_file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise InputError(f"{self.data_file} is damaged: {error}; restore it, or choose another --out") from error

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the folder, made where it is missing; one that no run was begun in is left as it was or removed.

        Raises:
            InputError: another process holds it, or it cannot be written to.
        """
        lock = filelock.FileLock(self.lock_file)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except filelock.Timeout as error:
            raise InputError(f"another process trains in {self.path}: wait for it or choose another --out") from error
        except OSError as error:
            raise InputError(f"cannot write to {self.path}: {error.strerror}; choose another --out") from error
        try:
            yield
        finally:
            lock.release()
            with contextlib.suppress(OSError):
                if not self.holds_run:
                    self.lock_file.unlink()
                    self.path.rmdir()

    def refuse_other_content(self, recipe: Recipe) -> None:
        """Raises `InputError` where it holds neither nothing nor a run of the recipe with at most as many steps."""
        if not self.path.exists():
            return
        try:
            passed_over = (UNFINISHED, self.lock_file.name)
            content = [path for path in self.path.iterdir() if not path.name.startswith(passed_over)]
        except OSError as error:
            raise InputError(f"cannot use {self.path}: {error.strerror}; choose another --out") from error
        if not content:
            return
        if not self.recipe_file.exists():
            raise InputError(f"{self.path} is not empty and holds no run; choose another --out")
        old, new = self.recipe().as_fields(), recipe.as_fields()
        differing = sorted(name for name in old | new if name not in MAY_DIFFER and old.get(name) != new.get(name))
        if differing and not (differing == ["steps"] and new["steps"] > old["steps"]):
            changes = ", ".join(f"{name} {old.get(name)!r} -> {new.get(name)!r}" for name in differing)
            other = f"{self.path} holds a run of another recipe ({changes})"
            raise InputError(f"{other}: choose another --out; only steps may grow")

    def refuse_changed_data(self, data: Data) -> None:
        """Raises `InputError` where the run was begun on other images or labels than these."""
        before, now = self._data(), _description(data)
        if before and any(before.get(name) != now[name] for name in COMPARED):
            raise InputError(
                f"the data have changed since {self.path} was begun: expected {before['images']} images, SHA-256 "
                f"{before['sha256'][:12]}…; got {now['images']}, {now['sha256'][:12]}…: restore them, or choose "
                "another --out"
            )

    def claim(self, recipe: Recipe, data: Data) -> None:
        """Writes recipe.json and data.json and removes what a killed process left unfinished.

        The contact sheet, which is drawn last, goes too: where it is, the rest is of the same step.
        """
        for unfinished in self.path.rglob(f"{UNFINISHED}*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        self.contact_sheet.unlink(missing_ok=True)
        write_json(self.data_file, _description(data))
        write_json(self.recipe_file, recipe.as_fields())

    def export(self, model: AdversarialModel, data: Data) -> None:
        """Writes the run's generator as a SavedModel, with the names of its classes."""
        model.export(self.generator_folder, class_names=data.class_names)

    @contextlib.contextmanager
    def recorded(self, model: Any, notes: dict[str, Any]) -> Iterator[None]:
        """Adds an entry for this start to environment.json and, however the block ends, its last step and time."""
        path, began = self.environment_file, time.monotonic()
        starts = self._starts()
        starts.append({"first_step": model.steps_trained} | environment() | notes)
        write_json(path, starts)
        try:
            yield
        finally:
            starts[-1] |= {"last_step": model.steps_trained, "seconds": round(time.monotonic() - began, 1)}
            write_json(path, starts)


def _description(data):
    split = data.train
    labels = "" if split.labels is None else fingerprint(split.labels)
    digest = hashlib.sha256((fingerprint(split.pixels) + labels).encode()).hexdigest()
    found = {"images": len(split), "shape": list(split.shape), "sha256": digest}
    return found | ({"class_names": data.class_names} if data.class_names else {})
