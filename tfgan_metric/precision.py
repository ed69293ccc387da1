"""The dtype policies that networks may have."""

import contextlib
from collections.abc import Iterator

from tfgan_metric.errors import InputError, choose

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


def require_usual_settings() -> None:
    """Raises `InputError` where Keras' global settings are not those that networks here are made for."""
    import keras

    if keras.config.image_data_format() != "channels_last":
        raise InputError("images here are (B, H, W, C): call keras.config.set_image_data_format('channels_last')")
    policy = keras.config.dtype_policy().name
    if keras.config.floatx() != "float32" or policy in ("float64", "float16", "bfloat16"):
        raise InputError(
            f"Keras' global type must be float32; got {keras.config.floatx()} and the policy {policy}: call "
            "keras.config.set_floatx('float32'), and for half precision give precision='mixed_float16'"
        )
