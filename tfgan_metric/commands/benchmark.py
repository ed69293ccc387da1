"""tfgan-metric benchmark."""

from typing import Any

import click

from tfgan_metric.commands.options import print_table
from tfgan_metric.files import refuse_existing, write_json
from tfgan_metric.start import start_tensorflow


@click.command()
@click.argument("schemes", nargs=-1)
@click.option("--network", default="metric", show_default=True, help="Of all schemes but EBGAN and SAGAN.")
@click.option("--width", default=1.0, show_default=True, help="Multiplies the filters.")
@click.option("--batch", "batch_size", default=64, show_default=True, type=click.IntRange(min=2), help="Batch size.")
@click.option("--size", default=32, show_default=True, help="Side of the images, 28 (grey), 32 or 64.")
@click.option("--rounds", default=30, show_default=True, type=click.IntRange(min=4), help="Steps of each scheme.")
@click.option("--precision", default="float32", show_default=True, help="Or mixed_float16 or mixed_bfloat16.")
@click.option("--jit", is_flag=True, help="Compile the step by XLA.")
@click.option("--device", help="Such as CPU:0 or GPU:0.")
@click.option("--fit", "fit_rounds", default=0, show_default=True, help="Rounds of `fit` against a bare loop.")
@click.option("--json", "json_path", type=click.Path(), help="File for the numbers.")
@click.option("--chart", type=click.Path(), help="PNG of the ratios.")
def benchmark(
    schemes: tuple[str, ...],
    network: str,
    width: float,
    batch_size: int,
    size: int,
    rounds: int,
    precision: str,
    jit: bool,
    device: str | None,
    fit_rounds: int,
    json_path: str | None,
    chart: str | None,
) -> None:
    """Time a step of SCHEMES (default: all) as ratios to DCGAN, taking turns in one process."""
    outputs = [refuse_existing(path) for path in (json_path, chart) if path]
    start_tensorflow()
    from tfgan_metric.models import SCHEMES
    from tfgan_metric.progress import show_rounds
    from tfgan_metric.trainers.papers.tables.dmgan import time_ratios
    from tfgan_metric.trainers.speed import benchmark as bench

    shape = (size, size, 1 if size == 28 else 3)
    chosen = list(schemes or sorted(set(SCHEMES) - {"gan"}))
    settings: dict[str, Any] = {"network": network, "width": width, "batch_size": batch_size, "precision": precision}
    about: dict[str, Any] = {"rounds": rounds, "jit_compile": jit, "device": device, "paper_ratios": time_ratios()}
    speeds, peak, memory = bench.time_schemes(chosen, shape, progress=show_rounds, **settings, **about)
    print_table([_row(speed) for speed in speeds])
    held = "" if memory is None else f"; the process held at most {memory:.0f} MB"
    click.echo(f"matrix product {peak:.0f} GFLOP/s{held}")
    if json_path:
        content = {"settings": settings | {"image_shape": shape, "jit": jit, "rounds": rounds}, "peak": peak}
        content |= {"memory_mb": memory, "schemes": [speed._asdict() for speed in speeds]}
        write_json(outputs[0], content)
    if chart:
        bench.write_chart(outputs[-1], speeds, f"{size}×{size}, {network} × {width:g}, batch {batch_size}")
    if fit_rounds:
        fit, loop = bench.time_fit("wadmgan", shape, network, width, batch_size, fit_rounds)
        ratio = sorted(one / other for one, other in zip(fit, loop, strict=True))[len(fit) // 2]
        length = f"{fit_rounds} rounds of {bench.FIT_STEPS} steps"
        click.echo(f"fit of wadmgan: {ratio:.3f} times a bare loop, median of {length}")


def _row(speed):
    return {
        "scheme": speed.scheme,
        "ms": f"{speed.milliseconds:.1f}",
        "±": f"{speed.spread:.1f}",
        "images/s": f"{speed.images_per_second:.0f}",
        "GFLOP/s": f"{speed.gflops_per_second:.0f}",
        "of peak": f"{speed.share_of_peak:.0%}",
        "ratio": f"{speed.ratio:.3f}",
        "paper": "" if speed.paper_ratio is None else f"{speed.paper_ratio:.2f}",
        "s to first step": f"{speed.seconds_to_first_step:.1f}",
    }
