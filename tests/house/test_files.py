"""What a file may be: no part of a circle, importing few others, short."""

import ast
import graphlib
import pathlib

import pytest

ROOT = pathlib.Path(__file__).parents[2]
FOLDERS = {"tfgan_metric": "tfgan_metric", "tfgan_metric.models": "models", "tfgan_metric.trainers": "trainers"}
MOST_LINES, MOST_IMPORTS = 250, 12
MANY = {"tfgan_metric.models.zoo"}  # the registry of schemes and networks


def files():
    """Module name -> file; a package has its folder's name."""
    found = {}
    for package, folder in FOLDERS.items():
        for file in (ROOT / folder).rglob("*.py"):
            parts = file.relative_to(ROOT / folder).with_suffix("").parts
            found[".".join((package, *parts)).removesuffix(".__init__")] = file
    return found


def imports(file, known):
    """The modules of the project that a file imports, wherever in it; of a package's names those that are modules."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= names & known or {node.module}
    return found & known


def order(graph):
    """Its modules, each after those that it imports; raises `CycleError` with the circle where there is one."""
    return list(graphlib.TopologicalSorter(graph).static_order())


@pytest.fixture(scope="module")
def graph():
    found = files()
    return {name: imports(file, set(found)) for name, file in found.items()}


def test_no_circle(graph):
    assert set(order(graph)) == set(graph)


def test_a_circle_is_found():
    with pytest.raises(graphlib.CycleError, match="a.*b"):
        order({"a": {"b"}, "b": {"a"}, "c": {"a"}})


def test_few_imports(graph):
    for name, imported in graph.items():
        if files()[name].name != "__init__.py" and name not in MANY:
            assert len(imported) <= MOST_IMPORTS, f"{name} imports {len(imported)}: {', '.join(sorted(imported))}"


def test_short():
    for name, file in files().items():
        assert len(file.read_text(encoding="utf-8").splitlines()) <= MOST_LINES, name


def test_no_method_of_a_model_is_a_docstring_alone():
    """From Python 3.12 on AutoGraph can't read a function whose body is empty but for it, and says so in each run."""
    for file in (ROOT / "models").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        protocols = {
            cls for cls in ast.walk(tree) if isinstance(cls, ast.ClassDef) and "Protocol" in map(_name, cls.bases)
        }
        stubs = {function for cls in protocols for function in cls.body}
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node not in stubs:
                assert len(node.body) > 1 or not ast.get_docstring(node), f"{file.name}: {node.name}"


def _name(node):
    return node.id if isinstance(node, ast.Name) else ""
