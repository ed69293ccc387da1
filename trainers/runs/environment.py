"""When, where and with which versions a run was started, as data."""

import datetime
import os
import pathlib
import platform
import shlex
import sys
from importlib import metadata
from typing import Any

import tensorflow as tf

PACKAGES = ("tfgan-metric", "tensorflow", "keras", "numpy")


def environment() -> dict[str, Any]:
    """The time, command, versions, hardware and the strategy's replicas, as JSON takes them."""
    return {
        "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": shlex.join([pathlib.Path(sys.argv[0]).name, *sys.argv[1:]]),
        "versions": {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES},
        "platform": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "gpus": [
            tf.config.experimental.get_device_details(device).get("device_name", device.name)
            for device in tf.config.list_physical_devices("GPU")
        ],
        "replicas": tf.distribute.get_strategy().num_replicas_in_sync,
    }


def _version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
