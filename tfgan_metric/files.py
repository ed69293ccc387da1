"""Files and folders that are whole or not there: written beside their name, then renamed."""

import contextlib
import json
import os
import pathlib
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

from tfgan_metric.errors import InputError

UNFINISHED = ".writing-"


@contextlib.contextmanager
def replacing(path: str | pathlib.Path) -> Iterator[pathlib.Path]:
    """Yields a temporary path beside `path` with its name; renames it to `path` when the block ends well.

    A file that stands at `path` is replaced in one step; a folder is moved aside just before and removed after. When
    the block fails, what stood there stays. A killed process leaves a folder whose name begins with `.writing-`.

    Raises:
        InputError: the folder cannot be written to.
    """
    path = pathlib.Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        holder = pathlib.Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=path.parent))
    except OSError as error:
        raise InputError(f"cannot write to {path.parent}: {error.strerror}; choose another folder") from error
    temporary, replaced = holder / path.name, holder / "replaced"
    try:
        yield temporary
        if temporary.is_file():
            with open(temporary, "rb+") as file:  # Windows flushes only what may be written to
                os.fsync(file.fileno())
        if path.is_dir():
            path.rename(replaced)
        try:
            temporary.replace(path)
        except OSError:
            if replaced.exists():
                replaced.rename(path)
            raise
    finally:
        shutil.rmtree(holder, ignore_errors=True)


def write_text(path: str | pathlib.Path, text: str) -> None:
    """Writes UTF-8, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: str | pathlib.Path, content: Any) -> None:
    """Writes indented JSON, whole or not at all."""
    write_text(path, json.dumps(content, indent=2) + "\n")


def require_writable_folder(path: str | pathlib.Path) -> pathlib.Path:
    """Returns `path` as a pathlib.Path if files can be written into that folder; where it is missing it stays so.

    Raises:
        InputError: a file is in the way, or the nearest folder that exists cannot be written to.
    """
    path = pathlib.Path(path)
    nearest = next(folder for folder in (path, *path.absolute().parents) if os.path.lexists(folder))
    try:
        tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=nearest).cleanup()
    except OSError as error:
        raise InputError(f"cannot write to {path}: {nearest}: {error.strerror}; choose another folder") from error
    return path


def refuse_existing(path: str | pathlib.Path) -> pathlib.Path:
    """Returns `path` as a pathlib.Path if nothing is there yet, else raises `InputError`."""
    path = pathlib.Path(path)
    if os.path.lexists(path):
        raise InputError(f"{path} exists; choose another --out")
    return path
