"""Tables that Inception measures; a toy graph stands for it and random colours for CIFAR-10."""

import numpy as np
import pytest
from PIL import Image
from toy_inception import toy_graph, write_graph

from tfgan_metric.evaluation.cache import cache_folder
from tfgan_metric.trainers.papers.evaluate import evaluate_real_images
from tfgan_metric.trainers.papers.reproduce import reproduce
from tfgan_metric.trainers.papers.results import ResultsFile


@pytest.fixture
def colours(tmp_path, monkeypatch):
    """A folder of two classes without held-out images, so that no classifier can measure it; and the toy graph."""
    monkeypatch.setenv("TFGAN_METRIC_CACHE", str(tmp_path / "cache"))
    (cache_folder() / "inception").mkdir(parents=True)
    write_graph(cache_folder() / "inception" / "classify_image_graph_def.pb", toy_graph())
    random = np.random.default_rng(0)
    for index in range(80):
        path = tmp_path / "colours" / f"class_{index % 2}" / f"{index}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (32, 32, 3), dtype=np.uint8)).save(path)
    return tmp_path / "colours"


def test_terms_of_the_inception_score_on_the_way(colours, tmp_path):
    """AM-GAN's Figure 3 is of Inception's entropies; the score at a step is exp(H(C̄_G) - E H(C(x))) of one split, the
    mean over ten splits is near it."""
    folder = reproduce("am-gan-fig3", "smoke", data=str(colours), out=tmp_path / "out", jobs=1)
    page = (folder / "table.md").read_text()
    assert "extractor: inception" in page and "Inception Score (`inception_score`)" in page
    assert "H(C̄_G) (`inception_marginal_entropy`)" in page and "here is" not in page
    (record,) = ResultsFile(tmp_path / "out" / "results.json").records
    assert [row["step"] for row in record["curve"]] == [4, 8] and record["recipe"]["evaluate_by"] == "inception"
    for row in record["curve"]:
        of_one_split = np.exp(row["inception_marginal_entropy"] - row["inception_sample_entropy"])
        assert row["inception_score"] == pytest.approx(of_one_split, rel=0.05)


def test_real_images_in_the_place_of_generated_ones(colours):
    """AM-GAN's Table 3 has real data's own score; against themselves their distance is 0."""
    results = evaluate_real_images(str(colours), "inception")["results"]
    values = {result["metric"]: result["value"] for result in results}
    assert abs(values["fid"]) < 1e-6 and 1 <= values["inception_score"] <= 6
