"""Which devices a run trains on."""

import functools
import json
import os

import tensorflow as tf

from tfgan_metric.errors import InputError, require_positive_int


def choose_strategy(devices: int = 1) -> tf.distribute.Strategy:
    """The tf.distribute strategy of a run, to build its model in the scope of.

    Args:
        devices: of this machine; GPUs if it has any, else logical CPUs. With several machines, that the environment
            variable TF_CONFIG names, each trains on all its GPUs or on its CPU and `devices` stays 1.
    Returns:
        A tf.distribute.Strategy.
    Raises:
        InputError: more devices than there are, or a TF_CONFIG that is none.
    """
    require_positive_int("devices", devices)
    if os.environ.get("TF_CONFIG"):
        return _several_machines(devices)
    if devices == 1:
        return tf.distribute.get_strategy()
    kind = "GPU" if tf.config.list_logical_devices("GPU") else "CPU"
    names = [device.name for device in tf.config.list_logical_devices(kind)]
    if devices > len(names):
        raise InputError(f"expected --devices of at most {len(names)}, for there is no more ({kind}); got {devices}")
    return _mirrored(tuple(names[:devices]))


@functools.cache
def _mirrored(names):
    """One strategy for the same devices: the collective operations of two in a process would meet each other's."""
    return tf.distribute.MirroredStrategy(names)


def _several_machines(devices):
    form = '{"cluster": {"worker": ["host:port", ...]}, "task": {"type": "worker", "index": 0}}'
    if devices != 1:
        raise InputError(f"with TF_CONFIG each machine uses all its GPUs or its CPU: leave devices out; got {devices}")
    try:
        config = json.loads(os.environ["TF_CONFIG"])
        workers, task = config["cluster"]["worker"], config["task"]
        valid = task["type"] == "worker" and 0 <= task["index"] < len(workers)
    except (ValueError, KeyError, TypeError):
        valid = False
    if not valid:
        raise InputError(f"TF_CONFIG must be like {form}, the index below the number of workers; got another form")
    return tf.distribute.MultiWorkerMirroredStrategy()
