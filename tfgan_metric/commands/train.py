"""tfgan-metric train."""

import click

from tfgan_metric.commands.options import data_dir
from tfgan_metric.start import start_tensorflow


@click.command()
@click.argument("recipe", default=None, required=False)
@click.option("--data", help="Data set to train on instead of the recipe's.")
@data_dir
@click.option("--set", "assignments", multiple=True, metavar="FIELD=VALUE", help="Change a field of the recipe.")
@click.option("--out", type=click.Path(), help="Folder of the run.  [default: runs/RECIPE]")
@click.option("--devices", type=int, default=1, show_default=True, help="Devices of this machine to train on.")
@click.option("--from", "start_from", metavar="RUN", help="Start a new run from the weights of a run or a .keras file.")
@click.option("--deterministic", is_flag=True, help="Use only operations that give the same bits each time.")
def train(
    recipe: str | None,
    data: str | None,
    assignments: tuple[str, ...],
    out: str | None,
    devices: int,
    start_from: str | None,
    deterministic: bool,
) -> None:
    """Train RECIPE (a name or a recipe.json; default: digits in minutes) and export its generator.

    The same command on the same folder goes on where it was stopped, by a kill too, and ends as if it had not been;
    with a larger `steps` it goes on longer. Several machines train together where TF_CONFIG names them.
    """
    start_tensorflow(deterministic)
    from tfgan_metric.trainers.recipes.assignments import parse_fields
    from tfgan_metric.trainers.recipes.library import DEFAULT_RECIPE, load_recipe

    loaded = load_recipe(recipe or DEFAULT_RECIPE)
    loaded = loaded.with_fields(parse_fields(assignments, loaded) | ({"data": data} if data else {}))

    from tfgan_metric.trainers.runs.folder import RunFolder
    from tfgan_metric.trainers.runs.train import train_recipe

    run = RunFolder(train_recipe(loaded, out or f"runs/{loaded.name}", devices, start_from))
    click.echo(f"samples:   {run.contact_sheet} (and {run.samples_folder.name}/, {run.loss_curves.name})")
    click.echo(f"model:     {run.model_file}")
    click.echo(f"generator: {run.generator_folder} (SavedModel)")
