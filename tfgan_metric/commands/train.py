"""tfgan-metric train."""

import click

from tfgan_metric.commands.start import start_tensorflow


@click.command()
@click.argument("recipe", default=None, required=False)
@click.option("--data", help="Data set to train on instead of the recipe's.")
@click.option("--set", "assignments", multiple=True, metavar="FIELD=VALUE", help="Change a field of the recipe.")
@click.option("--out", type=click.Path(), help="Folder of the run.  [default: runs/RECIPE]")
def train(recipe, data, assignments, out):
    """Train RECIPE (a name or a recipe.json; default: digits in minutes) and export its generator.

    The same command on the same folder goes on where it was stopped.
    """
    start_tensorflow()
    from tfgan_metric.trainers.recipe import load_recipe, parse_fields
    from tfgan_metric.trainers.recipes import DEFAULT_RECIPE

    fields = parse_fields(assignments) | ({"data": data} if data else {})
    loaded = load_recipe(recipe or DEFAULT_RECIPE).with_fields(fields)

    from tfgan_metric.trainers.experiment import run_experiment

    folder = run_experiment(loaded, out or f"runs/{loaded.name}")
    click.echo(f"samples:   {folder / 'contact_sheet.png'} (and samples/, losses.png)")
    click.echo(f"model:     {folder / 'model.keras'}")
    click.echo(f"generator: {folder / 'generator'} (SavedModel)")
