"""Types are stated and checked: an error in the body of a function fails mypy, in each of the three folders."""

import ast
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
FOLDERS = ("tfgan_metric", "models", "trainers")


def public_functions(node, within=""):
    """(qualified name, definition, whether it has a self or cls) of a module's functions and methods."""
    for child in node.body:
        if isinstance(child, ast.ClassDef):
            yield from public_functions(child, f"{child.name}.")
        elif isinstance(child, ast.FunctionDef) and (not child.name.startswith("_") or child.name.endswith("__")):
            static = any(isinstance(found, ast.Name) and found.id == "staticmethod" for found in child.decorator_list)
            yield within + child.name, child, bool(within) and not static


@pytest.mark.parametrize("folder", FOLDERS)
def test_public_signatures_are_typed(folder):
    """Arguments and results, `__init__` and what Keras calls in a layer included."""
    untyped = []
    for file in sorted((ROOT / folder).rglob("*.py")):
        place = file.relative_to(ROOT).as_posix()
        for name, function, bound in public_functions(ast.parse(file.read_text(encoding="utf-8"))):
            given = function.args
            arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
            typed = all(one is None or one.annotation for one in arguments[bound:]) and function.returns
            if not typed:
                untyped.append(f"{place}:{function.lineno} {name}")
    assert not untyped


def errors(project):
    """(file, line) of mypy's errors in a project."""
    ran = subprocess.run([sys.executable, "-m", "mypy"], cwd=project, capture_output=True, text=True)
    lines = [line.split(":") for line in ran.stdout.splitlines() if ": error:" in line]
    assert ran.returncode == bool(lines), ran.stderr
    return {(place.removeprefix(".ci/types/tfgan_metric/"), int(number)) for place, number, *_ in lines}


PLANTED = """

def _planted():
    from tfgan_metric.models import SCHEMES

    SCHEMES + 1
    return 1 + "a"
"""


def test_types_fit_and_a_planted_error_does_not(tmp_path):
    """In a body without annotations, which mypy leaves unread unless it is told otherwise; one in what is imported."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for folder in (*FOLDERS, ".ci"):
        ignored = shutil.ignore_patterns("__pycache__", "*.npz", "*.keras")
        shutil.copytree(ROOT / folder, tmp_path / folder, symlinks=True, ignore=ignored)
    assert not errors(tmp_path)
    planted = set()
    for place in ("tfgan_metric/files.py", "models/gan.py", "trainers/runs/folder.py"):
        with open(tmp_path / place, "a", encoding="utf-8") as file:
            file.write(PLANTED)
        lines = (tmp_path / place).read_text(encoding="utf-8").splitlines()
        planted |= {(place, len(lines) - 1), (place, len(lines))}
    assert errors(tmp_path) == planted
