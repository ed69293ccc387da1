"""The page of a paper's table: the paper's numbers, ours over the seeds, which of its orderings hold, the figure."""

import math
import pathlib
from collections.abc import Sequence

from tfgan_metric.files import write_text
from tfgan_metric.trainers.papers.budget import Budget
from tfgan_metric.trainers.papers.columns import TIMES, Column
from tfgan_metric.trainers.papers.figures import write_figure
from tfgan_metric.trainers.papers.findings import Findings
from tfgan_metric.trainers.papers.results import Record, Records, best_step, result_of, summarise
from tfgan_metric.trainers.papers.table import Claim, PaperTable

PAGE_FILE, FIGURE_FILE = "table.md", "figure.png"


def write_page(folder: pathlib.Path, found: Findings) -> None:
    """Writes table.md, and figure.png, which it shows."""
    sentences = write_figure(folder / FIGURE_FILE, found)
    write_table(folder / PAGE_FILE, found, sentences)


def write_table(path: pathlib.Path, found: Findings, sentences: Sequence[str] = ()) -> None:
    """Writes Markdown: what was run and how, the table, the paper's claims, what the figure shows, the figure."""
    table, records = found.table, found.records
    on = f", on {found.data_name}" if found.data_name else ""
    parts = [
        f"# {table.name}: {table.question}",
        f"{table.source}{on}. Made by `{found.command}`.",
        _protocol(found),
        _lines(table, records),
        _claims(table, records),
        "What the figure shows:\n\n" + "\n".join(f"- {sentence}" for sentence in sentences) if sentences else "",
        _divergences(records),
        f"Since version 0.1.0: {table.changed}" if table.changed else "",
        f"![figure]({FIGURE_FILE})",
    ]
    write_text(path, "\n\n".join(part for part in parts if part) + "\n")


def _protocol(found: Findings) -> str:
    table, budget = found.table, found.budget
    done = [record for one in found.records.values() for record in one if "diverged" not in record]
    if not done:
        return ""
    steps = sorted({record["recipe"]["steps"] for record in done if "recipe" in record})
    seeds = max(len(one) for one in found.records.values())
    leading = next((result_of(record, table.columns[0]) for record in done), None) or {}
    protocol = leading.get("protocol", {})
    parts = [
        f"{' to '.join(str(step) for step in dict.fromkeys((steps[0], steps[-1])))} steps, {seeds} seed(s)",
        f"{budget.images} generated against {protocol.get('real', 'all')} real images",
        f"extractor: {protocol.get('extractor', 'none')}",
        *_names_here(table, done[0]),
        *_timing(table, budget),
    ]
    versions = ", ".join(f"{name} {version}" for name, version in protocol.get("versions", {}).items())
    text = "; ".join(parts) + (f"; {versions}" if versions else "") + ". "
    return text + (
        f"Numbers are of the final step, mean ± deviation over seeds; `best` is the best evaluation "
        f"({budget.images_on_the_way:,} images) of a run on its way, with its steps, which the final number does not "
        "use."
    )


def _timing(table: PaperTable, budget: Budget) -> list[str]:
    """How a step was timed, which at the small budget is not as the rows are trained."""
    if not table.has_times:
        return []
    settings = [("every row", table.timed_fields), *((row.label, row.timed_fields) for row in table.rows)]
    fields = [f"{who}: {', '.join(f'{name} {value}' for name, value in one.items())}" for who, one in settings if one]
    fields = fields if budget.recipes == "small" else []
    where = f" ({'; '.join(fields)})" if fields else ""
    return [f"a step is timed{where} in one process, the settings in turn: median ± deviation of five fifths' medians"]


def _names_here(table: PaperTable, record: Record) -> list[str]:
    """What the numbers of this page really are, where that is not what the paper has."""
    found = [(column, result) for column in table.columns if (result := result_of(record, column)) is not None]
    other = [(column.title, result["metric"]) for column, result in found if result["metric"] != column.metrics[0]]
    return [f"{title} here is `{name}`" for title, name in other]


def _lines(table: PaperTable, records: Records) -> str:
    if not records:
        return ""
    columns = [(column, any(column in row.paper for row in table.rows)) for column in table.columns]
    head = ["setting"]
    for column, in_paper in columns:
        head += [f"{column.title}, paper ({table.paper_data})"] if in_paper else []
        head += [f"{column.title}, here"] + ([] if column in TIMES else ["best"])
    lines = [head, ["---"] * len(head)]
    for row in table.rows:
        cells = [row.label]
        for column, in_paper in columns:
            cells += [row.paper.get(column, "")] if in_paper else []
            cells += _cells(records.get(row.label, []), column)
        lines.append(cells)
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cells(found: list[Record], column: Column) -> list[str]:
    mean, spread = summarise(found, column)
    text = "-" if mean is None else f"{mean:.4g}" + ("" if spread is None else f" ± {spread:.2g}")
    diverged = sum("diverged" in record for record in found)
    text += f" ({diverged} of {len(found)} diverged)" if diverged else ""
    if column in TIMES:
        return [text]
    best = [best for record in found if (best := best_step(record, column)) is not None]
    if not best:
        return [text, ""]
    steps = sorted({int(step) for _, step in best})
    return [text, f"{math.fsum(value for value, _ in best) / len(best):.4g} ({', '.join(map(str, steps))})"]


def _claims(table: PaperTable, records: Records) -> str:
    if not table.claims:
        return ""
    lines = [f"- {_verdict(claim, records)}" for claim in table.claims]
    return "What the paper finds, and what is seen here:\n\n" + "\n".join(lines)


def _verdict(claim: Claim, records: Records) -> str:
    """The claim and whether it is seen: "holds" is a difference beyond the seeds' spread."""
    first, first_spread = summarise(records[claim.better], claim.column)
    second, second_spread = summarise(records[claim.worse], claim.column)
    text = f"{claim.better} better than {claim.worse} by {claim.column.title}"
    if first is not None and all("diverged" in record for record in records[claim.worse]):
        return f"{text}: holds, {claim.worse} diverged"
    if first is None or second is None:
        return f"{text}: cannot be said, a setting has no number"
    if claim.alike_within is not None:
        return _alike(claim, claim.alike_within, first, second)
    gain = second - first if claim.column.better == "lower" else first - second
    numbers = f"{first:.4g} against {second:.4g}"
    if first_spread is None or second_spread is None:
        return f"{text}: {'seen' if gain > 0 else 'not seen'} in one run, whose spread is unknown ({numbers})"
    spread = math.hypot(first_spread, second_spread)
    word = "holds" if gain > spread else "does **not** hold" if gain < -spread else "**not seen**, within the spread"
    return f"{text}: {word} ({numbers}, spread {spread:.2g})"


def _alike(claim: Claim, within: float, first: float, second: float) -> str:
    ratio = first / second
    word = "holds" if 1 / (1 + within) <= ratio <= 1 + within else "does **not** hold"
    text = f"{claim.better} like {claim.worse} by {claim.column.title}, within {within:.0%}"
    return f"{text}: {word} ({first:.4g} against {second:.4g}, a ratio of {ratio:.3f})"


def _divergences(records: Records) -> str:
    lines = [
        f"- {label}, seed {record['seed']}: {record['diverged']}"
        for label, found in records.items()
        for record in found
        if "diverged" in record
    ]
    return "Runs that diverged:\n\n" + "\n".join(lines) if lines else ""
