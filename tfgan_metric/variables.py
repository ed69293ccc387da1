"""Variables that a training step sets itself."""

from typing import Any

import keras


def add_state(
    layer: keras.layers.Layer, name: str, shape: tuple = (), initializer: Any = "zeros", dtype: str = "float32"
) -> keras.Variable:
    """Adds a weight of `layer` that no gradient trains, equal on every replica and of one dtype under every policy.

    Keras saves it with the layer. Each replica must assign it the same value, as from the global batch.
    """
    return layer.add_weight(
        shape, initializer, dtype, trainable=False, autocast=False, aggregation="only_first_replica", name=name
    )
