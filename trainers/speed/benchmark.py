"""Step times: every scheme against DCGAN on the same networks, in one process, taken in turn."""

import pathlib
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

import tensorflow as tf

from tfgan_metric import pictures
from tfgan_metric.errors import InputError, choose
from tfgan_metric.models import SCHEMES, build_model
from tfgan_metric.models.adversarial import AdversarialModel
from tfgan_metric.trainers.runs.environment import peak_memory
from tfgan_metric.trainers.speed.flops import step_flops
from tfgan_metric.trainers.speed.timing import take_turns, wait_for

OWN_NETWORKS = ("autoencoder", "sagan")  # without which EBGAN and SAGAN are not themselves
FIT_STEPS = 60
PRODUCT, MATRIX_SIDE = "matrix product", 2048
PRODUCT_GIGAFLOPS = 2e-9 * MATRIX_SIDE**3


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
        paper_ratio: the same in a paper; None where it has none.
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


def time_schemes(
    schemes: Sequence[str],
    image_shape: tuple[int, int, int] = (32, 32, 3),
    network: str = "metric",
    width: float = 1.0,
    batch_size: int = 64,
    rounds: int = 30,
    precision: str | None = None,
    jit_compile: bool = False,
    device: str | None = None,
    progress: Callable[[Iterable[int]], Iterable[int]] = iter,
    paper_ratios: Mapping[str, float] | None = None,
) -> tuple[list[Speed], float, float | None]:
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
        paper_ratios: a scheme -> its time relative to DCGAN's in a paper, to be set beside.
    Returns:
        (the schemes' speeds, DCGAN's first; median GFLOP/s of the matrix product; MB of `peak_memory`).
    Raises:
        InputError: an unknown scheme or network, or a device that is not there.
    """
    schemes = list(dict.fromkeys(["gan", *schemes]))
    for name in schemes:
        choose("scheme", name, SCHEMES)
    with _on(device):
        steps, batches, first, flops = {}, {}, {}, {}
        for name in schemes:
            start = time.perf_counter()
            model = _build(name, image_shape, network, width, precision)
            count = batch_size * model.batches_per_step
            images = tf.random.stateless_uniform((count, *image_shape), [0, 0], -1.0, 1.0)
            batches[name] = (images, tf.range(count) % 10)
            steps[name] = tf.function(model.train_step, jit_compile=jit_compile)
            wait_for(steps[name](batches[name]))
            first[name] = time.perf_counter() - start
            flops[name] = step_flops(model, batch_size) / 1e9
        steps[PRODUCT] = tf.function(square)
        times = take_turns(steps, batches | {PRODUCT: matrix_of_peak()}, rounds, progress)
    peak = PRODUCT_GIGAFLOPS / statistics.median(times[PRODUCT])
    speeds = [
        _speed(name, times, flops[name], peak, batch_size, first[name], (paper_ratios or {}).get(name))
        for name in schemes
    ]
    return speeds, peak, peak_memory()


def _speed(
    name: str, times: dict[str, list[float]], gflops: float, peak: float, batch: int, first: float, paper: float | None
) -> Speed:
    median = statistics.median(times[name])
    low, _, high = statistics.quantiles(times[name], n=4)
    ratio = statistics.median(one / base for one, base in zip(times[name], times["gan"], strict=True))
    return Speed(
        scheme=name,
        milliseconds=1e3 * median,
        spread=1e3 * (high - low) / 2,
        images_per_second=batch / median,
        gflops_per_second=gflops / median,
        share_of_peak=gflops / median / peak,
        ratio=ratio,
        paper_ratio=paper,
        seconds_to_first_step=first,
    )


def matrix_of_peak() -> tf.Tensor:
    """The float32 matrix whose `square` gives the peak that a step is set against."""
    return tf.random.stateless_uniform((MATRIX_SIDE, MATRIX_SIDE), [0, 0])


def square(matrix: tf.Tensor) -> tf.Tensor:
    """Its product with itself, of which only the sum leaves the device."""
    return tf.reduce_sum(tf.matmul(matrix, matrix))


def _on(device: str | None) -> AbstractContextManager:
    if device is None:
        return tf.device(None)
    names = [one.name.removeprefix("/device:") for one in tf.config.list_logical_devices()]
    if device.upper() not in names:
        raise InputError(f"unknown device {device!r}; there are {', '.join(names)}")
    return tf.device(device)


def _build(
    scheme: str, image_shape: tuple[int, int, int], network: str, width: float, precision: str | None
) -> AdversarialModel:
    cls = SCHEMES[scheme]
    if cls.default_network in OWN_NETWORKS:
        network = cls.default_network
    num_classes = 10 if cls.needs_classes or "none" not in cls.label_modes else None
    return build_model(scheme, image_shape, num_classes, network, width, precision=precision, discriminator_steps=1)


def time_fit(
    scheme: str, image_shape: tuple[int, int, int], network: str, width: float, batch_size: int, rounds: int
) -> tuple[list[float], list[float]]:
    """Times `fit` on one epoch of arrays and a bare loop over the same compiled step on one batch, in turn.

    Returns:
        (times of `fit`, times of the loop): `rounds` times of FIT_STEPS steps, in seconds.
    """
    model, steps = build_model(scheme, image_shape, 10, network, width), FIT_STEPS
    images = tf.random.stateless_uniform((steps * batch_size, *image_shape), [0, 0], -1.0, 1.0)
    labels = tf.range(steps * batch_size) % 10
    batch = (images[:batch_size], labels[:batch_size])
    step = tf.function(model.train_step)
    of_fit, of_loop = [], []
    for round_ in range(1 + rounds):
        start = time.perf_counter()
        model.fit(images, labels, batch_size=batch_size, steps_per_epoch=steps, verbose=0)
        middle = time.perf_counter()
        for _ in range(steps):
            logs = step(batch)
        logs["generator_loss"].numpy()
        if round_:
            of_fit.append(middle - start)
            of_loop.append(time.perf_counter() - middle)
    return of_fit, of_loop


def write_chart(path: pathlib.Path, speeds: Sequence[Speed], title: str) -> None:
    """Writes a PNG of each scheme's ratio to DCGAN, with the paper's where it has one."""
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
