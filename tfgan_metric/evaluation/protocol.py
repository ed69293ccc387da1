"""How a number came about: kept beside it, for without it the number says nothing."""

import importlib.metadata
from collections.abc import Iterable
from typing import NamedTuple

SHOWS = {  # what a number is of -> metrics, in the order of the table
    "fidelity": ("precision", "density"),
    "variety": (
        *("recall", "coverage", "ms_ssim_in_class_max", "ms_ssim_in_class_mean"),
        *("ms_ssim_absolute_in_class_max", "ms_ssim_absolute_in_class_mean"),
    ),
    "both": ("fid", "frechet_distance", "kid", "kernel_distance", "inception_score", "classifier_score"),
    "copying": ("nearer_to_training",),
    "class": (
        *("class_accuracy", "am_score", "mode_score", "marginal_divergence", "marginal_entropy", "sample_entropy"),
        *("inception_marginal_entropy", "inception_sample_entropy"),
    ),
    "discriminator": (),  # all others
}
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
    real: float | None = None  # what held-out real images get in the place of the generated ones; `protocol["beside"]`

    def as_record(self) -> dict:
        """The result as a dict for JSON, without what it does not have."""
        return {name: value for name, value in self._asdict().items() if value is not None}


def by_what_they_show(results: Iterable[Result]) -> list[tuple[str, Result]]:
    """The results beside what each is of, a key of SHOWS, in its order."""
    known = [(shows, metric) for shows, metrics in SHOWS.items() for metric in metrics]
    shown_by = {metric: shows for shows, metric in known}
    order = {metric: place for place, (_, metric) in enumerate(known)}
    ordered = sorted(results, key=lambda result: order.get(result.metric, len(known)))
    return [(shown_by.get(result.metric, "discriminator"), result) for result in ordered]


def library_versions() -> dict[str, str]:
    """The versions of the libraries that decide a number; "absent" is one that is not installed."""
    return {name: _version(name) for name in LIBRARIES}


def _version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "absent"
