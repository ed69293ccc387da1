"""Step times: every scheme against DCGAN on the same networks, in one process, taken in turn."""

import resource
import statistics
import time
from typing import NamedTuple

import keras
import tensorflow as tf

from tfgan_metric import pictures
from tfgan_metric.data.catalog import load_data
from tfgan_metric.errors import InputError, choose
from tfgan_metric.models import SCHEMES, build_model
from tfgan_metric.trainers.papers.tables.dmgan import TABLE_3
from tfgan_metric.trainers.runs.build import build_recipe_model
from tfgan_metric.trainers.speed.flops import step_flops

WARM_UP = 3
OWN_NETWORKS = ("autoencoder", "sagan")  # without which EBGAN and SAGAN are not themselves
PRODUCT, MATRIX_SIDE = "matrix product", 2048
PRODUCT_GIGAFLOPS = 2e-9 * MATRIX_SIDE**3
PAPER_LABELS = {"gan": "DCGAN", "wgan": "WGAN", "mbgan": "MBGAN", "wgan_gp": "WGAN-GP", "km_gan": "KM-GAN"} | {
    "sagan": "SAGAN",
    "dmgan": "DMGAN",
    "wadmgan": "waDMGAN",
}


class Speed(NamedTuple):
    """What was measured of a scheme.

    Attributes:
        scheme: its name.
        milliseconds: median of a step.
        spread: half of the range that holds the middle half of the steps, in milliseconds.
        images_per_second: real images that train the discriminator.
        gflops_per_second: of the operations that `step_flops` counts.
        share_of_peak: of them, relative to a matrix product's median.
        ratio: median over the rounds of the time relative to DCGAN's in the same round.
        paper_ratio: the same of DMGAN, Table 3; None where it has none.
        seconds_to_first_step: building, tracing and the first step.
    """

    scheme: str
    milliseconds: float
    spread: float
    images_per_second: float
    gflops_per_second: float
    share_of_peak: float
    ratio: float
    paper_ratio: float | None
    seconds_to_first_step: float


def measure_speed(
    schemes,
    image_shape=(32, 32, 3),
    network="metric",
    width=1.0,
    batch_size=64,
    rounds=30,
    precision=None,
    jit_compile=False,
    device=None,
    progress=lambda rounds: rounds,
):
    """Times one optimisation iteration of each scheme and of DCGAN.

    The schemes and a product of two 2,048² matrices take turns, each round another one first, so that neither the
    machine's other work nor what the step before leaves in its caches falls on one of them. Every scheme has one
    discriminator update a step, and `network` but for EBGAN and SAGAN, which are their networks.

    Args:
        schemes: keys of SCHEMES.
        image_shape, network, width, precision: of `build_model`.
        batch_size: images of an update.
        rounds: steps of each.
        jit_compile: compile the step by XLA.
        device: such as "GPU:0"; None for TensorFlow's choice.
        progress: wraps the iterable of rounds.
    Returns:
        (list of `Speed`, DCGAN's first; median GFLOP/s of the matrix product; MB that the process held at most).
    Raises:
        InputError: an unknown scheme or network, or a device that is not there.
    """
    schemes = list(dict.fromkeys(["gan", *schemes]))
    for name in schemes:
        choose("scheme", name, SCHEMES)
    with _on(device):
        images = tf.random.stateless_uniform((batch_size, *image_shape), [0, 0], -1.0, 1.0)
        batch = (images, tf.range(batch_size) % 10)
        steps, first, flops = {}, {}, {}
        for name in schemes:
            start = time.perf_counter()
            model = _build(name, image_shape, network, width, precision)
            steps[name] = tf.function(model.train_step, jit_compile=jit_compile)
            _wait(steps[name](batch))
            first[name] = time.perf_counter() - start
            flops[name] = step_flops(model, batch_size) / 1e9
        steps[PRODUCT] = tf.function(square)
        times = take_turns(steps, dict.fromkeys(schemes, batch) | {PRODUCT: matrix_of_peak()}, rounds, progress)
    peak = PRODUCT_GIGAFLOPS / statistics.median(times[PRODUCT])
    speeds = [_speed(name, times, flops[name], peak, batch_size, first[name]) for name in schemes]
    return speeds, peak, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _speed(name, times, gigaflops, peak, batch_size, first):
    median = statistics.median(times[name])
    low, _, high = statistics.quantiles(times[name], n=4)
    ratio = statistics.median(one / base for one, base in zip(times[name], times["gan"], strict=True))
    return Speed(
        scheme=name,
        milliseconds=1e3 * median,
        spread=1e3 * (high - low) / 2,
        images_per_second=batch_size / median,
        gflops_per_second=gigaflops / median,
        share_of_peak=gigaflops / median / peak,
        ratio=ratio,
        paper_ratio=paper_ratio(name),
        seconds_to_first_step=first,
    )


