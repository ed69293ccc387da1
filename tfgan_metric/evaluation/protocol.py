"""How a number came about: kept beside it, for without it the number says nothing."""

import importlib.metadata
from typing import NamedTuple

LIBRARIES = ("tfgan-metric", "tensorflow", "keras", "numpy", "tensorflow-gan")


class Result(NamedTuple):
    """A number, which way is better, and its protocol."""

    metric: str
    value: float
    spread: float | None  # its deviation or standard error, whichever `protocol["spread_is"]` says
    better: str  # "lower" or "higher", or another word on what to want
    protocol: dict  # everything that decided the number
    floor: float | None = None  # of a distance, what real images get against real images
    tfgan: float | None = None  # the same number by TF-GAN, where it was asked for

    def as_record(self) -> dict:
        """The result as a dict for JSON, without what it does not have."""
        return {name: value for name, value in self._asdict().items() if value is not None}


def library_versions() -> dict[str, str]:
    """The versions of the libraries that decide a number; "absent" is one that is not installed."""
    return {name: _version(name) for name in LIBRARIES}


def _version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "absent"
