"""tfgan-metric export."""

import click

from tfgan_metric.commands.options import checkpoint
from tfgan_metric.files import refuse_existing
from tfgan_metric.start import start_tensorflow


@click.command()
@click.argument("model", type=click.Path())
@checkpoint
@click.option("--out", required=True, type=click.Path(), help="Folder of the SavedModel.")
def export(model: str, checkpoint: str, out: str) -> None:
    """Write the generator of MODEL, a run's folder or a .keras file, as a SavedModel."""
    folder = refuse_existing(out)

    start_tensorflow()
    from tfgan_metric.class_names import export_named
    from tfgan_metric.trainers.runs.opening import class_names_of, load_model

    export_named(load_model(model, checkpoint), folder, class_names_of(model))
    click.echo(f"generator: {folder} (SavedModel)")
