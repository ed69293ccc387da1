"""tfgan-metric recipes."""

import json

import click

from tfgan_metric.commands.options import print_rows
from tfgan_metric.errors import choose
from tfgan_metric.listed import read_listing

COLUMNS = ("scheme", "data", "steps", "source")


@click.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def recipes(name: str | None, as_json: bool) -> None:
    """List the recipes, or print all fields of one, as JSON."""
    listed = read_listing()["recipes"]
    if name:
        click.echo(json.dumps(choose("recipe", name, listed), indent=2))
        return
    rows = [{"recipe": name} | {column: fields[column] for column in COLUMNS} for name, fields in listed.items()]
    print_rows(rows, as_json)
