"""How much work a paper's table gets."""

from typing import NamedTuple

from tfgan_metric.trainers.recipes.recipe import Recipe


class Budget(NamedTuple):
    """How much work a table's runs get.

    Attributes:
        recipes: "small" or "paper", which of a row's recipes.
        steps: optimisation iterations; None for the table's own (small) or the recipe's (paper).
        images: generated images of the final evaluation.
        images_on_the_way: of the evaluations before it.
        svm_images: training images of the classifier of a discriminator's features; None for all.
        raw_pixels: whether that classifier gets the pixels too, as MBGAN's 18,432 features have them.
        evaluations: how often a run is evaluated on its way, the end included.
        seeds: of each run, where the table names no other number.
    """

    recipes: str
    steps: int | None
    images: int
    images_on_the_way: int
    svm_images: int | None
    raw_pixels: bool
    evaluations: int
    seeds: int

    def paced(self, recipe: Recipe) -> Recipe:
        """A run's recipe that is evaluated, sampled and saved as often as the budget says."""
        every = -(-recipe.steps // self.evaluations)
        cadence = {"evaluate_every": every, "evaluate_images": self.images_on_the_way}
        cadence |= {"sample_every": every, "checkpoint_every": every}
        return recipe.with_fields(cadence | {"log_every": min(recipe.log_every, every)})


BUDGETS = {
    "smoke": Budget("small", 8, 100, 1_000, 400, False, 2, 1),
    "small": Budget("small", None, 2_000, 1_000, 4_000, False, 3, 3),
    "paper": Budget("paper", None, 50_000, 50_000, None, True, 20, 1),
}
