"""The code of the documentation runs as it is printed, and a scheme added as it says is everywhere."""

import ast
import contextlib
import pathlib
import re

import pytest

from conftest import random_data, run_command, small_model
from tfgan_metric.data.catalog import PREPARED, load_data
from tfgan_metric.errors import InputError
from tfgan_metric.models import NETWORKS, SCHEMES, hyperparameters
from tfgan_metric.trainers import load_model, load_recipe
from tfgan_metric.trainers.recipes.library import RECIPES
from tfgan_metric.trainers.recipes.listing import listing

ROOT = pathlib.Path(__file__).parents[2]
DOCS = ROOT / "docs"


def python_blocks(page):
    """The Python code of a page, in order."""
    return re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


@contextlib.contextmanager
def registries_kept():
    """Afterwards the names of schemes, networks and data are those of before."""
    kept = [(registry, dict(registry)) for registry in (SCHEMES, NETWORKS, PREPARED)]
    try:
        yield
    finally:
        for registry, before in kept:
            registry.clear()
            registry.update(before)


@pytest.fixture(scope="module")
def run_page(tmp_path_factory):
    """Runs a page's code in this process, as one program in a folder of its own; gives the folder and its names."""
    cache = tmp_path_factory.mktemp("cache")

    def run(page, first=0):
        folder, names = tmp_path_factory.mktemp("page"), {"__name__": "page"}
        code = "\n".join(python_blocks(page)[first:])
        with pytest.MonkeyPatch.context() as patch, contextlib.chdir(folder):
            patch.setenv("TFGAN_METRIC_CACHE", str(cache))
            exec(compile(code, page, "exec"), names)
        return folder, names

    with registries_kept():
        yield run


@pytest.mark.full
def test_own_networks(run_page):
    folder, _ = run_page("own_networks.md", first=1)  # the page's first block is a sketch
    assert (folder / "generator" / "saved_model.pb").exists()
    assert small_model("wgan_gp", network="plain").discriminator.count_params() > 0


@pytest.mark.full
def test_own_metric(run_page):
    _, names = run_page("own_metric.md")
    assert 0 < names["result"].value < names["history"].history["energy_distance"][0] * 2


@pytest.mark.full
def test_own_data(run_page):
    folder, names = run_page("own_data.md")
    assert (folder / "runs" / "shapes" / "generator" / "saved_model.pb").exists()
    assert load_model(folder / "runs" / "shapes").num_classes == 2 and names["model"].steps_trained == 2
    with pytest.raises(InputError, match="tfgan-metric prepare kmnist"):
        load_data("kmnist")


@pytest.fixture(scope="module")
def own_scheme(run_page):
    """The folder and the names of the page that adds a scheme, which only SCHEMES was told of."""
    return run_page("own_scheme.md")


def test_own_scheme_runs_and_opens(own_scheme):
    folder, names = own_scheme
    run = folder / "runs" / "relativistic"
    assert (run / "generator" / "saved_model.pb").exists()
    assert load_recipe(run / "recipe.json").as_fields() == names["recipe"].as_fields()
    assert type(load_model(run)) is names["RelativisticGAN"]


def test_own_scheme_is_everywhere(own_scheme, tmp_path, monkeypatch):
    """Built, saved, listed and checked by name; so is a hyper-parameter that stands in the constructor alone."""

    class Sharper(own_scheme[1]["RelativisticGAN"]):
        def __init__(self, *args, sharpness=1.0, **kwargs):
            super().__init__(*args, **kwargs)
            self.sharpness = sharpness

    monkeypatch.setitem(SCHEMES, "sharper", Sharper)
    assert hyperparameters("sharper") == {**hyperparameters("relativistic_gan"), "sharpness": 1.0}
    model = small_model("sharper", sharpness=2.0)
    assert model.sharpness == 2.0 and model.get_config()["sharpness"] == 2.0
    model.compile(run_eagerly=True)
    assert model.fit(*random_data(), batch_size=8, verbose=0).history["generator_loss"]
    listed = listing()["schemes"]
    assert "relativistic_gan" in listed and listed["sharper"]["own hyper-parameters"] == {"sharpness": 1.0}
    fields = ["--set", "scheme=sharper", "--set", "ema_momentum=null", "--set", "sharpnes=2"]
    code, _, error = run_command("train", "dcgan_embedded", *fields, cwd=tmp_path)
    assert code == 2 and "sharpness" in error and error.count("\n") == 1


def test_no_file_but_the_registry_names_a_scheme_of_another():
    """So a class stands in its own file and a line of zoo.py; one that builds upon another names that one alone."""
    homes = {cls.__name__: cls.__module__ for cls in SCHEMES.values() if cls.__module__.startswith("tfgan_metric.")}
    for folder in ("tfgan_metric", "models", "trainers"):
        for file in {*(ROOT / folder).rglob("*.py")} - {ROOT / "models" / "zoo.py"}:
            nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
            parents = {ast.unparse(base) for node in nodes if isinstance(node, ast.ClassDef) for base in node.bases}
            for node in nodes:
                if isinstance(node, ast.ImportFrom):
                    named = {alias.name for alias in node.names if alias.name in homes}
                    named = {name for name in named if node.module in (homes[name], "tfgan_metric.models")}
                    assert named <= parents, f"{file} names {named - parents}"


PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_recipes_exist(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"(?<!\")\]\(([^)#]+)\)", text):
        assert target.startswith("http") or (page.parent / target).exists(), target
    for name in re.findall(r"\b\w+_(?:embedded|cifar10)\b", text):
        assert name in RECIPES or f'name="{name}"' in text, name  # or the page makes it
