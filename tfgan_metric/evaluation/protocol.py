"""How a number came about: kept beside it, for without it the number says nothing."""

import importlib.metadata
from typing import Any, NamedTuple

LIBRARIES = ("tfgan-metric", "tensorflow", "keras", "numpy", "tensorflow-gan")


class Result(NamedTuple):
    """A number, which way is better, and its protocol.

    Attributes:
        metric: its name.
        value: the number.
        spread: its deviation or standard error, whichever `protocol["spread_is"]` says; None without.
        better: "lower" or "higher", or another word on what to want.
        protocol: dict of everything that decided the number.
        floor: of a distance, what real images get against real images.
        tfgan: the same number by TF-GAN, where it was asked for.
    """

    metric: str
    value: float
    spread: float | None
    better: str
    protocol: dict
    floor: float | None = None
    tfgan: float | None = None

    def as_record(self) -> dict[str, Any]:
        """The result as a dict for JSON, without what it does not have."""
        return {name: value for name, value in self._asdict().items() if value is not None}


def library_versions() -> dict[str, str]:
    """The versions of the libraries that decide a number."""
    return {name: importlib.metadata.version(name) for name in LIBRARIES}
