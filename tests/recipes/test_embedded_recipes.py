"""Every embedded recipe trained whole: what it reaches against its own untrained generator, and its class if asked."""

import pytest
from judge import LABELS, accuracy, train_classifier

from tfgan_metric.data.catalog import load_data
from tfgan_metric.evaluation import load_classifier
from tfgan_metric.evaluation.evaluate import evaluate, generator_source
from tfgan_metric.models import SCHEMES
from tfgan_metric.trainers import load_model, load_recipe, train_recipe
from tfgan_metric.trainers.recipes.library import RECIPES
from tfgan_metric.trainers.runs.build import build_recipe_model

EMBEDDED = [name for name in RECIPES if name.endswith("_embedded")]
SHARE_OF_UNTRAINED, RECOGNISED = 0.1, 0.5


def test_every_scheme_has_an_embedded_recipe():
    """The papers' are named with their numbers in test_recipes."""
    assert {RECIPES[name].scheme for name in EMBEDDED} == set(SCHEMES)


@pytest.fixture(scope="module")
def judge():
    return train_classifier()


def distance(model, data):
    """The Fréchet distance of 1,000 generated images on the features of the data set's classifier."""
    source = generator_source(model.generate, data, 1000, 0, {}, model.inference_classes is not None)
    results = evaluate(source, data, [load_classifier("embedded_mnist")]).results
    return {result.metric: result.value for result in results}["frechet_distance"]


@pytest.mark.long
@pytest.mark.parametrize("name", EMBEDDED)
def test_recipe_learns(name, judge, tmp_path):
    """A tenth of the untrained generator's distance, and the class that is asked."""
    recipe, data = load_recipe(name), load_data("embedded_mnist")
    untrained = distance(build_recipe_model(recipe, data), data)
    train_recipe(recipe, tmp_path / name)
    model = load_model(tmp_path / name)
    assert distance(model, data) < SHARE_OF_UNTRAINED * untrained
    if model.inference_classes:
        assert accuracy(judge, model.generate(len(LABELS), LABELS, seed=1), LABELS) >= RECOGNISED
