"""The recipes by name, one file per paper; `embedded` has those for the digits that ship with the package.

`small` has those of the papers' tables and figures on two CPU cores.
"""

from tfgan_metric.trainers.recipes import am_gan, baselines, dcgan, deli_fisher_gan, dmgan, embedded, mbgan, small

DEFAULT_RECIPE = "wadmgan_embedded"
PAPERS = (embedded, dcgan, baselines, dmgan, mbgan, deli_fisher_gan, am_gan, small)
RECIPES = {recipe.name: recipe for paper in PAPERS for recipe in paper.RECIPES}
