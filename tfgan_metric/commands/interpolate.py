"""tfgan-metric interpolate."""

import click

from tfgan_metric.commands.options import checkpoint
from tfgan_metric.errors import InputError
from tfgan_metric.files import refuse_existing
from tfgan_metric.start import start_tensorflow


@click.command()
@click.argument("model", type=click.Path())
@checkpoint
@click.option("--rows", default=8, show_default=True, type=click.IntRange(1, 100), help="Pairs of noise vectors.")
@click.option(
    "--columns", default=10, show_default=True, type=click.IntRange(2, 100), help="Images from one to the other."
)
@click.option(
    "--label", help="The class of all rows, a number or a name.  [default: row 0 has class 0, row 1 class 1, ...]"
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1), help="Of the pairs.")
@click.option("--out", type=click.Path(), help="PNG.  [default: interpolation_seed_SEED.png]")
def interpolate(
    model: str, checkpoint: str, rows: int, columns: int, label: str | None, seed: int, out: str | None
) -> None:
    """Draw images between pairs of noise vectors, as MBGAN's Figure 9; MODEL is a run's folder or a .keras file."""
    file = refuse_existing(out or f"interpolation_seed_{seed}.png")
    if file.suffix != ".png":
        raise InputError(f"--out must end in .png; got {str(file)!r}")
    start_tensorflow()
    from tfgan_metric.class_names import labels_of
    from tfgan_metric.pictures import image_grid, write_png
    from tfgan_metric.trainers.runs import interpolation
    from tfgan_metric.trainers.runs.opening import class_names_of, load_model

    loaded = load_model(model, checkpoint)
    labels = [None] if label is None else labels_of(label, class_names_of(model))
    if len(labels) > 1:
        raise InputError(f"--label is the one class of all rows; got {label!r}")
    images, columns = interpolation.interpolate(loaded, rows, columns, labels[0], seed)
    write_png(file, image_grid(images, columns, scale=2))
    click.echo(f"{rows} rows of {columns} images: {file}")
