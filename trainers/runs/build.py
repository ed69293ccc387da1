"""A recipe's model, and the extractors that measure it."""

import keras

from tfgan_metric.data.catalog import Data
from tfgan_metric.evaluation import Extractor, load_classifier, load_inception
from tfgan_metric.models import AdversarialModel, build_model
from tfgan_metric.trainers.recipes.recipe import EVALUATORS, Recipe


def build_recipe_model(recipe: Recipe, data: Data) -> AdversarialModel:
    """Builds a recipe's model for some data, compiled, with weights from the recipe's seed."""
    keras.utils.set_random_seed(recipe.seed)
    model = build_model(
        recipe.scheme,
        data.train.shape,
        data.num_classes,
        recipe.network,
        recipe.width,
        recipe.latent_dimension,
        recipe.feature_dimension,
        recipe.precision,
        recipe.discriminator_width,
        recipe.initial_deviation,
        recipe.spectral_norm,
        seed=recipe.seed,
        **recipe.hyperparameters,
    )
    updates = (model.generator_steps, model.discriminator_steps)
    generator_optimizer, discriminator_optimizer = recipe.optimization.build(recipe.scheme, recipe.steps, updates)
    model.compile(generator_optimizer, discriminator_optimizer, gradient_norms=recipe.gradient_norms)
    return model


def load_extractors(data_name: str, evaluate_by: str) -> list[Extractor]:
    """Loads what measures a run: the classifier of its data, Inception or both, by a key of EVALUATORS."""
    return [load_inception() if name == "inception" else load_classifier(data_name) for name in EVALUATORS[evaluate_by]]
