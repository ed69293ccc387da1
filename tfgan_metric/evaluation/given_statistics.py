"""Generated images against statistics of real ones that another evaluation, or another tool, left in a file."""

import pathlib

from tfgan_metric.errors import InputError
from tfgan_metric.evaluation.evaluate import Source
from tfgan_metric.evaluation.extraction import Progress, extract, feature_protocol, no_progress
from tfgan_metric.evaluation.extractor import Extractor
from tfgan_metric.evaluation.protocol import Result, library_versions
from tfgan_metric.metrics import FeatureStatistics, frechet_distance

SUFFIX = ".npz"


def is_statistics(data: str | None) -> bool:
    """Whether the name of real images is that of such a file."""
    return data is not None and pathlib.Path(data).suffix == SUFFIX


def refuse_with_statistics(**given: object) -> None:
    """Raises `InputError` for a setting that is given and means nothing where there are no real images."""
    names = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if names:
        raise InputError(f"statistics allow the Fréchet distance alone: leave {', '.join(names)} out, or name images")


def distance_to_statistics(
    source: Source, path: str | pathlib.Path, extractor: Extractor, progress: Progress = no_progress
) -> Result:
    """The Fréchet distance of generated images to the statistics of a file, all that these allow.

    Args:
        path: of a .npz that `FeatureStatistics.load` reads. What another tool left says nothing of its extractor and
            resizing, which must be those of `extractor`.
    Raises:
        InputError: no such file, or statistics of another dimension or protocol.
    """
    real = FeatureStatistics.load(path)
    batches = progress(source.batches(), source.total, "generated images")
    fake = extract(batches, source.total, extractor, keep=1).statistics
    protocol = feature_protocol(extractor) | {
        "real_data": str(path),
        "real_split": "statistics of a file",
        "real": "unknown" if real.protocol is None else real.count,
        "generated": fake.count,
        "covariance": "N - 1, float64",
    }
    value = frechet_distance(real, fake)
    return Result(
        extractor.metric_names[0], value, None, "lower", protocol | source.about | {"versions": library_versions()}
    )
