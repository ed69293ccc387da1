"""Every embedded recipe trained whole: what it reaches against its own untrained generator, and its class if asked."""

import time

import pytest
from judge import LABELS, accuracy, train_classifier
from rich.console import Console
from rich.table import Table

from tfgan_metric.data.catalog import load_data
from tfgan_metric.evaluation import load_classifier
from tfgan_metric.evaluation.evaluate import evaluate, generator_source
from tfgan_metric.models import SCHEMES
from tfgan_metric.trainers import load_model, load_recipe, train_recipe
from tfgan_metric.trainers.recipes.library import RECIPES
from tfgan_metric.trainers.runs.build import build_recipe_model

EMBEDDED = [name for name in RECIPES if name.endswith("_embedded")]
SHARE_OF_UNTRAINED, RECOGNISED = 0.1, 0.5
COLUMNS = ("recipe", "untrained Fréchet", "Fréchet", "score", "AM Score", "recognised", "steps/s", "seconds")


def test_every_scheme_has_an_embedded_recipe():
    """The papers' are named with their numbers in test_recipes."""
    assert {RECIPES[name].scheme for name in EMBEDDED} == set(SCHEMES)


@pytest.fixture(scope="module")
def judge():
    return train_classifier()


@pytest.fixture(scope="module")
def table():
    """The results so far, printed when all are there."""
    table = Table(*COLUMNS)
    yield table
    Console(width=120).print(table)


def measure(model, data):
    """What the data set's classifier finds in 1,000 generated images."""
    source = generator_source(model.generate, data, 1000, 0, {}, model.inference_classes is not None)
    results = evaluate(source, data, [load_classifier("embedded_mnist")]).results
    return {result.metric: result.value for result in results}


@pytest.mark.long
@pytest.mark.parametrize("name", EMBEDDED)
def test_recipe_learns(name, judge, table, tmp_path):
    """A tenth of the untrained generator's distance, and the class that is asked; the time is printed."""
    recipe, data = load_recipe(name), load_data("embedded_mnist")
    untrained = measure(build_recipe_model(recipe, data), data)["frechet_distance"]
    start = time.monotonic()
    train_recipe(recipe, tmp_path / name)
    seconds = time.monotonic() - start
    model = load_model(tmp_path / name)
    found = measure(model, data)
    recognised = None
    if model.inference_classes:
        recognised = accuracy(judge, model.generate(len(LABELS), LABELS, seed=1), LABELS)
    table.add_row(
        name,
        f"{untrained:.0f}",
        f"{found['frechet_distance']:.2f}",
        f"{found['classifier_score']:.2f}",
        f"{found['am_score']:.2f}",
        "" if recognised is None else f"{recognised:.0%}",
        f"{recipe.steps / seconds:.1f}",
        f"{seconds:.0f}",
    )
    assert found["frechet_distance"] < SHARE_OF_UNTRAINED * untrained
    assert recognised is None or recognised >= RECOGNISED
