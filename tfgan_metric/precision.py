"""The dtype policies that networks may have."""

import contextlib
from collections.abc import Iterator

from tfgan_metric.errors import choose

PRECISIONS = dict.fromkeys(("float32", "mixed_bfloat16", "mixed_float16"))


@contextlib.contextmanager
def dtype_policy(precision: str | None) -> Iterator[None]:
    """Layers made in the block have this policy, one of PRECISIONS, or Keras' global one; others raise `InputError`."""
    import keras

    earlier = keras.config.dtype_policy()
    if precision is not None:
        choose("precision", precision, PRECISIONS)
        keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(earlier)
