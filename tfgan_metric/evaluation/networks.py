"""Which networks measure images: those asked for, or what the images suggest."""

from collections.abc import Iterable

from tfgan_metric.errors import InputError, choose
from tfgan_metric.evaluation.classifier import load_classifier
from tfgan_metric.evaluation.extractor import Extractor
from tfgan_metric.evaluation.inception import load_inception
from tfgan_metric.evaluation.keras_model import load_features


def load_extractors(
    data_name: str | None,
    channels: int,
    names: Iterable[str] | None = None,
    resize: str = "tf1",
    inception: str | None = None,
    inception_sha256: str | None = None,
    classifier: str | None = None,
    features: str | None = None,
) -> list[Extractor]:
    """Loads the networks that are asked for and those that something is given of.

    Args:
        data_name: whose classifier is meant where no file is given; None for images of no data set.
        channels: of the images; where nothing is asked for, grey ones are measured by the classifier, others by
            Inception.
        names: any of "inception", "classifier" and "features".
        resize, inception, inception_sha256: of `load_inception`.
        classifier: a classifier's .keras file, or a data set's name.
        features: the .keras file of any model, as `KerasExtractor` takes it.
    Raises:
        InputError: an unknown name, or a network that is missing, damaged or does not fit.
    """
    given = {"inception": inception or inception_sha256, "classifier": classifier, "features": features}
    chosen = [*(names or ()), *(name for name in given if given[name])]
    if not chosen:
        chosen = ["classifier"] if channels == 1 else ["inception"]
    loaders = {
        "inception": lambda: load_inception(inception, resize, inception_sha256),
        "classifier": lambda: load_classifier(_given(classifier or data_name, "--classifier FILE.keras")),
        "features": lambda: load_features(_given(features, "--features FILE.keras")),
    }
    return [choose("extractor", name, loaders)() for name in dict.fromkeys(chosen)]


def _given(name, option):
    if name is None:
        raise InputError(f"nothing says which network is meant; name it by {option}")
    return name
