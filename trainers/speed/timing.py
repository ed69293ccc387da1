"""Functions timed in turn, so that what else the machine does falls on none of them; and the steps of recipes so."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import keras
import tensorflow as tf

from tfgan_metric.data.catalog import load_data
from tfgan_metric.trainers.recipes.recipe import Recipe
from tfgan_metric.trainers.runs.build import build_recipe_model

WARM_UP = 3


def wait_for(logs: Any) -> None:
    """Returns when the numbers of a step are there."""
    keras.tree.map_structure(lambda log: log.numpy(), logs)


def take_turns(
    steps: Mapping[str, Callable[[Any], Any]],
    batches: Mapping[str, Any],
    rounds: int,
    progress: Callable[[Iterable[int]], Iterable[int]] = iter,
) -> dict[str, list[float]]:
    """Times functions of one batch, by name, each round another one first; `progress` wraps the iterable of rounds.

    Returns:
        A name -> `rounds` times in seconds.
    """
    times: dict[str, list[float]] = {name: [] for name in steps}
    order = list(steps)
    for round_ in progress(range(WARM_UP + rounds)):
        order.append(order.pop(0))
        for name in order:
            start = time.perf_counter()
            wait_for(steps[name](batches[name]))
            if round_ >= WARM_UP:
                times[name].append(time.perf_counter() - start)
    return times


def time_recipes(recipes: Mapping[str, Recipe], rounds: int) -> dict[str, list[float]]:
    """Times one optimisation iteration of recipes, by name, in turn on random images of their data's shape.

    Returns:
        A name -> `rounds` times in seconds.
    """
    made = {name: step_of(recipe) for name, recipe in recipes.items()}
    steps, batches = ({name: parts[place] for name, parts in made.items()} for place in (0, 1))
    return take_turns(steps, batches, rounds)


def step_of(recipe: Recipe) -> tuple[Callable[[Any], Any], Any]:
    """One optimisation iteration of a recipe, as a compiled function, and random images of its data's shape for it."""
    data = load_data(recipe.data, recipe.geometry, recipe.held_out)
    model = build_recipe_model(recipe, data)
    count = recipe.batch_size * model.batches_per_step
    images = tf.random.stateless_uniform((count, *data.train.shape), [0, 0], -1.0, 1.0)
    batch = (images, tf.range(count) % (data.num_classes or 1))
    # As Keras traces it, and at once: TensorFlow takes several models' train_step for one that is traced too often.
    return tf.function(model.train_step, autograph=False).get_concrete_function(batch), batch
