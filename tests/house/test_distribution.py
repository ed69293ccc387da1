"""What is released: the sdist, the wheel that it makes, their metadata, and the names that a user imports."""

import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile

import pytest

import tfgan_metric

ROOT = pathlib.Path(__file__).parents[2]
FOLDERS = {"tfgan_metric": "tfgan_metric", "models": "tfgan_metric/models", "trainers": "tfgan_metric/trainers"}
DATA = ("py.typed", "listing.json", "data/mnist_5k.npz", "data/MNIST.md", "evaluation/embedded_mnist.keras")
DATA += ("evaluation/embedded_mnist.json",)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel as a stranger makes it: from the sdist, which a copy of the project made; both are gone."""
    folder = tmp_path_factory.mktemp("distribution")
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "dist", "*.egg-info", "docs", "tests", "__pycache__")
    shutil.copytree(ROOT, folder / "source", ignore=ignored)
    with_setuptools(folder / "source", f"build_sdist({str(folder)!r})")
    shutil.rmtree(folder / "source")
    (sdist,) = folder.glob("tfgan_metric-*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    unpacked = folder / sdist.name.removesuffix(".tar.gz")
    with_setuptools(unpacked, f"build_wheel({str(folder)!r})")
    shutil.rmtree(unpacked)
    (wheel,) = folder.glob("tfgan_metric-*.whl")
    return wheel


def with_setuptools(folder, call):
    """What pip and build call, without their environment of its own, which needs a network."""
    code = f"from setuptools import build_meta; build_meta.{call}"
    ran = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_wheel_holds_the_three_folders_and_nothing_else(wheel):
    expected = {f"tfgan_metric/{name}": ROOT / "tfgan_metric" / name for name in DATA}
    for folder, installed in FOLDERS.items():
        for file in (ROOT / folder).rglob("*.py"):
            expected[f"{installed}/{file.relative_to(ROOT / folder).as_posix()}"] = file
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.split("/")[0].endswith(".dist-info")}
        assert names == set(expected)
        for name, file in expected.items():
            assert archive.read(name) == file.read_bytes(), name


def test_wheel_has_licences_and_version(wheel):
    about = f"tfgan_metric-{tfgan_metric.__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        for name in ("LICENSE", "NOTICE"):
            assert archive.read(f"{about}/licenses/{name}") == (ROOT / name).read_bytes()
        metadata = archive.read(f"{about}/METADATA").decode()
    assert "License-Expression: Apache-2.0 AND CC-BY-SA-3.0" in metadata
    for requirement in (ROOT / "requirements.txt").read_text().splitlines():
        assert f"Requires-Dist: {re.split('[<>]', requirement)[0]}" in metadata


@pytest.mark.full
def test_wheel_trains_outside_the_checkout(wheel, tmp_path):
    """Installed into an empty environment that borrows this one's dependencies, and run elsewhere."""
    environment = tmp_path / "environment"
    venv.create(environment)
    python = environment / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--quiet", wheel]
    subprocess.run(install, check=True, capture_output=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    borrowed = [path for path in sys.path if path.endswith("-packages")]
    (packages / "borrowed.pth").write_text("\n".join(borrowed) + "\n")

    where = [python, "-c", "import tfgan_metric.trainers as t; print(t.__file__); import models"]
    found = subprocess.run(where, cwd=tmp_path, capture_output=True, text=True)
    assert found.stdout.startswith(str(packages)) and "No module named 'models'" in found.stderr
    small = ["--set", "steps=3", "--set", "width=0.05", "--set", "batch_size=8"]
    command = [environment / "bin" / "tfgan-metric", "train", *small, "--out", "run"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "run" / "generator" / "saved_model.pb").exists()


def test_public_names_load_tensorflow_when_they_are_asked_for():
    """Listed by `dir`, each is the function of its room; another name is missed as in any module."""
    code = """
import sys
import tfgan_metric
assert {*tfgan_metric.__all__, "__version__"} == {*dir(tfgan_metric)}
assert not {"tensorflow", "keras", "numpy"} & set(sys.modules)
from tfgan_metric import build_model, evaluate, load_model, train_recipe
from tfgan_metric import evaluation, models, trainers
assert (build_model, evaluate) == (models.build_model, evaluation.evaluate)
assert (load_model, train_recipe) == (trainers.load_model, trainers.train_recipe)
assert not hasattr(tfgan_metric, "build_modle")
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_module_is_the_command_line():
    wrong = subprocess.run([sys.executable, "-m", "tfgan_metric", "trian"], capture_output=True, text=True)
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1) and "trian" in wrong.stderr
    right = subprocess.run([sys.executable, "-m", "tfgan_metric", "--version"], capture_output=True, text=True)
    assert right.stdout.split()[-1] == tfgan_metric.__version__


def test_texts_agree_on_version_and_pythons():
    """The changelog's newest entry, the citation and the code name one version; the metadata and the workflow one set
    of Pythons."""
    assert re.search(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.M)[1] == tfgan_metric.__version__
    assert re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), re.M)[1] == tfgan_metric.__version__
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    promised = [line.split(" :: ")[-1] for line in project["classifiers"] if "Python :: 3." in line]
    matrix = re.search(r"python: \[(.+)\]", (ROOT / ".github/workflows/ci.yml").read_text())[1]
    assert re.findall(r'"(.+?)"', matrix) == promised
