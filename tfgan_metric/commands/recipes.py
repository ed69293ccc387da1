"""tfgan-metric recipes."""

import json

import click

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

    from rich.console import Console
    from rich.table import Table

    table = Table("recipe", "scheme", "data", "steps", "source")
    for recipe in RECIPES.values():
        table.add_row(recipe.name, recipe.scheme, recipe.data, str(recipe.steps), recipe.source)
    Console(width=None if Console().is_terminal else 140).print(table)
