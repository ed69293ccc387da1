"""Evaluating what a run left, an exported generator or a folder of images: metrics.json, a table, a picture."""

import pathlib
from collections.abc import Iterable

from tfgan_metric.data.folder import WHOLE, Geometry
from tfgan_metric.evaluation import Result, evaluate
from tfgan_metric.evaluation.discriminator import discriminator_results, require_discriminator, require_measurable
from tfgan_metric.evaluation.given_statistics import distance_to_statistics, is_statistics, refuse_with_statistics
from tfgan_metric.evaluation.networks import load_extractors
from tfgan_metric.evaluation.records import append_evaluation, read_evaluations
from tfgan_metric.files import require_writable_folder
from tfgan_metric.pictures import decorating, write_neighbours
from tfgan_metric.progress import show_progress
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.opening import load_model
from tfgan_metric.trainers.runs.sources import generated_images, real_images, require_source


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
    features: str | None = None,
    cross_check: bool = False,
    checkpoint: str = "final",
    held_out: float | None = None,
    geometry: Geometry = WHOLE,
    discriminator: bool = False,
    raw_pixels: bool = False,
    svm_images: int | None = None,
    out: str | pathlib.Path | None = None,
) -> tuple[list[Result], pathlib.Path]:
    """Evaluates generated images and writes metrics.json and neighbours.png.

    Args:
        path: a run's folder, a .keras file, an exported SavedModel, or a folder of images.
        data: a name of the catalog or a folder of real images, or a .npz of their statistics, which allows the Fréchet
            distance alone; a run's own by default.
        count: generated images; the papers use 50,000. A folder's are all used.
        seed: of the noise and the labels.
        split: "train" or "held_out", the real images to compare with.
        extractors, resize, inception, inception_sha256, classifier, features: of `load_extractors`.
        cross_check: compute with TF-GAN too.
        checkpoint: "final" or "best", which of a run's models.
        held_out: of `load_data`, for a folder given as `data`; a run has its own.
        geometry: of each folder of images that is given.
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
    require_discriminator(discriminator, raw_pixels, svm_images)
    require_source(run, data, held_out, geometry)
    to = RunFolder(require_writable_folder(out or (run.path if run.holds_run else "evaluation")))
    read_evaluations(to.metrics_file)  # what cannot be written, added to or measured is found before the work
    networks = (extractors, resize, inception, inception_sha256, classifier, features)
    if is_statistics(data):
        refuse_with_statistics(
            discriminator=discriminator, cross_check=cross_check, held_out=held_out, split=split != "train"
        )
        own = real_images(run, None, None, geometry) if run.holds_run else None  # for its labels and its classifier
        source = generated_images(run, own, count, seed, checkpoint, geometry)
        channels = next(iter(source.batches()))[0].shape[-1]
        chosen = load_extractors(None if own is None else own.name, channels, *networks)
        results = [distance_to_statistics(source, str(data), extractor, show_progress) for extractor in chosen]
        append_evaluation(to.metrics_file, str(path), results)
        return results, to.path
    loaded = real_images(run, data, held_out, geometry)
    source = generated_images(run, loaded, count, seed, checkpoint, geometry)
    if discriminator:
        judged = load_model(path, checkpoint).discriminator
        require_measurable(judged, loaded, svm_images)
    chosen = load_extractors(loaded.name, loaded.train.shape[-1], *networks)
    found = evaluate(source, loaded, chosen, split, cross_check, show_progress)
    results = found.results
    if discriminator:
        results += discriminator_results(judged, loaded, source.about, raw_pixels, svm_images)
    append_evaluation(to.metrics_file, str(path), results)
    with decorating(to.neighbours):
        write_neighbours(to.neighbours, found.real, found.generated, found.nearest)
    return results, to.path
