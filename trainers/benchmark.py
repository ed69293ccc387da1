"""Step times as ratios: every scheme against DCGAN on the same networks, in one process, taken in turn.

python -m tfgan_metric.trainers.benchmark [--width 1.0] [--rounds 30] [--fit 5] [scheme ...]
"""

import statistics
import time

import click
import keras
import tensorflow as tf

from tfgan_metric.data.catalog import load_data
from tfgan_metric.errors import choose
from tfgan_metric.models import SCHEMES, build_model
from tfgan_metric.trainers.experiment import build_recipe_model

WARM_UP = 3
OWN_NETWORKS = ("autoencoder", "sagan")  # without which EBGAN and SAGAN are not themselves


def step_times(schemes, image_shape=(32, 32, 3), network="metric", width=1.0, batch_size=64, rounds=30):
    """Times one optimisation iteration of each scheme.

    The schemes take turns, each round another one first, so that neither the machine's other work nor what the step
    before leaves in its caches falls on one of them.

    Every scheme has one discriminator update a step, and `network` but for EBGAN and SAGAN, which are their networks.

    Returns:
        A dict scheme -> list of `rounds` times in seconds.
    """
    images = tf.random.stateless_uniform((batch_size, *image_shape), [0, 0], -1.0, 1.0)
    labels = tf.range(batch_size) % 10
    for name in schemes:
        choose("scheme", name, SCHEMES)
    steps = {name: _compiled_step(name, image_shape, network, width) for name in schemes}
    return _take_turns(steps, dict.fromkeys(schemes, (images, labels)), rounds)


def recipe_step_times(recipes, rounds=10):
    """Times one optimisation iteration of recipes in turn, on random images of their data's shape.

    Args:
        recipes: a name -> `Recipe`.
        rounds: times of each.
    Returns:
        A dict name -> list of `rounds` times in seconds.
    """
    steps, batches = {}, {}
    for name, recipe in recipes.items():
        data = load_data(recipe.data, recipe.geometry)
        model = build_recipe_model(recipe, data)
        count = recipe.batch_size * model.discriminator_steps
        images = tf.random.stateless_uniform((count, *data.train.shape), [0, 0], -1.0, 1.0)
        batches[name] = (images, tf.range(count) % (data.num_classes or 1))
        steps[name] = tf.function(model.train_step)
    return _take_turns(steps, batches, rounds)


def _take_turns(steps, batches, rounds):
    times, order = {name: [] for name in steps}, list(steps)
    for round_ in range(WARM_UP + rounds):
        order.append(order.pop(0))
        for name in order:
            start = time.perf_counter()
            keras.tree.map_structure(lambda log: log.numpy(), steps[name](batches[name]))
            if round_ >= WARM_UP:
                times[name].append(time.perf_counter() - start)
    return times


def _compiled_step(scheme, image_shape, network, width):
    cls = SCHEMES[scheme]
    if cls.default_network in OWN_NETWORKS:
        network = cls.default_network
    num_classes = 10 if cls.needs_classes or "none" not in cls.label_modes else None
    model = build_model(scheme, image_shape, num_classes, network, width, discriminator_steps=1)
    return tf.function(model.train_step)


def fit_times(scheme, image_shape=(32, 32, 3), network="metric", width=1.0, batch_size=64, steps=60, rounds=5):
    """Times `fit` on one epoch of arrays and a bare loop over the same compiled step on one batch, in turn.

    Returns:
        (times of `fit`, times of the loop): lists of `rounds` times of `steps` steps, in seconds.
    """
    model = build_model(scheme, image_shape, 10, network, width)
    images = tf.random.stateless_uniform((steps * batch_size, *image_shape), [0, 0], -1.0, 1.0)
    labels = tf.range(steps * batch_size) % 10
    batch = (images[:batch_size], labels[:batch_size])
    step = tf.function(model.train_step)
    times = {"fit": [], "loop": []}
    for round_ in range(1 + rounds):
        start = time.perf_counter()
        model.fit(images, labels, batch_size=batch_size, steps_per_epoch=steps, verbose=0)
        middle = time.perf_counter()
        for _ in range(steps):
            logs = step(batch)
        logs["generator_loss"].numpy()
        if round_:
            times["fit"].append(middle - start)
            times["loop"].append(time.perf_counter() - middle)
    return times["fit"], times["loop"]


@click.command()
@click.argument("schemes", nargs=-1)
@click.option("--network", default="metric", show_default=True)
@click.option("--width", default=1.0, show_default=True)
@click.option("--rounds", default=30, show_default=True)
@click.option("--fit", "fit_rounds", default=0, show_default=True, help="Rounds of `fit` against a bare loop.")
def main(schemes, network, width, rounds, fit_rounds):
    """Print each scheme's median step time and its ratio to DCGAN's."""
    median = statistics.median
    times = step_times(
        ["gan", *(schemes or sorted(set(SCHEMES) - {"gan"}))], network=network, width=width, rounds=rounds
    )
    for name, values in times.items():
        ratios = [value / base for value, base in zip(values, times["gan"], strict=True)]
        print(f"{name:20} {1e3 * median(values):9.1f} ms  ×{median(ratios):.3f} of gan")
    if fit_rounds:
        fit, loop = fit_times("wadmgan", network=network, width=width, rounds=fit_rounds)
        ratios = [a / b for a, b in zip(fit, loop, strict=True)]
        print(f"{'fit (wadmgan)':20} {1e3 * median(fit):9.1f} ms  ×{median(ratios):.3f} of a bare loop, 60 steps")


if __name__ == "__main__":
    main()
