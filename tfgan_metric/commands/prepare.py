"""tfgan-metric prepare."""

import click

from tfgan_metric.commands.options import data_dir
from tfgan_metric.start import start_tensorflow


@click.command()
@click.argument("name")
@data_dir
@click.option("--out", type=click.Path(), help="Folder of emoji.  [default: NAME, where data sets are prepared]")
@click.option("--image-size", type=click.IntRange(min=1), help="Side of emoji.  [default: the name's]")
def prepare(name: str, out: str | None, image_size: int | None) -> None:
    """Download the data set NAME of TensorFlow Datasets and prepare it for training.

    The names `emoji` and `emoji_64` are others': colour pictures of eight classes, 32×32 and 64×64, drawn without a
    network.
    """
    start_tensorflow()
    from tfgan_metric.data import catalog

    click.echo(f"{name}: {catalog.prepare(name, out, image_size)}")
