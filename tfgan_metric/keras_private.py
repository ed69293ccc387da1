"""What Keras and TensorFlow do not offer publicly, in the one place that a new version of theirs can break.

requirements.txt bounds Keras by the newest version that the tests have passed with.
"""

from typing import Any

import keras
import tensorflow as tf


class BuiltModel(keras.Model):
    """A model that is built when it is made, so that `fit` need not find its shapes."""

    # On several machines Keras reduces a batch over all of them for that, which fails.
    def _maybe_symbolic_build(self, *args: Any, **kwargs: Any) -> None:
        """Nothing."""


def layers_within(network: keras.Layer) -> list[keras.Layer]:
    """A network and all layers in it, those of models in it and of wrappers too."""
    return list(network._flatten_layers())  # the public `layers` are the first level alone


def adam_moments(optimizer: keras.optimizers.Adam, variable: keras.Variable) -> tuple[keras.Variable, keras.Variable]:
    """The first and the second moment that Adam keeps of a variable's gradient."""
    index = optimizer._get_variable_index(variable)  # the public `variables` do not say whose each one is
    return optimizer._momentums[index], optimizer._velocities[index]


def on_several_machines() -> bool:
    """Whether the strategy in scope is one of several machines."""
    return tf.distribute.get_strategy().extended._in_multi_worker_mode()  # `num_replicas_in_sync` counts devices


def called_by_fit(keywords: dict[str, Any]) -> bool:
    """Whether these keywords of `evaluate` are those that Keras' `fit` gives for its validation data."""
    return "_use_cached_eval_dataset" in keywords
