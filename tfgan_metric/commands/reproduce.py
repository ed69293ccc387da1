"""tfgan-metric reproduce."""

import click

from tfgan_metric.commands.options import data_dir
from tfgan_metric.errors import InputError, choose
from tfgan_metric.start import start_tensorflow


@click.command()
@click.argument("name", required=False)
@click.option("--list", "show_list", is_flag=True, help="List the experiments.")
@click.option(
    "--budget", default="small", show_default=True, help="smoke (a few steps), small (a laptop) or paper (a GPU)."
)
@click.option("--data", help="Data set to use instead of the recipes' own.")
@data_dir
@click.option("--seeds", type=click.IntRange(min=1), help="Runs of each setting.  [default: 3 for small, else 1]")
@click.option("--out", type=click.Path(), default="reproduced", show_default=True, help="Folder of runs and results.")
@click.option("--jobs", type=click.IntRange(min=1), help="Runs at a time.  [default: a core each; 1 on a GPU]")
@click.option("--publish", "into", type=click.Path(), help="Folder of pages that gets this one, and its index.")
@click.option("--page-only", is_flag=True, help="Of zoo: train nothing, make the page of the runs that are done.")
def reproduce(
    name: str | None,
    show_list: bool,
    budget: str,
    data: str | None,
    seeds: int | None,
    out: str,
    jobs: int | None,
    into: str | None,
    page_only: bool,
) -> None:
    """Run the experiment NAME of a paper and set its table beside the paper's.

    The name `zoo` sets the zoo's recipes against each other instead, at equal time; it takes hours.
    The same command does what is missing: runs that are done are kept, one that was stopped goes on.
    """
    if show_list:
        _list_by_paper()
        return
    if not name:
        raise InputError("which experiment? `tfgan-metric reproduce --list` lists them")
    start_tensorflow()
    from tfgan_metric.trainers.papers.page import PAGE_FILE
    from tfgan_metric.trainers.papers.tables import PAPER_TABLES

    choose("experiment", name, {**PAPER_TABLES, "zoo": None})
    if name == "zoo":
        from tfgan_metric.trainers.contest.hold import hold_contests

        folder = hold_contests(budget, data, seeds, out, jobs, into, page_only)
    elif page_only:
        raise InputError(f"--page-only is for zoo; leave it out; got {name!r}")
    else:
        from tfgan_metric.trainers.papers import reproduce as reproduction

        folder = reproduction.reproduce(name, budget, data, seeds, out, jobs, into)
    click.echo((folder / PAGE_FILE).read_text(encoding="utf-8"))
    click.echo(f"results: {folder}")


def _list_by_paper():
    """Each paper's experiments, and what of its tables and figures is none."""
    start_tensorflow()
    from tfgan_metric.trainers.contest.page import NAME, QUESTION
    from tfgan_metric.trainers.papers.tables import PAPERS

    for paper in PAPERS:
        click.echo(paper.PAPER)
        for table in paper.TABLES:
            click.echo(f"  {table.name:28} {table.source.removeprefix(f'{paper.PAPER}, ')}: {table.question}")
        for place, what in paper.DIAGRAMS.items():
            click.echo(f"  {'(no experiment)':28} {place}: {what}")
    click.echo("The zoo")
    click.echo(f"  {NAME:28} every scheme: {QUESTION}")
