"""What several commands share."""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

import click

WIDTH_OF_A_PIPE = 1000  # nothing is cut off or folded


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


def print_rows(rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Prints rows, column name -> value, as JSON or as a table."""
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        print_table([{column: _text(value) for column, value in row.items()} for row in rows])


def _text(value):
    if isinstance(value, dict):
        return "\n".join(f"{name}={one}" for name, one in value.items())
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def print_table(rows: Sequence[Mapping[str, str]]) -> None:
    """Prints rows, column name -> text, folded to the terminal's width; in a pipe each is as wide as it needs."""
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for column in rows[0]:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row.values())
    Console(width=None if Console().is_terminal else WIDTH_OF_A_PIPE).print(table)
