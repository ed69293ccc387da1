"""tfgan-metric sample."""

import click

from tfgan_metric.commands.options import checkpoint
from tfgan_metric.errors import InputError
from tfgan_metric.files import refuse_existing
from tfgan_metric.start import start_tensorflow


@click.command()
@click.argument("model", type=click.Path())
@checkpoint
@click.option("--count", "-n", default=100, show_default=True, type=click.IntRange(min=1), help="How many images.")
@click.option("--labels", help="Classes to generate in turn, such as 3, 0,1,2 or cat,dog.")
@click.option("--per-class", type=click.IntRange(min=1), help="A sheet with so many of each class, a row a class.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1), help="Same seed, same images.")
@click.option(
    "--out", type=click.Path(), help="grid .png, array .npz, or a folder of PNGs.  [default: samples_seed_SEED.png]"
)
def sample(
    model: str, checkpoint: str, count: int, labels: str | None, per_class: int | None, seed: int, out: str | None
) -> None:
    """Generate images from MODEL: a run's folder, a .keras file or an exported SavedModel."""
    place = refuse_existing(out or f"samples_seed_{seed}.png")
    if place.suffix not in ("", ".png", ".npz"):
        raise InputError(f"--out must end in .png or .npz, or be a folder's name; got {str(place)!r}")
    if per_class and labels:
        raise InputError("--per-class makes images of every class: leave --labels out")

    start_tensorflow()
    from tfgan_metric.class_names import labels_of
    from tfgan_metric.pictures import write_images
    from tfgan_metric.trainers.runs.opening import load_sampler

    sampler, columns = load_sampler(model, checkpoint), min(10, count)
    asked = None if labels is None else labels_of(labels, sampler.class_names)
    classes = asked and [asked[index % len(asked)] for index in range(count)]
    if per_class:
        if sampler.num_classes is None:
            raise InputError(f"--per-class needs a run or .keras file of a generator that takes labels; got {model}")
        classes = [label for label in range(sampler.num_classes) for _ in range(per_class)]
        count, columns = len(classes), per_class
    write_images(place, sampler.generate(count, classes, seed), columns)
    click.echo(f"{count} images: {place}")
    if per_class and sampler.class_names:
        click.echo(f"rows: {', '.join(sampler.class_names)}")
