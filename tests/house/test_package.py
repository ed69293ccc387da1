"""The package itself: directions of import, requirements, its names."""

import ast
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
LEAVES = {"errors", "files", "keras_private", "precision", "random", "replicas", "start", "variables", "optimizers"}
LEAVES |= {"pictures", "progress"}
MAY_IMPORT = {  # room -> what of the project it may import, besides itself and the leaves
    "losses": set(),
    "centers": set(),
    "constraints": set(),
    "latents": set(),
    "layers": set(),
    "export": {"latents"},
    "data": set(),
    "metrics": set(),
    "evaluation": {"metrics", "data"},
    "models": {"losses", "centers", "constraints", "latents", "layers", "export", "data"},
    "trainers": {"losses", "centers", "constraints", "latents", "export", "data", "metrics", "models", "evaluation"},
    "commands": {"trainers", "models", "data", "evaluation", "export"},
    "cli": {"commands"},
    "__main__": {"cli"},
    "errors": set(),
    "files": set(),
    "keras_private": set(),
    "precision": set(),
    "optimizers": set(),
    "random": set(),
    "replicas": set(),
    "start": set(),
    "variables": set(),
    "pictures": {"data"},
    "progress": set(),
}


def modules():
    """(room, file) of every module of the project."""
    for folder in ("tfgan_metric", "models", "trainers"):
        for file in (ROOT / folder).rglob("*.py"):
            parts = file.relative_to(ROOT).with_suffix("").parts
            room = parts[0] if folder != "tfgan_metric" else parts[1]
            if room != "__init__":
                yield room, file


def imported_rooms(file):
    """The project's rooms that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            names = [node.module] if node.module != "tfgan_metric" else [f"tfgan_metric.{a.name}" for a in node.names]
        for name in names:
            if name.startswith("tfgan_metric."):
                yield name.split(".")[1]


def test_directions_of_import():
    seen = set()
    for room, file in modules():
        seen.add(room)
        for other in imported_rooms(file):
            allowed = other == room or other in LEAVES or other in MAY_IMPORT[room] or other == "__version__"
            assert allowed, f"{file.relative_to(ROOT)} imports {other}"
    assert seen == set(MAY_IMPORT)


def test_commands_import_tensorflow_in_their_bodies_alone():
    heavy = {"tensorflow", "keras", "matplotlib", "PIL", "rich", "numpy"}
    for room, file in modules():
        if room not in ("commands", "cli", "errors"):
            continue
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
                assert not heavy & {name.split(".")[0] for name in names}, file
                assert not any(name.startswith(("tfgan_metric.models", "tfgan_metric.trainers")) for name in names)


def test_every_import_is_a_stated_requirement():
    stated = {line.split(">")[0] for line in (ROOT / "requirements.txt").read_text().splitlines()}
    named = {"PIL": "pillow", "tensorflow_datasets": "tensorflow-datasets", "sklearn": "scikit-learn"}
    named |= {"google": "protobuf"}
    found = set()
    for _, file in modules():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module.split(".")[0])
    third_party = {named.get(name, name) for name in found - sys.stdlib_module_names - {"tfgan_metric"}}
    extras = {"tf2onnx", "onnx"}  # [onnx] in pyproject.toml
    assert third_party - stated == extras
    # Of tensorflow-datasets, of tensorflow-gan, of tf.summary.
    unstated = {"importlib_resources", "tensorflow-probability", "tensorboard"}
    assert stated - third_party == unstated | {"tensorflow-gan"}  # which is imported by its name as a string


@pytest.mark.parametrize("folder", ["models", "trainers"])
def test_folders_refuse_another_name(folder):
    ran = subprocess.run([sys.executable, "-c", f"import {folder}"], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 1
    assert f"from tfgan_metric.{folder} import" in ran.stderr and "pip install -e ." in ran.stderr


def test_help_does_not_import_tensorflow():
    code = "import sys; from tfgan_metric.cli import cli; cli(['--help'], standalone_mode=False); "
    code += "assert not {'tensorflow', 'keras', 'numpy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    script = pathlib.Path(sys.executable).with_name("tfgan-metric")
    ran = subprocess.run([script, "--help"], check=True, capture_output=True, text=True)
    assert ran.stdout.startswith("Usage: tfgan-metric")
