"""A zip of pictures, as the folder that it was made of."""

import contextlib
import pathlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator

from tfgan_metric.data.picture import SUFFIXES
from tfgan_metric.errors import InputError, reason

NO_PART = ("__MACOSX",)  # what macOS adds


def is_archive(path: str | pathlib.Path) -> bool:
    """Whether a path is that of a .zip file."""
    path = pathlib.Path(path)
    return path.suffix.lower() == ".zip" and path.is_file()


@contextlib.contextmanager
def unpacked(path: pathlib.Path) -> Iterator[pathlib.Path]:
    """Yields `path`, or the folder that a .zip holds, unpacked for as long as the block runs.

    Where all pictures that it holds are in one folder, it is that one.

    Raises:
        InputError: a damaged or an encrypted archive, or no room for what it holds.
    """
    if not is_archive(path):
        yield path
        return
    with tempfile.TemporaryDirectory() as holder:
        folder = pathlib.Path(holder, path.name)
        _unpack(path, folder)
        inside = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
        folders = [entry for entry in inside if entry.is_dir()]
        beside = any(entry.suffix.lower() in (*SUFFIXES, ".json") for entry in inside if not entry.is_dir())
        yield folders[0] if len(folders) == 1 and not beside else folder


def _unpack(path, folder):
    try:
        folder.mkdir()
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.filename.startswith(NO_PART)]
            needed, free = sum(member.file_size for member in members), shutil.disk_usage(folder).free
            if needed > free:
                raise InputError(f"{path} holds {needed:,} bytes; {folder.parent} has room for {free:,}: set TMPDIR")
            archive.extractall(folder, members)
    except InputError:
        raise
    except Exception as error:  # zipfile, its decompressors and the disk raise each their own
        raise InputError(f"cannot unpack {path}: {reason(error)}; expected a zip of images") from error
