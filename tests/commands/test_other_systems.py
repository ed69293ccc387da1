"""What other systems have not: a console with all characters, `resource`, a rename onto a file, `fsync` of a reader."""

import fcntl
import os
import pathlib
import sys

import pytest

from conftest import run_command
from tfgan_metric.cli import cli
from tfgan_metric.files import replacing, write_text
from tfgan_metric.trainers.runs.environment import peak_memory

ENCODINGS = ("cp1252", "cp437", "ascii")
TINY = [f"--set={field}" for field in ("steps=2", "width=0.03", "batch_size=4", "latent_dimension=2", "log_every=1")]


@pytest.fixture
def windows(monkeypatch):
    """Windows' rename and fsync: the one refuses a name that is taken, the other what was opened to be read."""
    rename, fsync = pathlib.Path.rename, os.fsync

    def rename_to_what_is_free(path, target):
        if os.path.lexists(target):
            raise FileExistsError(17, "a file of that name exists", str(target))
        return rename(path, target)

    def fsync_what_was_written(descriptor):
        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(9, "bad file descriptor")
        fsync(descriptor)

    monkeypatch.setattr(pathlib.Path, "rename", rename_to_what_is_free)
    monkeypatch.setattr(os, "fsync", fsync_what_was_written)


def test_files_are_replaced_as_windows_does_it(windows, tmp_path):
    for text in ("one", "two"):
        write_text(tmp_path / "file", text)
        with replacing(tmp_path / "folder") as folder:
            folder.mkdir()
            (folder / "inner").write_text(text)
    assert (tmp_path / "file").read_text() == (tmp_path / "folder" / "inner").read_text() == "two"
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder"}


def test_memory_is_not_known_where_resource_is_missing(monkeypatch):
    assert peak_memory() > 10
    monkeypatch.setitem(sys.modules, "resource", None)
    assert peak_memory() is None


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_lists_and_help_on_any_console(encoding, tmp_path):
    for arguments in (["recipes"], ["schemes"], ["reproduce", "--list"], *([name, "--help"] for name in cli.commands)):
        code, output, error = run_command(*arguments, cwd=tmp_path, encoding=encoding)
        assert code == 0 and output, (arguments, error)
    assert "+----" in run_command("schemes", cwd=tmp_path, encoding="ascii")[1]  # borders of what there is


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_refusal_on_any_console(encoding, tmp_path):
    code, output, error = run_command("sample", "läufe/µ-λ", cwd=tmp_path, encoding=encoding)
    assert (code, output) == (2, "") and error.startswith("Error: ") and error.count("\n") == 1


@pytest.mark.full
def test_every_command_on_an_ascii_console(tmp_path):
    """A run whose folder has a name that no such console can show."""
    for arguments in (
        ["train", *TINY, "--out", "läufe"],
        ["sample", "läufe", "--out", "bilder.png"],
        ["interpolate", "läufe", "--out", "übergang.png"],
        ["export", "läufe", "--out", "ausfuhr"],
        ["evaluate", "läufe", "--count", "50"],
        ["benchmark", "wadmgan", "--width", "0.03", "--batch", "4", "--rounds", "4", "--size", "28"],
    ):
        code, _, error = run_command(*arguments, cwd=tmp_path, encoding="ascii")
        assert code == 0, (arguments, error)
