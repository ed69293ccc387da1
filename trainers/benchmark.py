"""Step times as ratios: every scheme against DCGAN on the same networks, in one process, taken in turn.

python -m tfgan_metric.trainers.benchmark [--width 1.0] [--rounds 30] [scheme ...]
"""

import statistics
import time

import click
import keras
import tensorflow as tf

from tfgan_metric.models import SCHEMES, build_model

WARM_UP = 3


def step_times(schemes, image_shape=(32, 32, 3), network="metric", width=1.0, batch_size=64, rounds=30):
    """Times one optimisation iteration of each scheme.

    The schemes take turns, so that what else the machine does falls on all alike.

    Returns:
        A dict scheme -> list of `rounds` times in seconds.
    """
    images = tf.random.stateless_uniform((batch_size, *image_shape), [0, 0], -1.0, 1.0)
    labels = tf.range(batch_size) % 10
    steps = {name: _compiled_step(name, image_shape, network, width) for name in schemes}
    times = {name: [] for name in schemes}
    for round_ in range(WARM_UP + rounds):
        for name, step in steps.items():
            start = time.perf_counter()
            keras.tree.map_structure(lambda log: log.numpy(), step((images, labels)))
            if round_ >= WARM_UP:
                times[name].append(time.perf_counter() - start)
    return times


def _compiled_step(scheme, image_shape, network, width):
    num_classes = 10 if "none" not in SCHEMES[scheme].label_modes else None
    return tf.function(build_model(scheme, image_shape, num_classes, network, width).train_step)


@click.command()
@click.argument("schemes", nargs=-1)
@click.option("--network", default="metric", show_default=True)
@click.option("--width", default=1.0, show_default=True)
@click.option("--rounds", default=30, show_default=True)
def main(schemes, network, width, rounds):
    """Print each scheme's median step time and its ratio to DCGAN's."""
    times = step_times(["gan", *(schemes or set(SCHEMES) - {"gan"})], network=network, width=width, rounds=rounds)
    for name, values in times.items():
        ratios = [value / base for value, base in zip(values, times["gan"], strict=True)]
        median = statistics.median
        print(f"{name:20} {1e3 * median(values):9.1f} ms  ×{median(ratios):.3f} of gan")


if __name__ == "__main__":
    main()
