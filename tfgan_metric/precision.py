"""The dtype policies that networks may have."""

import contextlib
from collections.abc import Iterator

from tfgan_metric.errors import choose

PRECISIONS = dict.fromkeys(("float32", "mixed_bfloat16", "mixed_float16"))


@contextlib.contextmanager
def dtype_policy(precision: str | None) -> Iterator[None]:
    """Layers that are made in the block have this policy, a key of PRECISIONS; None leaves Keras' global one.

    Raises:
        InputError: an unknown policy.
    """
    import keras

    earlier = keras.config.dtype_policy()
    if precision is not None:
        choose("precision", precision, PRECISIONS)
        keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(earlier)
