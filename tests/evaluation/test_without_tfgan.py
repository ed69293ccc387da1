"""Where TF-GAN and what it needs are missing, or no longer import, our own numbers are the same."""

import importlib.metadata
import json
import os
import subprocess
import sys

import pytest
import without_tfgan
from toy_inception import toy_graph, write_graph

from conftest import run_command
from tfgan_metric.data.embedded import load_embedded_mnist
from tfgan_metric.evaluation.protocol import library_versions
from tfgan_metric.pictures import write_images


@pytest.mark.parametrize("error", ["AttributeError", pytest.param("ModuleNotFoundError", marks=pytest.mark.full)])
def test_own_numbers_need_none_of_it(error, tmp_path, monkeypatch):
    graph = write_graph(tmp_path / "graph.pb", toy_graph())
    monkeypatch.setenv("TFGAN_METRIC_CACHE", str(tmp_path / "there"))
    command = [sys.executable, without_tfgan.__file__, graph, error]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    monkeypatch.setenv("TFGAN_METRIC_CACHE", str(tmp_path / "here"))
    expected = without_tfgan.numbers(graph)
    assert {"fid", "kid", "inception_score", "frechet_distance"} < {name.split(" ")[0] for name in expected}
    assert json.loads(ran.stdout) == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_its_version_is_absent(monkeypatch):
    def version(name):
        if name == "tensorflow-gan":
            raise importlib.metadata.PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert library_versions()["tensorflow-gan"] == "absent" and library_versions()["numpy"] == "1"


@pytest.mark.parametrize("error", [AttributeError, ModuleNotFoundError])
def test_the_command_says_in_one_line_what_the_cross_check_lacks(error, tmp_path, monkeypatch):
    write_images(tmp_path / "digits", load_embedded_mnist("train").images[:10], columns=1)
    for name in [name for name in sys.modules if name.partition(".")[0] in without_tfgan.UPSTREAM]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [without_tfgan.Refusal(error), *sys.meta_path])
    command = ("evaluate", "digits", "--data", "embedded_mnist", "--cross-check", "--out", "out")
    code, output, message = run_command(*command, cwd=tmp_path)
    assert code == 2 and not output
    needs = "the cross-check needs TF-GAN, which gives: module tensorflow_gan has no attribute of today; pip install"
    assert needs in message and message.count("\n") == 2  # the first line says what the folder holds
    assert os.listdir(tmp_path) == ["digits"]
