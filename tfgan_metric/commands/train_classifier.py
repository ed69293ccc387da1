"""tfgan-metric train-classifier."""

import click

from tfgan_metric.commands.options import background, crop, data_dir, held_out, image_size
from tfgan_metric.errors import InputError
from tfgan_metric.files import refuse_existing
from tfgan_metric.start import start_tensorflow


@click.command("train-classifier")
@click.option("--data", required=True, help="A data set with labels and held-out images: a name or a folder.")
@data_dir
@held_out
@crop
@image_size
@background
@click.option(
    "--preset",
    type=click.Choice(["paper", "small"]),
    help="Size.  [default: small for embedded_mnist and folders, else paper]",
)
@click.option(
    "--epochs",
    type=click.IntRange(min=1),
    help="How often each image is used.  [default: the preset's; for a folder and small, as many steps as of digits]",
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1), help="Of weights and order.")
@click.option("--out", type=click.Path(), help="File, ending in .keras.  [default: DATA.keras in the cache folder]")
def train_classifier(
    data: str,
    held_out: float | None,
    crop: int | None,
    image_size: int | None,
    background: str,
    preset: str | None,
    epochs: int | None,
    seed: int,
    out: str | None,
) -> None:
    """Train a DenseNet-BC on a data set: it gives the AM Score, and the features of grey images."""
    start_tensorflow()
    from tfgan_metric.data.catalog import EMOJI_SIDES, is_folder, load_data
    from tfgan_metric.data.folder import Geometry
    from tfgan_metric.evaluation.classifier import classifier_file, make_classifier
    from tfgan_metric.evaluation.densenet import PRESETS, as_many_steps
    from tfgan_metric.progress import ProgressReport

    file = refuse_existing(out or classifier_file(data))
    refuse_existing(file.with_suffix(".json"))
    if file.suffix != ".keras":
        raise InputError(f"--out must end in .keras; got {str(file)!r}")
    loaded = load_data(data, Geometry(crop, image_size, background), held_out or 0.0)
    few_images = data in EMOJI_SIDES or is_folder(data)
    preset = preset or ("small" if data == "embedded_mnist" or few_images else "paper")
    scaled = preset == "small" and few_images
    epochs = epochs or (as_many_steps(PRESETS[preset], len(loaded.train)) if scaled else PRESETS[preset].epochs)
    with ProgressReport(epochs * (len(loaded.train) // PRESETS[preset].batch_size)) as progress:
        classifier = make_classifier(loaded, file, preset, epochs, seed, callbacks=[progress])
    click.echo(f"accuracy:   {classifier.record['held_out_accuracy']:.2%} of the held-out images")
    click.echo(f"classifier: {file} (and {file.with_suffix('.json').name}; SHA-256 {classifier.sha256})")
