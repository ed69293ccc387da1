"""What a paper's table or figure is, as data: its runs, its columns, the paper's numbers, what it claims."""

import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple

from tfgan_metric.trainers.papers.budget import Budget
from tfgan_metric.trainers.papers.columns import TIMES, Column
from tfgan_metric.trainers.recipes.library import load_recipe
from tfgan_metric.trainers.recipes.recipe import Recipe


@dataclasses.dataclass(frozen=True)
class Row:
    """One setting of a table.

    Attributes:
        label: in the table.
        recipes: "small" and "paper" -> the recipe that its fields change; empty for a row that is not trained: real
            images, or a number that the paper quotes.
        fields: of the recipe, under every budget.
        paper: a column -> the paper's number as it is printed; the table's other columns are not shown.
        at: where the setting stands on a curve's axis; None where the table is none.
        series: the curve that it belongs to.
        small_fields: of the small recipe alone.
        timed_fields: of the small recipe where its step is timed, beyond the table's own.
        real_images: whether the row is the real images themselves.
    """

    label: str
    recipes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    fields: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    paper: Mapping[Column, str] = dataclasses.field(default_factory=dict)
    at: float | None = None
    series: str = ""
    small_fields: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    timed_fields: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    real_images: bool = False

    def recipe(self, budget: Budget, steps: int | None, data: str | None, seed: int) -> Recipe:
        """The recipe of one of its runs."""
        fields = {"seed": seed, **self.fields} | ({"data": data} if data else {})
        if budget.recipes == "small":
            fields |= self.small_fields
        if steps is not None:
            fields["steps"] = steps
        recipe = load_recipe(self.recipes[budget.recipes])
        return budget.paced(recipe.with_scheme(fields.get("scheme", recipe.scheme)).with_fields(fields))


class Claim(NamedTuple):
    """What a paper says of two settings: that the first one is better by a column.

    Attributes:
        better, worse: labels of rows.
        column: by which.
        alike_within: where the paper says that both are alike instead: the share that they may differ by, ours.
    """

    better: str
    worse: str
    column: Column
    alike_within: float | None = None


@dataclasses.dataclass(frozen=True)
class PaperTable:
    """A table or figure of a paper.

    Attributes:
        name: as `reproduce` takes it.
        places: in the paper, such as "Table 2" or "section 7.1.5".
        question: what it shows, one sentence.
        rows: the settings; none where a figure is of real images or of numbers alone.
        columns: the leading one first.
        figure: a key of FIGURES.
        claims: orderings that the paper finds.
        paper: its short title.
        paper_data: the data that the paper's numbers are of; "" for a study without data.
        steps: of the small budget; None for each small recipe's own.
        axis: what `Row.at` is, for a curve.
        timed_fields: of the small recipes where a step is timed, so that all rows have one batch and one network.
        paper_seeds: runs of each setting at the paper's budget; None for the budget's.
        changed: in what the page differs from version 0.1.0's, sentences.
    """

    name: str
    places: tuple[str, ...]
    question: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    figure: str
    claims: tuple[Claim, ...] = ()
    _: dataclasses.KW_ONLY
    paper: str
    paper_data: str
    steps: int | None = None
    axis: str = ""
    timed_fields: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    paper_seeds: int | None = None
    changed: str = ""

    @property
    def source(self) -> str:
        many = len(self.places) > 3
        return f"{self.paper}, " + (f"{self.places[0]} to {self.places[-1]}" if many else ", ".join(self.places))

    @property
    def trained(self) -> tuple[Row, ...]:
        """The rows that are trained."""
        return tuple(row for row in self.rows if row.recipes)

    @property
    def run_columns(self) -> tuple[Column, ...]:
        """The columns that are numbers of a run."""
        return tuple(column for column in self.columns if column not in TIMES)

    @property
    def has_times(self) -> bool:
        """Whether a column is a time, which is taken of all settings in turn and not of a run."""
        return not set(TIMES).isdisjoint(self.columns)

    def seeds(self, budget: Budget) -> int:
        """How many runs of each setting a budget has."""
        return (self.paper_seeds if budget.recipes == "paper" else None) or budget.seeds

    def recipes(self, budget: Budget, data: str | None, seeds: int) -> dict[tuple[str, int], Recipe]:
        """(a setting's label, seed) -> recipe; on other data than the recipes' own unless that is None."""
        steps = budget.steps or (self.steps if budget.recipes == "small" else None)
        return {
            (row.label, seed): row.recipe(budget, steps, data, seed) for row in self.trained for seed in range(seeds)
        }

    def data_name(self, budget: Budget) -> str:
        """The recipes' data, else the digits or the paper's; "" for a study without data."""
        if self.trained:
            return self.trained[0].recipe(budget, None, None, seed=0).data
        return "embedded_mnist" if self.paper_data and budget.recipes == "small" else self.paper_data
