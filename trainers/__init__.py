"""Recipes, and what runs them."""

if __name__ != "tfgan_metric.trainers":
    raise ImportError(
        "this folder is the package tfgan_metric.trainers: write `from tfgan_metric.trainers import ...` "
        "after `pip install -e .` in the project's folder"
    )

from tfgan_metric.trainers.recipes.library import load_recipe
from tfgan_metric.trainers.recipes.recipe import Recipe
from tfgan_metric.trainers.runs.opening import load_model
from tfgan_metric.trainers.runs.train import run_experiment, train_recipe

__all__ = ["Recipe", "load_model", "load_recipe", "run_experiment", "train_recipe"]
