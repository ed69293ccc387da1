"""tfgan-metric export."""

import click

from tfgan_metric.commands.options import checkpoint
from tfgan_metric.files import refuse_existing
from tfgan_metric.start import start_tensorflow


@click.command()
@click.argument("model", type=click.Path())
@checkpoint
@click.option("--out", required=True, type=click.Path(), help="A SavedModel's folder, or a file .onnx or .tflite.")
@click.option(
    "--format", type=click.Choice(["tf_saved_model", "onnx", "litert"]), help="By default what --out ends in says."
)
def export(model: str, checkpoint: str, out: str, format: str | None) -> None:
    """Write the generator of MODEL, a run's folder or a .keras file, as a SavedModel, ONNX or LiteRT."""
    path = refuse_existing(out)

    start_tensorflow()
    from tfgan_metric.export.formats import format_of
    from tfgan_metric.trainers.runs.opening import class_names_of, load_model

    format = format_of(path, format)
    load_model(model, checkpoint).export(path, format, class_names_of(model))
    click.echo(f"generator: {path} ({format})")
