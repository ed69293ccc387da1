"""Initial weights: by one seed, and the kernels of both networks drawn from one normal distribution."""

import contextlib
import random
from collections.abc import Iterator, Sequence

import keras
import tensorflow as tf

from tfgan_metric.errors import require_positive, require_seed
from tfgan_metric.keras_private import layers_within
from tfgan_metric.latents import random_stream
from tfgan_metric.layers import WeightNormalization
from tfgan_metric.layers.normalization import LINEAR_LAYERS
from tfgan_metric.random import normal

STREAM = 8  # of the seed; the noise and what is drawn beside it have others


@contextlib.contextmanager
def weights_by(seed: int | None) -> Iterator[None]:
    """Layers that are made within start with the weights of a seed; with None with those of Keras' global one.

    Keras draws the seed of each initializer that has none from Python's `random`, which goes on afterwards as before.

    Raises:
        InputError: a seed out of its range.
    """
    if seed is None:
        yield
        return
    state = random.getstate()
    random.seed(require_seed("seed", seed))
    try:
        yield
    finally:
        random.setstate(state)


def draw_kernels(networks: Sequence[keras.Model], deviation: float, seed: int) -> None:
    """Draws every kernel of convolutions and dense layers from N(0, σ²); biases and BatchNorm keep what they have.

    Of a weight-normalised layer it is V that is drawn, and g is ‖V‖ again; of a spectrally normalised one the kernel
    before its division. What Keras' global seed is does not matter.

    Args:
        networks: the built generator and discriminator.
        deviation: σ > 0.
        seed: from 0 to below 2³¹; the same one gives the same kernels.
    Raises:
        InputError: a deviation or seed out of its range.
    Source: Radford et al. 2016 (arXiv:1511.06434), section 4.
    """
    require_positive("initial_deviation", deviation)
    require_seed("seed", seed)
    layers = [layer for network in networks for layer in layers_within(network)]
    linear = [layer for layer in layers if isinstance(layer, LINEAR_LAYERS)]
    for number, layer in enumerate(linear):
        stream = random_stream(tf.constant([seed, number], tf.int64), STREAM)
        layer.kernel.assign(normal(layer.kernel.shape, stream, deviation))
    for layer in layers:
        if isinstance(layer, WeightNormalization):
            layer.reset_gain()
