"""tfgan-metric schemes."""

import click

from tfgan_metric.commands.options import print_rows
from tfgan_metric.listed import read_listing


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def schemes(as_json: bool) -> None:
    """List the adversarial schemes."""
    print_rows([{"scheme": name} | about for name, about in read_listing()["schemes"].items()], as_json)
