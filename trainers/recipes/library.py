"""Every recipe by name, one file per paper."""

from tfgan_metric.errors import choose
from tfgan_metric.trainers.recipes import (
    am_gan,
    baselines,
    dcgan,
    deli_fisher_gan,
    distances,
    dmgan,
    embedded,
    folder,
    mbgan,
    small,
)
from tfgan_metric.trainers.recipes.recipe import Recipe, read_recipe

DEFAULT_RECIPE = "loss_sensitive_gan_embedded"
PAPERS = (embedded, dcgan, baselines, dmgan, mbgan, deli_fisher_gan, am_gan, distances, folder, small)
RECIPES: dict[str, Recipe] = {recipe.name: recipe for paper in PAPERS for recipe in paper.RECIPES}


def load_recipe(name: str) -> Recipe:
    """Loads a recipe by its name, a key of RECIPES, or from the path of a `recipe.json`.

    Raises:
        InputError: an unknown name (the valid ones are listed), or a file that is not a recipe.
    """
    return read_recipe(name) if str(name).endswith(".json") else choose("recipe", name, RECIPES)
