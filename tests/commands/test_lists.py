"""`recipes` and `schemes`: what they print, whole, and without TensorFlow."""

import json
import subprocess
import sys

import pytest

from conftest import run_command
from tfgan_metric import listed
from tfgan_metric.listed import LISTING, read_listing, sources_digest
from tfgan_metric.models import SCHEMES
from tfgan_metric.trainers.recipes.library import RECIPES
from tfgan_metric.trainers.recipes.listing import listing


def test_the_file_is_of_these_sources():
    """`python -m tfgan_metric.trainers.recipes.listing` writes it anew."""
    content = json.loads(LISTING.read_text(encoding="utf-8"))
    assert content == {"digest": sources_digest(), **listing()}


def test_a_file_of_other_sources_is_not_believed(monkeypatch, tmp_path):
    (tmp_path / "listing.json").write_text('{"digest": "of others", "recipes": {}, "schemes": {}}')
    monkeypatch.setattr(listed, "LISTING", tmp_path / "listing.json")
    assert read_listing() == listing()


def test_schemes(tmp_path):
    code, output, _ = run_command("schemes", cwd=tmp_path)
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in output.splitlines() if line.startswith("│")]
    assert code == 0 and [row[0] for row in cells if row[0]] == list(SCHEMES)
    rows = {row[0]: row for row in cells}
    assert rows["conditional_mbgan"][2:5] == ["500 features", "needed", "1:1"] and rows["gan"][2] == "1 logit"
    assert [rows[name][5] for name in ("km_gan", "mlgan", "mlgan_clipping", "dmgan")] == ["yes", "yes", "yes", "no"]
    assert rows["wgan"][3:5] == ["optional", "5:1"] and rows["am_gan"][2] == "K class logits"


def test_recipes(tmp_path):
    code, output, _ = run_command("recipes", cwd=tmp_path)
    assert code == 0 and "wadmgan_embedded" in output and "svhn_cropped" in output
    code, output, _ = run_command("recipes", "dmgan_svhn", cwd=tmp_path)
    assert code == 0 and json.loads(output)["discriminative_weight"] == 1.8
    code, _, error = run_command("recipes", "dmgan", cwd=tmp_path)
    assert code == 2 and "unknown recipe 'dmgan'; did you mean dmgan_cifar10 or " in error


def test_json(tmp_path):
    _, output, _ = run_command("recipes", "--json", cwd=tmp_path)
    rows = {row["recipe"]: row for row in json.loads(output)}
    assert list(rows) == list(RECIPES) and rows["dmgan_svhn"]["steps"] == RECIPES["dmgan_svhn"].steps
    _, output, _ = run_command("schemes", "--json", cwd=tmp_path)
    rows = {row["scheme"]: row for row in json.loads(output)}
    assert list(rows) == list(SCHEMES) and rows["wgan"]["own hyper-parameters"]["weight_clip"] == 0.01
    assert rows["km_gan"]["reconstruction"] is True


@pytest.mark.parametrize("command", ["recipes", "schemes"])
def test_nothing_is_cut_off_in_a_pipe(command, tmp_path):
    """Each row is one line that has every cell whole: no … stands in it, and nothing is folded."""
    _, output, _ = run_command(command, cwd=tmp_path)
    assert "…" not in output
    longest = max(read_listing()["recipes"].values(), key=lambda recipe: len(recipe["source"]))["source"]
    assert command == "schemes" or longest in output


@pytest.mark.parametrize("arguments", [["recipes"], ["recipes", "dcgan_embedded"], ["schemes", "--json"]])
def test_tensorflow_is_not_imported(arguments):
    script = (
        "import sys; from tfgan_metric.cli import cli\n"
        f"cli.main({arguments!r}, standalone_mode=False)\n"
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], stdout=subprocess.DEVNULL, timeout=60).returncode == 0
