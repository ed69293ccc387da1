"""When, where and with which versions a run was started, as data."""

import datetime
import os
import pathlib
import platform
import re
import shlex
import sys
from typing import Any

import tensorflow as tf

from tfgan_metric.evaluation.protocol import library_versions


def environment() -> dict[str, Any]:
    """The time, command, versions, hardware and the strategy's replicas, as JSON takes them."""
    return {
        "directory": os.getcwd(),
        "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": shlex.join([pathlib.Path(sys.argv[0]).name, *sys.argv[1:]]),
        "versions": {"python": platform.python_version()} | library_versions(),
        "platform": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "gpus": [
            tf.config.experimental.get_device_details(device).get("device_name", device.name)
            for device in tf.config.list_physical_devices("GPU")
        ],
        "replicas": tf.distribute.get_strategy().num_replicas_in_sync,
    }


def machine() -> str:
    """The machine in a few words."""
    return f"{os.cpu_count()} cores of {_processor()}"


def peak_memory() -> float | None:
    """Megabytes that this process has held at most; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _processor():
    try:
        found = re.search(r"^model name\s*: (.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:  # no Linux
        found = None
    return found[1] if found else platform.processor() or platform.machine()
