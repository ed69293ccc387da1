"""The recipes by name, one file per paper; `embedded` has those for the digits that ship with the package."""

from tfgan_metric.trainers.recipes import dcgan, dmgan, embedded, mbgan

DEFAULT_RECIPE = "wadmgan_embedded"
RECIPES = {recipe.name: recipe for paper in (embedded, dcgan, dmgan, mbgan) for recipe in paper.RECIPES}
