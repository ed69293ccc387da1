"""Files and folders that are whole or not there: written beside their name, then renamed."""

import contextlib
import os
import pathlib
import shutil
import tempfile

from tfgan_metric.errors import InputError


@contextlib.contextmanager
def replacing(path):
    """Yields a temporary path beside `path` with its ending; renames it to `path` when the block ends well.

    A file that stands at `path` is replaced in one step; a folder there is removed just before the rename. When the
    block fails, what stood there stays.

    Raises:
        InputError: the folder cannot be written to.
    """
    path = pathlib.Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        holder = pathlib.Path(tempfile.mkdtemp(prefix=".writing-", dir=path.parent))
    except OSError as error:
        raise InputError(f"cannot write to {path.parent}: {error.strerror}; choose another folder") from error
    try:
        temporary = holder / path.name
        yield temporary
        if temporary.is_file():
            with open(temporary, "rb") as file:
                os.fsync(file.fileno())
        if path.is_dir():
            path.rename(holder / "replaced")
        temporary.rename(path)
    finally:
        shutil.rmtree(holder, ignore_errors=True)