def paper_ratio(scheme):
    """A scheme's milliseconds an iteration relative to DCGAN's in DMGAN, Table 3; None where it has none."""
    if scheme not in PAPER_LABELS:
        return None
    milliseconds = {label: float(row[3]) for label, row in TABLE_3.items() if row[3] != "-"}
    return milliseconds[PAPER_LABELS[scheme]] / milliseconds["DCGAN"]


def matrix_of_peak():
    """The float32 matrix whose `square` gives the peak that a step is set against."""
    return tf.random.stateless_uniform((MATRIX_SIDE, MATRIX_SIDE), [0, 0])


def square(matrix):
    """Its product with itself, of which only the sum leaves the device."""
    return tf.reduce_sum(tf.matmul(matrix, matrix))


def _on(device):
    if device is None:
        return tf.device(None)
    names = [one.name.removeprefix("/device:") for one in tf.config.list_logical_devices()]
    if device.upper() not in names:
        raise InputError(f"unknown device {device!r}; there are {', '.join(names)}")
    return tf.device(device)


def _build(scheme, image_shape, network, width, precision=None):
    cls = SCHEMES[scheme]
    if cls.default_network in OWN_NETWORKS:
        network = cls.default_network
    num_classes = 10 if cls.needs_classes or "none" not in cls.label_modes else None
    return build_model(scheme, image_shape, num_classes, network, width, precision=precision, discriminator_steps=1)


def _wait(logs):
    keras.tree.map_structure(lambda log: log.numpy(), logs)


def take_turns(steps, batches, rounds, progress=lambda rounds: rounds):
    """Times functions that take turns, each round another one first.

    Args:
        steps: a name -> function of one batch.
        batches: the same names -> batch.
        rounds: times of each.
        progress: wraps the iterable of rounds.
    Returns:
        A dict name -> list of `rounds` times in seconds.
    """
    times, order = {name: [] for name in steps}, list(steps)
    for round_ in progress(range(WARM_UP + rounds)):
        order.append(order.pop(0))
        for name in order:
            start = time.perf_counter()
            _wait(steps[name](batches[name]))
            if round_ >= WARM_UP:
                times[name].append(time.perf_counter() - start)
    return times


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
    return take_turns(steps, batches, rounds)


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


def write_chart(path, speeds, title):
    """Writes a PNG of each scheme's ratio to DCGAN, with the paper's where it has one.

    Args:
        path: of the file.
        speeds: list of `Speed`.
        title: above the chart.
    """
    figure, axes = pictures.figure(1, 1, width=8, height=1.2 + 0.4 * len(speeds))
    axis = axes[0, 0]
    for place, speed in enumerate(reversed(speeds)):
        axis.barh(place, speed.ratio, color="tab:blue", alpha=0.8)
        if speed.paper_ratio is not None:
            axis.plot([speed.paper_ratio] * 2, [place - 0.4, place + 0.4], color="black")
    labels = [f"{speed.scheme}, {speed.milliseconds:.0f} ms" for speed in reversed(speeds)]
    axis.set_yticks(range(len(speeds)), labels)
    axis.set_xlabel("time of a step relative to DCGAN's; black: DMGAN, Table 3")
    axis.set_title(title, fontsize=9)
    axis.margins(x=0.15)
    pictures.save(figure, path)
