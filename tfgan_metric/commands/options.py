"""What several commands share."""

import os
from collections.abc import Mapping, Sequence

import click


def _set_data_dir(context, parameter, value):
    if value:
        os.environ["TFDS_DATA_DIR"] = value  # TensorFlow Datasets' own; processes that this one starts see it too


data_dir = click.option(
    "--data-dir",
    type=click.Path(),
    expose_value=False,
    callback=_set_data_dir,
    help="Where data sets are prepared.  [default: $TFDS_DATA_DIR or ~/tensorflow_datasets]",
)


held_out = click.option(
    "--held-out", type=click.FloatRange(0, 1, max_open=True), help="Share of a folder's images that does not train."
)
crop = click.option("--crop", type=click.IntRange(min=1), help="Side of the square cut from each image of a folder.")
image_size = click.option("--image-size", type=click.IntRange(min=1), help="Side that each image of a folder gets.")
background = click.option(
    "--background", default="white", show_default=True, help="Colour behind what is transparent in a folder's images."
)
checkpoint = click.option(
    "--checkpoint",
    default="final",
    show_default=True,
    type=click.Choice(["final", "best"]),
    help="Of a run: its last step, or the one that keep_best kept.",
)


def print_table(rows: Sequence[Mapping[str, str]]) -> None:
    """Prints rows, column name -> text, as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*rows[0])
    for row in rows:
        table.add_row(*row.values())
    Console(width=None if Console().is_terminal else 140).print(table)
