"""Evaluating what a run left, an exported generator or a folder of images: metrics.json, a table, a picture."""

import pathlib

from tfgan_metric.data.catalog import load_data
from tfgan_metric.data.folder import WHOLE, load_folder
from tfgan_metric.errors import InputError, choose
from tfgan_metric.evaluation import evaluate, generator_source, image_source, load_classifier, load_inception
from tfgan_metric.evaluation.discriminator import discriminator_results, require_measurable
from tfgan_metric.evaluation.records import append_evaluation, read_evaluations
from tfgan_metric.files import require_writable_folder
from tfgan_metric.models.loading import load_model, load_sampler
from tfgan_metric.trainers import pictures
from tfgan_metric.trainers.experiment import METRICS_FILE
from tfgan_metric.trainers.progress import show_progress
from tfgan_metric.trainers.recipe import load_recipe
from tfgan_metric.trainers.run_folder import RECIPE_FILE

NEIGHBOURS_FILE = "neighbours.png"


def score(
    path,
    data=None,
    count=10_000,
    seed=0,
    split="train",
    extractors=None,
    resize="tf1",
    inception=None,
    inception_sha256=None,
    classifier=None,
    cross_check=False,
    discriminator=False,
    raw_pixels=False,
    svm_images=None,
    out=None,
):
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
        discriminator: measure what the discriminator has learned of the real images too.
        raw_pixels: give its linear classifier the pixels too.
        svm_images: training images of that classifier; None for all.
        out: folder for the files; by default the run's own, else "evaluation".
    Returns:
        (list of `Result`, the folder's path). metrics.json keeps earlier evaluations; the newest is the last.
    Raises:
        InputError: something of the above that is missing, damaged or does not fit.
    """
    path = pathlib.Path(path)
    if (raw_pixels or svm_images is not None) and not discriminator:
        raise InputError("--raw-pixels and --svm-images are for the discriminator's features: add --discriminator")
    if not path.exists():
        raise InputError(f"{path} does not exist; expected a run, a .keras file, an exported SavedModel or images")
    is_run = (path / RECIPE_FILE).is_file()
    data_name = data or _data_of_run(path)
    geometry = load_recipe(str(path / RECIPE_FILE)).geometry if is_run and data is None else WHOLE
    out = require_writable_folder(out or (path if is_run else "evaluation"))
    read_evaluations(out / METRICS_FILE)  # what cannot be written, added to or measured is found before the work
    data = load_data(data_name, geometry)
    source = _source(path, data, count, seed)
    judged = _discriminator(path, data, svm_images) if discriminator else None
    chosen = _extractors(extractors, data, resize, inception, inception_sha256, classifier)
    found = evaluate(source, data, chosen, split, cross_check, show_progress)
    results = found.results
    if discriminator:
        results += discriminator_results(judged, data, source.about, raw_pixels, svm_images)
    append_evaluation(out / METRICS_FILE, str(path), results)
    pictures.write_neighbours(out / NEIGHBOURS_FILE, found.real, found.generated, found.nearest)
    return results, out


def _data_of_run(path):
    if not (path / RECIPE_FILE).is_file():
        raise InputError(f"{path} is no run that names its data; say which real images to compare with: --data NAME")
    return load_recipe(str(path / RECIPE_FILE)).data


def _source(path, data, count, seed):
    holds_model = path.is_file() or (path / "saved_model.pb").is_file() or (path / RECIPE_FILE).is_file()
    if not holds_model:
        return image_source(load_folder(path)[0], {"generated_data": str(path), "step": "unknown: images given"})
    sampler = load_sampler(path)
    about = {"step": sampler.step if sampler.step is not None else "unknown: exported"}
    if (path / RECIPE_FILE).is_file():
        about["checkpoint"] = "final" if sampler.step == load_recipe(str(path / RECIPE_FILE)).steps else "unfinished"
    return generator_source(sampler.generate, data, count, seed, about, sampler.takes_labels)


def _discriminator(path, data, svm_images):
    discriminator = load_model(path).discriminator
    require_measurable(discriminator, data, svm_images)
    return discriminator


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
