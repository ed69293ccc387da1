"""Which recipes are set against each other, on which data and for how long."""

from typing import NamedTuple

from tfgan_metric.trainers.papers.budget import BUDGETS
from tfgan_metric.trainers.recipes.library import RECIPES, load_recipe
from tfgan_metric.trainers.recipes.recipe import Recipe

PAPERS_OWN = ("mbgan", "dmgan", "deli_fisher_gan", "am_gan")  # that the four papers are named for, plain
FIRST_SEED = 3  # the embedded recipes were chosen on seeds 0 to 2
ON_FASHION_MNIST = (
    *("edgan_embedded", "dmgan_repulsion_embedded", "acgan_embedded", "labelgan_embedded", "lsgan_embedded"),
    *("fisher_gan_embedded", "loss_sensitive_gan_embedded", "acgan_star_plus_embedded", "acgan_star_embedded"),
    *("mlgan_embedded",),
    *(f"{scheme}_embedded" for scheme in PAPERS_OWN),
)
ON_EMOJI = (
    *("r3gan_folder", "am_gan_folder", "acgan_folder", "edgan_folder"),
    *(f"{scheme}_embedded" for scheme in PAPERS_OWN),
)
ROW_STEPS = 25  # of the history, so that each quarter of whole hundreds ends a row
CONTEST_BUDGETS = {
    "smoke": BUDGETS["smoke"],
    "small": BUDGETS["small"]._replace(images=1_000, evaluations=4),  # as many as the held-out digits are
}


class Entry(NamedTuple):
    """A recipe on a data set.

    Attributes:
        recipe: a key of RECIPES.
        data: a data set's name.
    """

    recipe: str
    data: str

    @property
    def label(self) -> str:
        return f"{self.recipe} on {self.data}"

    @property
    def short(self) -> str:
        """The recipe's name without its ending."""
        return self.recipe.rsplit("_", 1)[0]

    @property
    def is_papers_own(self) -> bool:
        return self.short in PAPERS_OWN

    def of_seed(self, seed: int, steps: int) -> Recipe:
        """The recipe of a run."""
        fields = {"data": self.data, "seed": seed, "steps": steps, "log_every": ROW_STEPS}
        return load_recipe(self.recipe).with_fields(fields)


class Contest(NamedTuple):
    """Recipes that have one data set and one time.

    Attributes:
        data: a data set's name.
        seconds: of training, on one thread.
        recipes: keys of RECIPES.
    """

    data: str
    seconds: int
    recipes: tuple[str, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(Entry(recipe, self.data) for recipe in self.recipes)


CONTESTS = tuple(
    Contest(data, seconds, recipes)
    for data, seconds, recipes in (
        ("embedded_mnist", 240, tuple(name for name in RECIPES if name.endswith("_embedded"))),
        ("fashion_mnist", 360, ON_FASHION_MNIST),
        ("emoji", 720, ON_EMOJI),
    )
)
