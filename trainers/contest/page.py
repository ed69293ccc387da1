"""The page of the contests: how they were held, a table a data set, what is not run yet, pictures."""

import pathlib
from collections.abc import Sequence
from typing import NamedTuple

from tfgan_metric.errors import InputError
from tfgan_metric.evaluation import load_classifier
from tfgan_metric.files import write_text
from tfgan_metric.trainers.contest.contests import FIRST_SEED, Contest
from tfgan_metric.trainers.contest.pictures import write_samples, write_ways
from tfgan_metric.trainers.contest.standing import CRITERION, Range, Standing
from tfgan_metric.trainers.papers import columns
from tfgan_metric.trainers.papers.page import FIGURE_FILE, PAGE_FILE
from tfgan_metric.trainers.papers.results import Record, Records, result_of

NAME, QUESTION = "zoo", "Which recipe draws best in equal time?"
MEASURES = (
    *(columns.FRECHET, columns.PRECISION, columns.RECALL, columns.DENSITY, columns.COVERAGE),
    *(columns.ASKED_CLASS, columns.MEMORISATION),
)
NO_COLUMNS_OF_REAL = ["", ""]  # steps and seconds
HOW = f"""Each recipe trains for the same time on one thread, by steps: a step of each is timed first, in turn with the
others and under the load of the runs, and the steps are those that the time holds, in whole hundreds. Compiling and
evaluating do not count; `seconds` is what a run's steps then took. A learning rate that decays does so to the last
step. Numbers are of the final step, never of a better one on the way, by the data set's own classifier: medians of the
seeds, from {FIRST_SEED} on, with their range; no recipe was chosen by these. Rows are in the order of {CRITERION}, the
median of the seeds, in which a run that diverged counts 0. **Bold** are the schemes that the four papers are named for,
which stand where they stand. Asked class is for a generator that takes labels; nearer to training is 1 for copies, .5
where generated images are as near to training ones as new real ones."""
SHOWN = f"""![coverage against seconds]({FIGURE_FILE})

Coverage on the way, of the six best and (dashed) the papers' own; grey lines are the other rows."""


class Found(NamedTuple):
    """What the contests found.

    Attributes:
        contests: those of the page.
        records: an entry's label -> the records that there are of its runs.
        seeds: runs that each entry should have.
        runs: the folder of all runs.
        command: that makes the page.
    """

    contests: Sequence[Contest]
    records: Records
    seeds: int
    runs: pathlib.Path
    command: str

    def standings(self, contest: Contest) -> list[Standing]:
        """The entries that have a run, the best first."""
        run = [Standing(one, self.records[one.label]) for one in contest.entries if self.records.get(one.label)]
        return sorted(run, key=lambda standing: -standing.merit)


def write_page(folder: pathlib.Path, found: Found) -> None:
    """Writes table.md and the pictures that it shows."""
    folder.mkdir(parents=True, exist_ok=True)
    ranked = [(contest, standings) for contest in found.contests if (standings := found.standings(contest))]
    write_ways(folder / FIGURE_FILE, ranked)
    parts = [f"# {NAME}: {QUESTION}", f"The zoo, every scheme. Made by `{found.command}`.", HOW, SHOWN]
    for contest in found.contests:
        parts += [f"## {contest.data}: {contest.seconds} seconds", *_contest(contest, found, folder)]
    write_text(folder / PAGE_FILE, "\n\n".join(part for part in parts if part) + "\n")


def _contest(contest: Contest, found: Found, folder: pathlib.Path) -> list[str]:
    standings = found.standings(contest)
    if not standings:
        return ["Not run yet."]
    samples = f"samples-{contest.data}.png"
    shown = write_samples(folder / samples, standings, found.runs)
    about = f"What the three best and the papers' own draw, each by its middle run.\n\n![samples]({samples})"
    return [
        _protocol(contest, standings),
        _table(standings),
        _still_missing(contest, found),
        _divergences(standings),
        about if shown else "",
    ]


def _protocol(contest: Contest, standings: list[Standing]) -> str:
    records = [record for standing in standings for record in standing.records]
    protocol: dict = next((found["protocol"] for one in records if (found := result_of(one, columns.FRECHET))), {})
    held = {f"{one['jobs']} runs at a time on {one['machine']}" for one in records if "machine" in one}
    versions = ", ".join(f"{name} {version}" for name, version in protocol.get("versions", {}).items())
    parts = [
        " or ".join(sorted(held)),
        f"{protocol.get('generated', 'no')} generated against {protocol.get('real', 'no')} real images",
        f"features of the {protocol.get('extractor', 'classifier')}{_accuracy(contest.data)}",
        versions,
    ]
    return "; ".join(filter(None, parts)) + "."


def _accuracy(data: str) -> str:
    try:
        return f", which recognises {load_classifier(data).record['held_out_accuracy']:.1%} of the held-out images"
    except InputError:
        return ""  # the page can be made where the classifier is not


def _table(standings: list[Standing]) -> str:
    head = ["recipe", *(column.title for column in MEASURES), "steps", columns.MEASURED_TIME.title]
    lines = [head, ["---"] * len(head)]
    real = [_first(standings, column) for column in MEASURES]
    if any(real):
        lines.append(["real images, held out", *real, *NO_COLUMNS_OF_REAL])
    for standing in standings:
        seconds = standing.range_of(columns.MEASURED_TIME)
        lines.append(
            [
                _name(standing),
                *(_cell(standing.range_of(column)) for column in MEASURES),
                str(standing.records[0]["recipe"]["steps"]),
                "-" if seconds is None else f"{seconds.median:.0f}",
            ]
        )
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _first(standings: list[Standing], column: columns.Column) -> str:
    """What real images get by a column, as the first recipe's records say."""
    of_real = (standing.range_of(column, "real") for standing in standings)
    return next((f"{found.median:.3g}" for found in of_real if found is not None), "")


def _name(standing: Standing) -> str:
    name = f"**{standing.entry.recipe}**" if standing.entry.is_papers_own else standing.entry.recipe
    return f"{name} ({standing.diverged} of {len(standing.records)} diverged)" if standing.diverged else name


def _cell(found: Range | None) -> str:
    if found is None:
        return "-"
    return f"{found.median:.3g} ({found.lowest:.2g} to {found.highest:.2g})"


def _still_missing(contest: Contest, found: Found) -> str:
    """Which rows are left out and which lack runs, or "" where all is there."""
    runs = {entry.recipe: len(found.records.get(entry.label, [])) for entry in contest.entries}
    if min(runs.values()) >= found.seeds:
        return ""
    none = [recipe for recipe, count in runs.items() if not count]
    fewer = [f"{recipe} ({count} of {found.seeds})" for recipe, count in runs.items() if 0 < count < found.seeds]
    texts = [f"{sum(runs.values())} of {found.seeds * len(runs)} runs are done"]
    texts += [f"not run yet, and left out: {', '.join(none)}"] if none else []
    texts += [f"with fewer seeds: {', '.join(fewer)}"] if fewer else []
    return "; ".join(texts) + "."


def _divergences(standings: list[Standing]) -> str:
    runs: list[tuple[str, Record]] = [(one.entry.recipe, record) for one in standings for record in one.records]
    lines = [f"- {name}, seed {one['seed']}: {one['diverged']}" for name, one in runs if "diverged" in one]
    return "Runs that diverged:\n\n" + "\n".join(lines) if lines else ""
