"""Evaluating what a run left, an exported generator or a folder of images: metrics.json, a table, a picture."""

import pathlib
from collections.abc import Iterable
from typing import Any

from tfgan_metric.data.catalog import is_folder, load_data
from tfgan_metric.data.folder import load_folder
from tfgan_metric.errors import InputError, choose
from tfgan_metric.evaluation import Result, evaluate, generator_source, image_source, load_classifier, load_inception
from tfgan_metric.evaluation.discriminator import discriminator_results, require_measurable
from tfgan_metric.evaluation.records import append_evaluation, read_evaluations
from tfgan_metric.files import require_writable_folder
from tfgan_metric.pictures import decorating, write_neighbours
from tfgan_metric.progress import show_progress
from tfgan_metric.trainers.runs.best import selection
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.opening import load_model, load_sampler


def score(
    path: str | pathlib.Path,
    data: str | None = None,
    count: int = 10_000,
    seed: int = 0,
    split: str = "train",
    extractors: Iterable[str] | None = None,
    resize: str = "tf1",
    inception: str | None = None,
    inception_sha256: str | None = None,
    classifier: str | None = None,
    cross_check: bool = False,
    checkpoint: str = "final",
    held_out: float | None = None,
    discriminator: bool = False,
    raw_pixels: bool = False,
    svm_images: int | None = None,
    out: str | pathlib.Path | None = None,
) -> tuple[list[Result], pathlib.Path]:
    """Evaluates generated images and writes metrics.json and neighbours.png.

    Args:
        path: a run's folder, a .keras file, an exported SavedModel, or a folder of images.
        data: a name of the catalog or a folder of real images; a run's own by default.
        count: generated images; the papers use 50,000. A folder's are all used.
        seed: of the noise and the labels.
        split: "train" or "held_out", the real images to compare with.
        extractors: any of "inception" and "classifier", beside one whose file or SHA-256 is given; where there is
            none, the classifier for grey images, else Inception.
        resize, inception, inception_sha256: of `load_inception`.
        classifier: a classifier's .keras file; by default the one of the data set's name.
        cross_check: compute with TF-GAN too.
        checkpoint: "final" or "best", which of a run's models.
        held_out: of `load_data`, for a folder given as `data`; a run has its own.
        discriminator: measure what the discriminator has learned of the real images too.
        raw_pixels: give its linear classifier the pixels too.
        svm_images: training images of that classifier; None for all.
        out: folder for the files; by default the run's own, else "evaluation".
    Returns:
        (list of `Result`, the folder's path). metrics.json keeps earlier evaluations; the newest is the last.
    Raises:
        InputError: something of the above that is missing, damaged or does not fit.
    """
    run = RunFolder(path)
    if (raw_pixels or svm_images is not None) and not discriminator:
        raise InputError("--raw-pixels and --svm-images are for the discriminator's features: add --discriminator")
    if not run.path.exists():
        raise InputError(f"{path} does not exist; expected a run, a .keras file, an exported SavedModel or images")
    if data is None and not run.holds_run:
        raise InputError(f"{path} is no run that names its data; say which real images to compare with: --data NAME")
    if data is None and held_out is not None:
        raise InputError(
            f"{path} has its own held_out={run.recipe().held_out}; --held-out is for a folder given by --data"
        )
    to = RunFolder(require_writable_folder(out or (run.path if run.holds_run else "evaluation")))
    read_evaluations(to.metrics_file)  # what cannot be written, added to or measured is found before the work
    loaded = _real_images(run, data, held_out)
    source = _source(run, loaded, count, seed, checkpoint)
    if discriminator:
        judged = load_model(path, checkpoint).discriminator
        require_measurable(judged, loaded, svm_images)
    chosen = _extractors(extractors, loaded, resize, inception, inception_sha256, classifier)
    found = evaluate(source, loaded, chosen, split, cross_check, show_progress)
    results = found.results
    if discriminator:
        results += discriminator_results(judged, loaded, source.about, raw_pixels, svm_images)
    append_evaluation(to.metrics_file, str(path), results)
    with decorating(to.neighbours):
        write_neighbours(to.neighbours, found.real, found.generated, found.nearest)
    return results, to.path


def _real_images(run, data, held_out):
    if data is not None:
        return load_data(data, held_out=held_out or 0.0)
    recipe = run.recipe()
    return load_data(recipe.data, recipe.geometry, recipe.held_out, run.class_order())


def _source(run, data, count, seed, checkpoint):
    opens = (run.path / "saved_model.pb").is_file() or run.holds_run
    if checkpoint == "final" and is_folder(str(run.path)) and not opens:
        given = {"generated_data": str(run.path), "step": "unknown: images given"}
        return image_source(load_folder(run.path)[0], given)
    sampler = load_sampler(run.path, checkpoint)
    about: dict[str, Any] = {"step": sampler.step if sampler.step is not None else "unknown: exported"}
    if checkpoint == "best":
        about |= {"checkpoint": "best", "selected": selection(run, sampler.step)}
    elif run.holds_run:
        about["checkpoint"] = "final" if sampler.step == run.recipe().steps else "unfinished"
    return generator_source(sampler.generate, data, count, seed, about, sampler.takes_labels)


def _extractors(names, data, resize, inception, inception_sha256, classifier):
    """Those asked for and those that something is given of; where there are none, by the colour of the images."""
    given = {"inception": inception or inception_sha256, "classifier": classifier}
    names = [*(names or ()), *(name for name in given if given[name])]
    if not names:
        names = ["classifier"] if data.train.shape[-1] == 1 else ["inception"]
    loaders = {
        "inception": lambda: load_inception(inception, resize, inception_sha256),
        "classifier": lambda: load_classifier(classifier or data.name),
    }
    return [choose("extractor", name, loaders)() for name in dict.fromkeys(names)]
