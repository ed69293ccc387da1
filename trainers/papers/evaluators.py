"""Which extractors measure a table's runs, made ready before the work."""

import contextlib

from tfgan_metric.data.catalog import load_data
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation import load_inception
from tfgan_metric.evaluation.classifier import classifier_file, load_classifier, make_classifier
from tfgan_metric.evaluation.densenet import PRESETS, as_many_steps
from tfgan_metric.progress import ProgressReport
from tfgan_metric.trainers.papers.budget import Budget


def choose_evaluators(data_name: str, budget: Budget) -> str:
    """By what runs on some data are evaluated, a key of EVALUATORS; trains the data set's classifier if need be.

    At the paper's budget colour images are measured by Inception too, at others what has no classifier by it alone.

    Raises:
        InputError: nothing can measure the data: Inception has to and there is none, or the images are grey.
    """
    by_classifier = _prepare_classifier(data_name, budget)
    grey = load_data(data_name).train.shape[-1] == 1
    if by_classifier and (grey or budget.recipes == "small"):
        return "classifier"
    if grey:
        lacks = "it is grey and lacks labels or held-out images for a classifier"
        raise InputError(f"nothing can measure {data_name}: {lacks}")
    load_inception()  # what is missing is found before the work
    return "both" if by_classifier else "inception"


def _prepare_classifier(data_name: str, budget: Budget) -> bool:
    """Trains the data set's classifier where there is none: the small one, for as many steps as the digits' had.

    Returns whether there is one now; data without labels or held-out images can have none.
    """
    with contextlib.suppress(InputError):
        load_classifier(data_name)
        return True
    data = load_data(data_name)
    if data.num_classes is None or data.held_out is None:
        return False
    preset = PRESETS[budget.recipes]
    epochs = preset.epochs if budget.recipes == "paper" else as_many_steps(preset, len(data.train))
    with ProgressReport(epochs * (len(data.train) // preset.batch_size)) as progress:
        make_classifier(data, classifier_file(data_name), budget.recipes, epochs, callbacks=[progress])
    return True
