"""Recipes, and what runs them."""

if __name__ != "tfgan_metric.trainers":
    raise ImportError(
        "this folder is the package tfgan_metric.trainers: write `from tfgan_metric.trainers import ...` "
        "after `pip install -e .` in the project's folder"
    )

from tfgan_metric.models.loading import load_model
from tfgan_metric.trainers.experiment import run_experiment
from tfgan_metric.trainers.recipe import Recipe, load_recipe

__all__ = ["Recipe", "load_model", "load_recipe", "run_experiment"]
