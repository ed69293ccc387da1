"""Latent distributions: where the generator's noise comes from."""

from collections.abc import Sequence
from typing import Any, Self

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.errors import InputError, choose, require_non_negative, require_positive, require_positive_int
from tfgan_metric.random import normal, uniform


class Latent(keras.layers.Layer):
    """A distribution over vectors of `dimension` entries, sampled without state: same seed, same vectors."""

    def __init__(self, dimension: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dimension = require_positive_int("dimension", dimension)
        self.built = True

    def sample(self, count: int | tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Draws vectors, float32 (count, dimension), from a seed, integer (2,); the same with and without XLA."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"dimension": self.dimension}


@keras.saving.register_keras_serializable("tfgan_metric")
class UniformLatent(Latent):
    """Uniform in [low, high) in each entry; DCGAN uses U(-1, 1)^100, MBGAN U(0, 1).

    Raises:
        InputError: `dimension` below 1, or `low` not below `high`.
    """

    def __init__(self, dimension: int, low: float = -1.0, high: float = 1.0, **kwargs: Any) -> None:
        super().__init__(dimension, **kwargs)
        numbers = all(isinstance(bound, int | float) for bound in (low, high))
        if not (numbers and low < high):
            raise InputError(f"low must be a number below high; got low={low!r}, high={high!r}")
        self.low, self.high = low, high

    def sample(self, count: int | tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        return uniform((count, self.dimension), seed, self.low, self.high)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"low": self.low, "high": self.high}


@keras.saving.register_keras_serializable("tfgan_metric")
class NormalLatent(Latent):
    """Normal with mean 0 and standard deviation `scale` in each entry.

    Raises:
        InputError: `dimension` below 1 or `scale` not above 0.
    """

    def __init__(self, dimension: int, scale: float = 1.0, **kwargs: Any) -> None:
        super().__init__(dimension, **kwargs)
        self.scale = require_positive("scale", scale)

    def sample(self, count: int | tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        return normal((count, self.dimension), seed, self.scale)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"scale": self.scale}


def _choose_uniformly(count, components, seed, weights=None):
    return tf.random.stateless_uniform((count,), random_stream(seed, 1), 0, components, tf.int32, alg="philox")


def _choose_in_turn(count, components, seed, weights=None):
    return tf.range(count) % components


def _choose_by_weights(count, components, seed, weights):
    return tf.searchsorted(tf.cumsum(weights)[:-1], uniform((count,), random_stream(seed, 1)), side="right")


COMPONENT_CHOICES = {
    "uniform": _choose_uniformly,
    "cycle": _choose_in_turn,
    "weighted": _choose_by_weights,
    "trained": _choose_by_weights,
}
HAVE_WEIGHTS = ("weighted", "trained")


@keras.saving.register_keras_serializable("tfgan_metric")
class MixtureLatent(Latent):
    """A mixture whose means μ and scales σ are trained with the generator: z = μ_k + σ_k ⊙ ε.

    Means start uniform in (-1, 1). A scale may pass through 0, where its component gives one vector. A drawn k has no
    gradient, so trained weights w get that of Σ w_i z_i, the sum of Deli-Fisher GAN's eq. 2, at the same noise.

    Args:
        dimension: of z.
        components: N >= 1.
        component_choice: "uniform" draws each row's k, "weighted" does so with the weights w, "trained" trains these
            too; "cycle" gives row j the component j mod N.
        initial_scale: σ at the start, >= 0.
        noise: the `Latent` of this dimension that ε comes from, itself no mixture; None for the standard normal.
        component_weights: w at the start, N numbers above 0 up to a factor; None for all alike.
    Raises:
        InputError: an argument out of its range, or a noise of another dimension or kind.
    Source: Gurumurthy et al. 2017 (arXiv:1706.02071), eqs 5-6; Deli-Fisher GAN, sections 4 and 4.1.
    """

    def __init__(
        self,
        dimension: int,
        components: int = 50,
        component_choice: str = "uniform",
        initial_scale: float = 0.2,
        noise: Latent | None = None,
        component_weights: Sequence[float] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(dimension, **kwargs)
        self.components = require_positive_int("components", components)
        self.choose_components = choose("component_choice", component_choice, COMPONENT_CHOICES)
        self.component_choice = component_choice
        self.initial_scale = require_non_negative("initial_scale", initial_scale)
        self.noise = NormalLatent(dimension) if noise is None else noise
        plain = isinstance(self.noise, Latent) and not isinstance(self.noise, MixtureLatent)
        if not plain or self.noise.dimension != dimension:
            raise InputError(f"noise must be a Latent of {dimension} entries, not itself a mixture; got {noise!r}")
        self.component_weights = self._require_weights(component_weights)
        shape = (self.components, dimension)
        self.means = self._add("means", shape, keras.initializers.RandomUniform(-1.0, 1.0))
        self.scales = self._add("scales", shape, keras.initializers.Constant(initial_scale))
        self.logits = None
        if component_choice in HAVE_WEIGHTS:
            start = np.log(self.component_weights or np.ones(self.components))
            trained = component_choice == "trained"
            self.logits = self._add("logits", shape[:1], lambda shape, dtype: tf.constant(start, dtype), trained)

    def _require_weights(self, weights):
        if weights is None:
            return None
        if self.component_choice not in HAVE_WEIGHTS:
            expected = " or ".join(map(repr, HAVE_WEIGHTS))
            raise InputError(f"component_weights needs component_choice {expected}; got {self.component_choice!r}")
        if not isinstance(weights, list | tuple) or len(weights) != self.components:
            raise InputError(f"component_weights must be {self.components} numbers above 0; got {weights!r}")
        return [require_positive("component_weights", weight) for weight in weights]

    def _add(self, name, shape, initializer, trainable=True):
        return self.add_weight(shape, initializer, "float32", trainable=trainable, autocast=False, name=name)

    def sample(self, count: int | tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        weights = None if self.logits is None else tf.nn.softmax(self.logits)
        rows = self.choose_components(count, self.components, seed, weights)
        means, scales = (_rows_of(table, rows, weights) for table in (self.means, self.scales))
        return means + scales * self.noise.sample(count, seed)

    def get_config(self) -> dict[str, Any]:
        names = ("components", "component_choice", "initial_scale", "component_weights")
        own = {name: getattr(self, name) for name in names} | {"noise": keras.saving.serialize_keras_object(self.noise)}
        return super().get_config() | own

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        return cls(**(config | {"noise": keras.saving.deserialize_keras_object(config["noise"])}))


def _rows_of(table, rows, weights):
    """The rows of `table` (N, D), whose gradient by the weights (N,), where there are any, is that of Σ w_i table_i."""
    chosen = tf.gather(table, rows)
    if weights is None:
        return chosen
    zero = weights - tf.stop_gradient(weights)
    return chosen + tf.linalg.matvec(tf.stop_gradient(table), zero, transpose_a=True)


def random_stream(seed: tf.Tensor, number: int) -> tf.Tensor:
    """Another seed, int64 (2,), for what is drawn beside the noise itself; equal to no other seed's or number's.

    Args:
        seed: integer (2,), its first entry from 0 to below 2³¹.
        number: which stream, from 1; 1 is the mixture's components, 2 what a loss draws, 3 a generated image's class,
            4 to 7 all of these in an evaluation, 8 the initial weights, 16 to 27 what mixes into a scheme.
    """
    return tf.cast(seed, tf.int64) + tf.constant([number << 32, 0], tf.int64)


def draw_inputs(
    latent: Latent, num_classes: int | None, count: int | tf.Tensor, seed: int | tf.Tensor, labels: Any = None
) -> tf.Tensor | list[tf.Tensor]:
    """Draws what a generator takes, from a seed alone: latents (count, dimension), or [latents, labels int32 (count,)].

    Args:
        num_classes: K of a generator that takes labels, else None.
        count, seed: integer scalars.
        labels: int (count,); drawn uniformly from 0..K-1 if None.
    """
    seed = tf.cast(seed, tf.int64)
    latents = latent.sample(count, tf.stack([seed, tf.constant(0, tf.int64)]))
    if num_classes is None:
        return latents
    if labels is None:
        label_seed = tf.stack([seed, tf.constant(1, tf.int64)])
        labels = tf.random.stateless_uniform((count,), label_seed, 0, num_classes, tf.int32, alg="philox")
    return [latents, tf.cast(labels, tf.int32)]
