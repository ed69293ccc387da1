"""Runs of earlier versions go on, and open; tests/runs/data has what version 0.1.0 left."""

import pathlib
import shutil

import pytest

from tfgan_metric.errors import InputError
from tfgan_metric.trainers import load_model, load_recipe, train_recipe
from tfgan_metric.trainers.runs.folder import RunFolder

RUN_OF_0_1_0 = pathlib.Path(__file__).parent / "data" / "run_of_0.1.0"  # killed in step 6, saved in step 5
ROWS_OF_0_1_0 = [  # of the same run that was not killed
    {"step": 4, "discriminator_loss": -0.04859822615981102, "generator_loss": 0.0027846291195601225},
    {"step": 8, "discriminator_loss": -0.021958159282803535, "generator_loss": 0.002262964379042387},
    {"step": 12, "discriminator_loss": -0.04694969207048416, "generator_loss": 0.0139252794906497},
]


@pytest.fixture
def run(tmp_path):
    return RunFolder(shutil.copytree(RUN_OF_0_1_0, tmp_path / "run"))


def test_a_run_of_0_1_0_goes_on(run):
    """Its row of steps 5 to 8 was begun there: the sums of step 5 are taken over, so it has the mean of all four.

    Bit for bit on the machine that made it; another one rounds otherwise.
    """
    train_recipe(run.recipe(), run.path)
    assert load_model(run.path).steps_trained == 12
    for row, expected in zip(run.history(), ROWS_OF_0_1_0, strict=True):
        assert {name: row[name] for name in expected} == pytest.approx(expected, rel=1e-2, abs=1e-4)


def test_its_recipe_is_today_s(run):
    """RMSprop's β, which it wrote and did not use, are no difference; another seed is. WGAN's did not fall then."""
    small = {name: run.recipe().as_fields()[name] for name in ("steps", "width", "batch_size", "latent_dimension")}
    cadence = {"sample_every": 12, "checkpoint_every": 5, "log_every": 4}
    of_then = {"generator_final_share": 1.0, "discriminator_final_share": 1.0, "ema_momentum": 0.99}
    recipe = load_recipe("wgan_embedded").with_fields(small | cadence | of_then)
    run.refuse_other_content(recipe)
    with pytest.raises(InputError, match=r"another recipe \(seed 0 -> 1\): choose another --out"):
        run.refuse_other_content(recipe.with_fields({"seed": 1}))


def test_its_model_opens(run):
    model = load_model(run.path)
    assert model.steps_trained == 5 and model.generate(2, seed=0).shape == (2, 28, 28, 1)
