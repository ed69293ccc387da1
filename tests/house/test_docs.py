"""The code of the documentation runs as it is printed."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

from tfgan_metric.trainers.recipes.library import RECIPES

DOCS = pathlib.Path(__file__).parents[2] / "docs"


def python_blocks(page):
    """The Python code of a page, in order."""
    return re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.full
@pytest.mark.parametrize(
    ("page", "first", "made"),
    [
        ("own_scheme.md", 0, "runs/relativistic/generator/saved_model.pb"),
        ("own_networks.md", 1, "generator/saved_model.pb"),  # the page's first block is a sketch
    ],
)
def test_page_runs(page, first, made, tmp_path):
    code = "\n".join(python_blocks(page)[first:])
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / made).exists()


PAGES = [DOCS.parent / "README.md", *sorted(DOCS.rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_recipes_exist(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"(?<!\")\]\(([^)#]+)\)", text):
        assert target.startswith("http") or (page.parent / target).exists(), target
    for name in re.findall(r"\b\w+_(?:embedded|cifar10)\b", text):
        assert name in RECIPES or f'name="{name}"' in text, name  # or the page makes it
