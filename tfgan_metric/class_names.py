"""The names of classes: which labels they are, and where an exported generator has them."""

import json
import pathlib
from typing import Any

from tfgan_metric.errors import InputError, valid_names
from tfgan_metric.files import write_json

FILE = pathlib.Path("assets.extra", "classes.json")  # where TensorFlow leaves room in a SavedModel for others' files


def labels_of(text: str, class_names: list[str] | None) -> list[int]:
    """The labels of classes given by name or number, separated by commas: a name goes before a number.

    Raises:
        InputError: what is neither.
    """
    return [_label_of(part.strip(), class_names or []) for part in text.split(",")]


def _label_of(part, names):
    if part in names:
        return names.index(part)
    try:
        return int(part)
    except ValueError:
        known = f" or names of classes; {valid_names(part, names)}" if names else " (no class has a name here)"
        raise InputError(f"labels must be ints separated by commas, such as 0,1,2{known}; got {part!r}") from None


def export_named(model: Any, path: str | pathlib.Path, class_names: list[str] | None) -> None:
    """Exports a model's generator as a SavedModel, with the names of the classes that it takes in FILE."""
    model.export(path)
    if class_names and model.inference_classes:
        write_json(pathlib.Path(path, FILE), class_names)


def exported_names(path: pathlib.Path) -> list[str] | None:
    """The names of an exported generator's classes; None where it has none."""
    file = path / FILE
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
