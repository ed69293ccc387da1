"""tfgan-metric recipes."""

import json

import click

from tfgan_metric.commands.options import print_table
from tfgan_metric.start import start_tensorflow


@click.command()
@click.argument("name", required=False)
def recipes(name: str | None) -> None:
    """List the recipes, or print all fields of one."""
    start_tensorflow()
    from tfgan_metric.trainers.recipes.library import RECIPES, load_recipe

    if name:
        click.echo(json.dumps(load_recipe(name).as_fields(), indent=2))
        return
    rows = [
        {"recipe": one.name, "scheme": one.scheme, "data": one.data, "steps": str(one.steps), "source": one.source}
        for one in RECIPES.values()
    ]
    print_table(rows)
