"""tfgan-metric prepare."""

import click

from tfgan_metric.commands.options import data_dir
from tfgan_metric.start import start_tensorflow


@click.command()
@click.argument("name")
@data_dir
def prepare(name: str) -> None:
    """Download the data set NAME of TensorFlow Datasets and prepare it for training."""
    start_tensorflow()
    from tfgan_metric.data import catalog

    click.echo(f"{name}: {catalog.prepare(name)}")
