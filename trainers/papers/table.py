"""What an experiment of a paper is, as data: its runs, what is measured, the paper's numbers, what it claims."""

import dataclasses
import hashlib
import json
import pathlib
from typing import NamedTuple

from tfgan_metric.errors import choose
from tfgan_metric.trainers.recipes.library import load_recipe
from tfgan_metric.trainers.recipes.recipe import Recipe

NOT_OF_THE_RUN = ("name", "source", "seed")


class Budget(NamedTuple):
    """How much work an experiment's runs get.

    Attributes:
        recipes: "small" or "paper", which of a row's recipes.
        steps: optimisation iterations; None for the experiment's own (small) or the recipe's (paper).
        images: generated images of the final evaluation.
        images_on_the_way: of the evaluations before it.
        svm_images: training images of the classifier of a discriminator's features; None for all.
        raw_pixels: whether that classifier gets the pixels too, as MBGAN's 18,432 features have them.
        evaluations: how often a run is evaluated on its way, the end included.
        seeds: of each run, where the experiment names no other number.
    """

    recipes: str
    steps: int | None
    images: int
    images_on_the_way: int
    svm_images: int | None
    raw_pixels: bool
    evaluations: int
    seeds: int


BUDGETS = {
    "smoke": Budget("small", 8, 100, 1_000, 400, False, 2, 1),
    "small": Budget("small", None, 2_000, 1_000, 4_000, False, 3, 3),
    "paper": Budget("paper", None, 50_000, 50_000, None, True, 20, 1),
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
MARGINAL_ENTROPY = Measure("H(C̄_G)", ("inception_marginal_entropy", "marginal_entropy"), "higher")
SAMPLE_ENTROPY = Measure("E H(C(x))", ("inception_sample_entropy", "sample_entropy"), "lower")
AM_SCORE = Measure("AM Score", ("am_score",), "lower")
MARGINAL_DIVERGENCE = Measure("KL(C̄_train, C̄_G)", ("marginal_divergence",), "lower")
CLASSIFIER_ENTROPY = Measure("E H(C(x)), data set's classifier", ("sample_entropy",), "lower")
MS_SSIM = Measure("MS-SSIM, highest class", ("ms_ssim_absolute_in_class_max",), "lower")
SVM = Measure("SVM accuracy", ("svm_accuracy",), "higher")
STEP_TIME = Measure("ms an iteration", ("step_milliseconds",), "lower")
TRAINING_TIME = Measure("s a training", ("training_seconds",), "lower")
LATENT_SENSITIVITY = Measure("Σ|∂G/∂z|", ("latent_sensitivity",), "higher")
GRADIENT_NORM = Measure("generator's gradient norm, second half", ("gradient_norm",), "higher")
TIMES = (STEP_TIME, TRAINING_TIME)


@dataclasses.dataclass(frozen=True)
class Row:
    """One setting of an experiment.

    Attributes:
        label: in the table.
        recipes: "small" and "paper" -> the recipe that its fields change; empty for a row that is not trained: real
            images, or a number that the paper quotes.
        fields: of the recipe, under every budget.
        paper: a measure's title -> the paper's number as it is printed.
        at: where the setting stands on a curve's axis; None where the experiment is none.
        series: the curve that it belongs to.
        small_fields: of the small recipe alone.
        timed_fields: of the small recipe where its step is timed, beyond the experiment's own.
        real_images: whether the row is the real images themselves.
    """

    label: str
    recipes: dict
    fields: dict
    paper: dict
    at: float | None = None
    series: str = ""
    small_fields: dict = dataclasses.field(default_factory=dict)
    timed_fields: dict = dataclasses.field(default_factory=dict)
    real_images: bool = False

    def recipe(self, budget, steps, data, seed):
        """The `Recipe` of one of its runs."""
        fields = {"seed": seed} | self.fields | ({"data": data} if data else {})
        if budget.recipes == "small":
            fields |= self.small_fields
        if steps is not None:
            fields["steps"] = steps
        recipe = load_recipe(self.recipes[budget.recipes])
        recipe = recipe.with_scheme(fields.get("scheme", recipe.scheme)).with_fields(fields)
        every = -(-recipe.steps // budget.evaluations)
        cadence = {"evaluate_every": every, "evaluate_images": budget.images_on_the_way}
        cadence |= {"sample_every": every, "checkpoint_every": every}
        return recipe.with_fields(cadence | {"log_every": min(recipe.log_every, every)})


class Claim(NamedTuple):
    """What a paper says of two settings: that the first one is better by a measure.

    Attributes:
        better, worse: labels of rows.
        measure: by which.
        alike_within: where the paper says that both are alike instead: the share that they may differ by, ours.
    """

    better: str
    worse: str
    measure: Measure
    alike_within: float | None = None


@dataclasses.dataclass(frozen=True)
class Experiment:
    """A table or figure of a paper.

    Attributes:
        name: as `reproduce` takes it.
        paper: its short title.
        places: in the paper, such as "Table 2" or "section 7.1.5".
        paper_data: the data that the paper's numbers are of; "" for a study without data.
        question: what it shows, one sentence.
        rows: the settings; none where a figure is of real images or of numbers alone.
        measures: what the table has of each run, the leading one first.
        steps: of the small budget; None for each small recipe's own.
        figure: a key of FIGURES.
        claims: orderings that the paper finds.
        axis: what `Row.at` is, for a curve.
        timed_fields: of the small recipes where a step is timed, so that all rows have one batch and one network.
        paper_seeds: runs of each setting at the paper's budget; None for the budget's.
        changed: in what the page differs from version 0.1.0's, sentences.
    """

    name: str
    paper: str
    places: tuple
    paper_data: str
    question: str
    rows: tuple
    measures: tuple
    steps: int | None
    figure: str
    claims: tuple = ()
    axis: str = ""
    timed_fields: dict = dataclasses.field(default_factory=dict)
    paper_seeds: int | None = None
    changed: str = ""

    @property
    def source(self):
        many = len(self.places) > 3
        return f"{self.paper}, " + (f"{self.places[0]} to {self.places[-1]}" if many else ", ".join(self.places))

    def row(self, label):
        return choose("setting", label, {row.label: row for row in self.rows})

    @property
    def trained(self):
        """The rows that are trained."""
        return tuple(row for row in self.rows if row.recipes)


class Findings(NamedTuple):
    """What an experiment found: all that its page and its figure are made of.

    Attributes:
        experiment: an `Experiment`.
        budget: a `Budget`.
        records: a setting's label -> its runs' records.
        runs: the folder of all runs.
        data_name: of the real images.
        evaluate_by: a key of EVALUATORS, what measured the runs.
        command: that makes the page.
    """

    experiment: Experiment
    budget: Budget
    records: dict
    runs: pathlib.Path
    data_name: str
    evaluate_by: str
    command: str


def run_name(recipe: Recipe):
    """A run's folder: the scheme, the seed, and a hash of what else decides the run and is not a default."""
    fields = {name: value for name, value in recipe.chosen_fields().items() if name not in NOT_OF_THE_RUN}
    digest = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
    return f"{recipe.scheme}_{digest[:10]}_seed_{recipe.seed}"
