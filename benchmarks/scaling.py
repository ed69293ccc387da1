"""What an image costs waDMGAN as batch, width, classes and features grow, and what of it its own work costs.

    python benchmarks/scaling.py FILE.png

Its own work is what other schemes do not have: looking up the centers, moving them, and the weights of the pairs. One
setting grows at a time from batch 64, width ¼, 10 classes and 500 features, on 32×32×3 images; the steps of an axis
take turns.
"""

import argparse
import pathlib
import statistics

import tensorflow as tf

from tfgan_metric import pictures
from tfgan_metric.models import build_model
from tfgan_metric.models.adversarial import Batch
from tfgan_metric.trainers.speed.timing import take_turns

IMAGE_SHAPE = (32, 32, 3)
BASE = {"batch": 64, "width": 0.25, "classes": 10, "features": 500}
AXES = {
    "batch": (8, 16, 32, 64, 128, 256),
    "width": (0.125, 0.25, 0.5, 1.0),
    "classes": (1, 10, 100, 1000),
    "features": (50, 500, 2000, 5000),
}


def make_steps(batch, width, classes, features):
    """(a step of training, its own work alone), each a function of one (images, labels)."""
    model = build_model(
        "wadmgan",
        IMAGE_SHAPE,
        classes,
        "metric",
        width,
        feature_dimension=features,
        label_mode="paired",  # the networks stay what they are, whatever the classes
    )
    found = tf.random.stateless_normal((batch, features), [0, 1])
    fake_images = tf.random.stateless_uniform((batch, *IMAGE_SHAPE), [0, 2], -1.0, 1.0)

    def own_work(data):
        images, labels = data
        pairs = Batch(images, labels, fake_images, labels, None, found, found)
        centers = [one.lookup(labels) for one in (model.real_centers, model.fake_centers)]
        model.update_state(pairs)
        return [*centers, model.sample_weights(pairs)]

    return tf.function(model.train_step), tf.function(own_work)


def measure(axis, rounds):
    """[(value, microseconds an image of a step, of its own work)]."""
    steps, batches = {}, {}
    for value in AXES[axis]:
        settings = BASE | {axis: value}
        count = settings["batch"]
        images = tf.random.stateless_uniform((count, *IMAGE_SHAPE), [0, 0], -1.0, 1.0)
        for part, step in zip(("step", "own"), make_steps(**settings), strict=True):
            steps[value, part] = step
            batches[value, part] = images, tf.range(count) % settings["classes"]
    times = take_turns(steps, batches, rounds)
    counts = {value: (BASE | {axis: value})["batch"] for value in AXES[axis]}
    return [
        (value, *(1e6 * statistics.median(times[value, part]) / counts[value] for part in ("step", "own")))
        for value in AXES[axis]
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    figure, axes = pictures.figure(1, len(AXES), width=13, height=3.4)
    print("| axis | value | µs an image | own work | share |\n| --- | --- | --- | --- | --- |")
    for plot, axis in zip(axes[0], AXES, strict=True):
        rows = measure(axis, options.rounds)
        for value, step, own in rows:
            print(f"| {axis} | {value:g} | {step:.0f} | {own:.2f} | {own / step:.2%} |", flush=True)
        values, steps, owns = zip(*rows, strict=True)
        plot.loglog(values, steps, "o-", label="a step")
        plot.loglog(values, [step / 100 for step in steps], ":", color="tab:blue", label="1 % of it")
        plot.loglog(values, owns, "o-", label="centers and weights")
        plot.set_xticks(values, [f"{value:g}" for value in values])
        plot.minorticks_off()
        plot.set_xlabel(axis)
    axes[0, 0].set_ylabel("µs an image")
    axes[0, 0].legend(fontsize=8)
    pictures.save(figure, options.file)


if __name__ == "__main__":
    main()
