"""What Keras and TensorFlow keep private is used in one file alone."""

import ast
import pathlib

import keras
import pytest

ROOT = pathlib.Path(__file__).parents[2]
FILES = [file for folder in ("tfgan_metric", "models", "trainers") for file in (ROOT / folder).rglob("*.py")]
(THE_FILE,) = (file for file in FILES if file.name == "keras_private.py")
OF_NAMED_TUPLES = {"_asdict", "_fields", "_make", "_replace"}
BASES = (keras.Model, keras.Layer, keras.optimizers.Adam, keras.callbacks.Callback, keras.constraints.Constraint)


def private(name):
    return name.startswith("_") and not name.startswith("__")


def names_of(tree):
    """(private names that a file defines, those that it reads of objects)."""
    defined, read = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            defined.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            defined.add(node.id)
        elif isinstance(node, ast.Attribute):
            (read if isinstance(node.ctx, ast.Load) else defined).add(node.attr)
    return set(filter(private, defined)), set(filter(private, read))


def foreign_names(tree, defined):
    """What a file reads that the project, which defines `defined`, does not, or says anew of a class of Keras."""
    ours, read = names_of(tree)
    overridden = {name for name in ours if any(hasattr(base, name) for base in BASES)}
    inside = {
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module.startswith(("keras.src", "tensorflow.python"))
    }
    return read - defined - OF_NAMED_TUPLES | overridden | inside


@pytest.fixture(scope="module")
def trees():
    return {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}


def test_no_other_file_uses_one(trees):
    defined = set().union(*(names_of(tree)[0] for file, tree in trees.items() if file != THE_FILE))
    known = {"_use_cached_eval_dataset"} | foreign_names(trees[THE_FILE], defined)
    assert {"_flatten_layers", "_maybe_symbolic_build", "_momentums", "_in_multi_worker_mode"} <= known
    for file in set(FILES) - {THE_FILE}:
        assert not foreign_names(trees[file], defined), file
        strings = {node.value for node in ast.walk(trees[file]) if isinstance(node, ast.Constant)}
        assert not known & strings, file


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("layers = network._flatten_layers()", {"_flatten_layers"}),
        ("class Mine(keras.Model):\n    def _symbolic_build(self): ...", {"_symbolic_build"}),
        ("from keras.src import tree", {"keras.src"}),
        ("pair = batch._replace(x=self._mine)", set()),
    ],
)
def test_the_rule_can_fail(code, found):
    assert foreign_names(ast.parse(code), {"_mine"}) == found
