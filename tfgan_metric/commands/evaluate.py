"""tfgan-metric evaluate."""

from typing import Any

import click

from tfgan_metric.commands.options import background, checkpoint, crop, data_dir, held_out, image_size, print_table
from tfgan_metric.errors import MOST_NAMED
from tfgan_metric.start import start_tensorflow

RESIZE_MODES = ("tf1", "clean", "torch")


@click.command()
@click.argument("source", type=click.Path())
@click.option(
    "--data",
    help="Real images: a data set's name, a folder, or a .npz of statistics (mu and sigma of other tools, too).  "
    "[default: what a run trained on]",
)
@data_dir
@held_out
@crop
@image_size
@background
@click.option("--count", "-n", default=10_000, show_default=True, type=click.IntRange(min=10), help="Generated images.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1), help="Of noise and labels.")
@click.option("--split", default="train", show_default=True, type=click.Choice(["train", "held_out"]))
@click.option(
    "--extractor",
    "extractors",
    multiple=True,
    type=click.Choice(["inception", "classifier"]),
    help="May be given twice; one whose file is given runs too.  [default: Inception for colour, the data set's "
    "classifier for grey images]",
)
@click.option("--resize", default="tf1", show_default=True, type=click.Choice(RESIZE_MODES), help="For Inception.")
@click.option("--inception", type=click.Path(), help="TF-GAN's SavedModel, or the frozen graph (.pb or .tgz).")
@click.option("--inception-sha256", metavar="HEX", help="Refuse another Inception than this one.")
@click.option("--classifier", type=click.Path(), help="A classifier's .keras file.")
@click.option("--features", type=click.Path(), help="The .keras file of any model of images whose output are features.")
@click.option("--cross-check", is_flag=True, help="Compute with TF-GAN too.")
@checkpoint
@click.option("--discriminator", is_flag=True, help="Measure the discriminator's features too (SVM, neighbours).")
@click.option("--raw-pixels", is_flag=True, help="Give the SVM the pixels too.")
@click.option("--svm-images", type=int, help="Training images of the SVM, which takes hours of 50,000.  [default: all]")
@click.option("--out", type=click.Path(), help="Folder for metrics.json and the picture.  [default: the run's]")
def evaluate(source: str, crop: int | None, image_size: int | None, background: str, **options: Any) -> None:
    """Measure generated images against real ones: Fréchet and kernel distance, scores, precision and recall.

    SOURCE is a run's folder, a .keras file, an exported SavedModel or a folder of images.
    """
    start_tensorflow()
    from tfgan_metric.data.folder import Geometry
    from tfgan_metric.evaluation.given_statistics import is_statistics
    from tfgan_metric.trainers.runs.folder import RunFolder
    from tfgan_metric.trainers.runs.scoring import score

    results, out = score(source, geometry=Geometry(crop, image_size, background), **options)
    run = RunFolder(out)
    _print(results)
    click.echo(f"metrics:    {run.metrics_file} (each number with its protocol)")
    if not is_statistics(options["data"]):  # with images to show
        click.echo(f"neighbours: {run.neighbours}")


def _print(results):
    from tfgan_metric.evaluation.protocol import by_what_they_show

    rows, checked = [], any(result.tfgan is not None for result in results)
    extractors = {result.protocol["extractor"] for result in results}
    for shows, result in by_what_they_show(results):
        numbers = {"value": result.value, "±": result.spread, "real": result.real, "floor": result.floor}
        row = {"shows": shows, "metric": result.metric} | {name: _format(number) for name, number in numbers.items()}
        row |= {"better": result.better}
        row |= {"extractor": result.protocol["extractor"]} if len(extractors) > 1 else {}
        rows.append(row | ({"tfgan": _format(result.tfgan)} if checked else {}))
    print_table(rows)
    protocol = results[0].protocol
    if "beside" in protocol:
        click.echo(f"real: what {protocol['beside']['real']} held-out real images get in the place of generated ones")
    for result in results:
        if "of_classes" in result.protocol:
            named = [f"{name} {share:.3g}" for name, share in result.protocol["of_classes"].items()]
            click.echo(f"{result.metric}: {', '.join(named[:MOST_NAMED])}{', …' if len(named) > MOST_NAMED else ''}")
    click.echo(f"by {', '.join(sorted(extractors))}")
    names = ("generated", "real", "real_data", "real_split", "resize", "labels", "seed", "step", "checkpoint")
    if "selected" in protocol:
        chosen = protocol["selected"]
        by = f"{chosen['metric']} of {chosen['generated']} images, {chosen['extractor']}"
        click.echo(f"selected as the best of {chosen['of_steps']} evaluated steps by {by}")
    click.echo(", ".join(f"{name} {protocol[name]}" for name in names if protocol.get(name) is not None))


def _format(number):
    return "" if number is None else f"{number:.5g}"
