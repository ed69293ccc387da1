"""The table of an experiment: the paper's numbers, ours over the seeds, and which of its orderings hold."""

import math

from tfgan_metric.files import replacing
from tfgan_metric.trainers.papers.results import best_step, first_of, summarise
from tfgan_metric.trainers.papers.table import TIMES


def write_table(path, found, sentences=()):
    """Writes Markdown: what was run and how, the table, the paper's claims, what the figure shows, the figure.

    Args:
        path: of the file; figure.png is beside it.
        found: `Findings`.
        sentences: what the figure shows beyond the table.
    """
    experiment, records = found.experiment, found.records
    on = f", on {found.data_name}" if found.data_name else ""
    parts = [
        f"# {experiment.name}: {experiment.question}",
        f"{experiment.source}{on}. Made by `{found.command}`.",
        _protocol(found),
        _table(experiment, records),
        _claims(experiment, records),
        "What the figure shows:\n\n" + "\n".join(f"- {sentence}" for sentence in sentences) if sentences else "",
        _divergences(records),
        f"Since version 0.1.0: {experiment.changed}" if experiment.changed else "",
        "![figure](figure.png)",
    ]
    with replacing(path) as temporary:
        temporary.write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")


def _protocol(found):
    experiment, budget = found.experiment, found.budget
    done = [record for one in found.records.values() for record in one if "diverged" not in record]
    if not done:
        return ""
    steps = sorted({record["recipe"]["steps"] for record in done if "recipe" in record})
    seeds = max(len(one) for one in found.records.values())
    leading = next((first_of(record, experiment.measures[0].metrics) for record in done), None) or {}
    protocol = leading.get("protocol", {})
    parts = [
        f"{' to '.join(str(step) for step in dict.fromkeys((steps[0], steps[-1])))} steps, {seeds} seed(s)",
        f"{budget.images} generated against {protocol.get('real', 'all')} real images",
        f"extractor: {protocol.get('extractor', 'none')}",
        *_names_here(experiment, done[0]),
        *_timing(experiment, budget),
    ]
    versions = ", ".join(f"{name} {version}" for name, version in protocol.get("versions", {}).items())
    text = "; ".join(parts) + (f"; {versions}" if versions else "") + ". "
    return text + (
        f"Numbers are of the final step, mean ± deviation over seeds; `best` is the best evaluation "
        f"({budget.images_on_the_way:,} images) of a run on its way, with its steps, which the final number does not "
        "use."
    )


def _timing(experiment, budget):
    """How a step was timed, which at the small budget is not as the rows are trained."""
    if not set(TIMES) & set(experiment.measures):
        return []
    settings = [("every row", experiment.timed_fields), *((row.label, row.timed_fields) for row in experiment.rows)]
    settings = settings if budget.recipes == "small" else []
    fields = [f"{who}: {', '.join(f'{name} {value}' for name, value in one.items())}" for who, one in settings if one]
    where = f" ({'; '.join(fields)})" if fields else ""
    return [f"a step is timed{where} in one process, the settings in turn: median ± deviation of five fifths' medians"]


def _names_here(experiment, record):
    """What the numbers of this page really are, where that is not what the paper has."""
    found = {measure.title: first_of(record, measure.metrics) for measure in experiment.measures}
    other = {title: result["metric"] for title, result in found.items() if result is not None}
    known = {measure.title: measure.metrics[0] for measure in experiment.measures}
    return [f"{title} here is `{name}`" for title, name in other.items() if name != known[title]]


def _table(experiment, records):
    if not records:
        return ""
    columns = [(measure, any(measure.title in row.paper for row in experiment.rows)) for measure in experiment.measures]
    head = ["setting"]
    for measure, in_paper in columns:
        head += [f"{measure.title}, paper ({experiment.paper_data})"] if in_paper else []
        head += [f"{measure.title}, here"] + ([] if measure in TIMES else ["best"])
    lines = [head, ["---"] * len(head)]
    for row in experiment.rows:
        cells = [row.label]
        for measure, in_paper in columns:
            cells += [row.paper.get(measure.title, "")] if in_paper else []
            cells += _cells(records.get(row.label, []), measure)
        lines.append(cells)
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cells(found, measure):
    mean, spread, _ = summarise(found, measure)
    text = "-" if mean is None else f"{mean:.4g}" + ("" if spread is None else f" ± {spread:.2g}")
    diverged = sum("diverged" in record for record in found)
    text += f" ({diverged} of {len(found)} diverged)" if diverged else ""
    if measure in TIMES:
        return [text]
    best = [best for record in found if (best := best_step(record, measure)) is not None]
    if not best:
        return [text, ""]
    steps = sorted({int(step) for _, step in best})
    return [text, f"{math.fsum(value for value, _ in best) / len(best):.4g} ({', '.join(map(str, steps))})"]


def _claims(experiment, records):
    if not experiment.claims:
        return ""
    lines = [f"- {_verdict(claim, records)}" for claim in experiment.claims]
    return "What the paper finds, and what is seen here:\n\n" + "\n".join(lines)


def _verdict(claim, records):
    """The claim and whether it is seen: "holds" is a difference beyond the seeds' spread."""
    (first, first_spread, one), (second, second_spread, other) = (
        summarise(records[label], claim.measure) for label in (claim.better, claim.worse)
    )
    text = f"{claim.better} better than {claim.worse} by {claim.measure.title}"
    if one and all("diverged" in record for record in records[claim.worse]):
        return f"{text}: holds, {claim.worse} diverged"
    if not one or not other:
        return f"{text}: cannot be said, a setting has no number"
    if claim.alike_within is not None:
        return _alike(claim, first, second)
    gain = second - first if claim.measure.better == "lower" else first - second
    numbers = f"{first:.4g} against {second:.4g}"
    if first_spread is None or second_spread is None:
        return f"{text}: {'seen' if gain > 0 else 'not seen'} in one run, whose spread is unknown ({numbers})"
    spread = math.hypot(first_spread, second_spread)
    word = "holds" if gain > spread else "does **not** hold" if gain < -spread else "**not seen**, within the spread"
    return f"{text}: {word} ({numbers}, spread {spread:.2g})"


def _alike(claim, first, second):
    ratio = first / second
    word = "holds" if 1 / (1 + claim.alike_within) <= ratio <= 1 + claim.alike_within else "does **not** hold"
    text = f"{claim.better} like {claim.worse} by {claim.measure.title}, within {claim.alike_within:.0%}"
    return f"{text}: {word} ({first:.4g} against {second:.4g}, a ratio of {ratio:.3f})"


def _divergences(records):
    lines = [
        f"- {label}, seed {record['seed']}: {record['diverged']}"
        for label, found in records.items()
        for record in found
        if "diverged" in record
    ]
    return "Runs that diverged:\n\n" + "\n".join(lines) if lines else ""
