"""Which files of a folder are its pictures, and of which class each is."""

import json
import pathlib
import posixpath
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from tfgan_metric.data.picture import SUFFIXES
from tfgan_metric.errors import InputError

CLASS_LIST = "dataset.json"  # as NVlabs' StyleGAN2-ADA and StyleGAN3 write it
STRAY = 0.1  # of all pictures: fewer than that beside the others are left out, and said
NAMED = 3

ClassOrder = Callable[[str], Any]  # a class's name -> what it is sorted by


class Layout(NamedTuple):
    """A folder's files.

    Attributes:
        files: to be read, in their order.
        labels: the class of each, an index of `classes`; None without classes.
        classes: their names, in order, or None.
        skipped: reason -> files that are not read.
    """

    files: list[pathlib.Path]
    labels: list[int] | None
    classes: list[str] | None
    skipped: dict[str, list[pathlib.Path]]


def counted(name: str) -> Any:
    """Sorts names as people count: 2 before 10."""
    parts = re.split(r"(\d+)", name)
    return [int(part) if index % 2 else part for index, part in enumerate(parts)], name


def spelled(name: str) -> Any:
    """Sorts names by their letters, 10 before 2, as versions up to 0.1.0 did."""
    return name


def lay_out(folder: pathlib.Path, class_order: ClassOrder = counted) -> Layout:
    """Finds a folder's layout.

    Its dataset.json has the labels, {"labels": [["00000/a.png", 6], ...]}; without one a sub-folder, however deep, is a
    class; without these there are no labels. Names that begin with a dot are not looked at.

    Args:
        class_order: what the classes are sorted by.
    Raises:
        InputError: a list that is damaged, or many pictures beside sub-folders that hold many.
    """
    listed = _class_list(folder)
    if listed is not None:
        return _of_list(folder, listed, class_order)
    entries = visible(folder)
    loose = [entry for entry in entries if not entry.is_dir()]
    inside = {entry.name: list(files_below(entry)) for entry in entries if entry.is_dir()}
    beside, below = _pictures(loose), sum(map(_pictures, inside.values()))
    if beside and below < STRAY * (beside + below):
        return Layout(loose, None, None, {"in a sub-folder beside the images": list(chain(*inside.values()))})
    if beside and beside >= STRAY * (beside + below):
        names = ", ".join([*inside][:NAMED]) + (", …" if len(inside) > NAMED else "")
        raise InputError(
            f"{folder} holds {beside} images beside {len(inside)} sub-folder(s) with {below} ({names}): put all images "
            "into a sub-folder a class, or take the sub-folders away"
        )
    if not inside:
        return Layout(loose, None, None, {})
    classes = sorted(inside, key=class_order)
    pairs = [(file, label) for label, name in enumerate(classes) for file in inside[name]]
    return _of_pairs(pairs, classes, {"in no class's folder": loose})


def visible(folder: pathlib.Path) -> list[pathlib.Path]:
    """What a folder has, by name, but for names that begin with a dot."""
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))


def files_below(folder: pathlib.Path, above: tuple[pathlib.Path, ...] = ()) -> Iterator[pathlib.Path]:
    """All visible files of a folder and its sub-folders; a link to a folder above is not followed."""
    above = (*above, folder.resolve())
    for entry in visible(folder):
        if not entry.is_dir():
            yield entry
        elif entry.resolve() not in above:
            yield from files_below(entry, above)


def _pictures(files):
    return sum(file.suffix.lower() in SUFFIXES for file in files)


def _of_pairs(pairs, classes, skipped):
    return Layout([file for file, _ in pairs], [label for _, label in pairs], classes, skipped)


def _class_list(folder):
    """The labels of a folder's dataset.json as {name: number}, {} where it has none; None without such a file."""
    file = folder / CLASS_LIST
    if not file.is_file():
        return None
    try:
        labels = json.loads(file.read_text(encoding="utf-8-sig"))["labels"]
        listed = {posixpath.normpath(str(name).replace("\\", "/")): number for name, number in labels or ()}
    except (OSError, ValueError, TypeError, KeyError) as error:
        expected = '{"labels": [["a.png", 0], ...]}'
        raise InputError(f"{file} is no list of classes: expected {expected}; rename it if it is none") from error
    wrong = [number for number in listed.values() if type(number) is not int or number < 0]
    if wrong:
        raise InputError(f"the labels of {file} must be whole numbers from 0 on; got {wrong[0]!r}")
    return listed


def _of_list(folder, listed, class_order):
    files = {file.relative_to(folder).as_posix(): file for file in files_below(folder)}
    files.pop(CLASS_LIST, None)
    if not listed:
        return Layout(list(files.values()), None, None, {})
    classes = sorted({str(number) for number in listed.values()}, key=class_order)
    pairs = [(file, classes.index(str(listed[name]))) for name, file in files.items() if name in listed]
    unlisted = [file for name, file in files.items() if name not in listed]
    missing = [folder / name for name in sorted(listed.keys() - files.keys())]
    return _of_pairs(pairs, classes, {f"not in {CLASS_LIST}": unlisted, f"of {CLASS_LIST} but not there": missing})
