"""What an experiment of a paper is, as data: its runs, what is measured, the paper's numbers, what it claims."""

import dataclasses
import hashlib
import json
from typing import NamedTuple

from tfgan_metric.errors import choose
from tfgan_metric.trainers.recipe import Recipe, load_recipe

NOT_OF_THE_RUN = ("name", "source", "seed")


class Budget(NamedTuple):
    """How much work an experiment's runs get.

    Attributes:
        recipes: "small" or "paper", which of a row's recipes.
        steps: optimisation iterations; None for the experiment's own (small) or the recipe's (paper).
        images: generated images of the final evaluation.
        svm_images: training images of the classifier of a discriminator's features; None for all.
        evaluations: how often a run is evaluated on its way, the end included.
        seeds: of each run.
    """

    recipes: str
    steps: int | None
    images: int
    svm_images: int | None
    evaluations: int
    seeds: int


BUDGETS = {
    "smoke": Budget("small", 8, 100, 400, 2, 1),
    "small": Budget("small", None, 2_000, 4_000, 3, 3),
    "paper": Budget("paper", None, 50_000, None, 20, 1),
}


class Measure(NamedTuple):
    """A number of a table.

    Attributes:
        title: of its column.
        metrics: names of results; the first one that a run has counts.
        better: "lower" or "higher".
    """

    title: str
    metrics: tuple
    better: str


FID = Measure("FID", ("fid", "frechet_distance"), "lower")
INCEPTION_SCORE = Measure("Inception Score", ("inception_score", "classifier_score"), "higher")
AM_SCORE = Measure("AM Score", ("am_score",), "lower")
MS_SSIM = Measure("MS-SSIM, highest class", ("ms_ssim_absolute_in_class_max",), "lower")
SVM = Measure("SVM accuracy", ("svm_accuracy",), "higher")
STEP_TIME = Measure("ms an iteration", ("step_milliseconds",), "lower")
GRADIENT_NORM = Measure("generator's gradient norm, second half", ("gradient_norm",), "higher")


@dataclasses.dataclass(frozen=True)
class Row:
    """One setting of an experiment.

    Attributes:
        label: in the table.
        recipes: "small" and "paper" -> the recipe that its fields change.
        fields: of the recipe, under every budget.
        paper: a measure's title -> the paper's number as it is printed.
        at: where the setting stands on a curve's axis; None where the experiment is none.
        series: the curve that it belongs to.
        small_fields: of the small recipe alone.
    """

    label: str
    recipes: dict
    fields: dict
    paper: dict
    at: float | None = None
    series: str = ""
    small_fields: dict = dataclasses.field(default_factory=dict)

    def recipe(self, budget, steps, data, seed):
        """The `Recipe` of one of its runs."""
        fields = {"seed": seed} | self.fields | ({"data": data} if data else {})
        if budget.recipes == "small":
            fields |= self.small_fields
        if steps is not None:
            fields["steps"] = steps
        recipe = load_recipe(self.recipes[budget.recipes]).with_fields(fields)
        every = -(-recipe.steps // budget.evaluations)
        cadence = {"evaluate_every": every, "sample_every": every, "checkpoint_every": every}
        return recipe.with_fields(cadence | {"log_every": min(recipe.log_every, every)})


class Claim(NamedTuple):
    """What a paper says of two settings: that the first one is better by a measure."""

    better: str
    worse: str
    measure: Measure


@dataclasses.dataclass(frozen=True)
class Experiment:
    """A table or figure of a paper.

    Attributes:
        name: as `reproduce` takes it.
        source: paper and place.
        question: what it shows, one sentence.
        rows: the settings.
        measures: what the table has of each run, the leading one first.
        claims: orderings that the paper finds.
        steps: of the small budget; None for each small recipe's own.
        figure: a key of FIGURES in `study_figures`.
        axis: what `Row.at` is, for a curve.
    """

    name: str
    source: str
    question: str
    rows: tuple
    measures: tuple
    steps: int | None
    figure: str
    claims: tuple = ()
    axis: str = ""

    def row(self, label):
        return choose("setting", label, {row.label: row for row in self.rows})


def run_name(recipe: Recipe):
    """A run's folder: the scheme, the seed, and a hash of what else decides the run and is not a default."""
    fields = {name: value for name, value in recipe.chosen_fields().items() if name not in NOT_OF_THE_RUN}
    digest = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
    return f"{recipe.scheme}_{digest[:10]}_seed_{recipe.seed}"
