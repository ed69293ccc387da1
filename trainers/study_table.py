"""The table of an experiment: the paper's numbers, ours over the seeds, and which of its orderings hold."""

import math

from tfgan_metric.files import replacing
from tfgan_metric.trainers.results import best_step, first_of, summarise
from tfgan_metric.trainers.study import STEP_TIME


def write_table(path, experiment, budget, records, data_name, command):
    """Writes Markdown: what was run and how, the table, the paper's claims, the figure.

    Args:
        path: of the file; figure.png is beside it.
        experiment: an `Experiment`.
        budget: a `Budget`.
        records: a setting's label -> its runs' records.
        data_name: of the real images.
        command: that makes this page.
    """
    parts = [
        f"# {experiment.name}: {experiment.question}",
        f"{experiment.source}, on {data_name}. Made by `{command}`.",
        _protocol(experiment, budget, records),
        _table(experiment, records),
        _claims(experiment, records),
        _divergences(records),
        "![figure](figure.png)",
    ]
    with replacing(path) as temporary:
        temporary.write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")


def _protocol(experiment, budget, records):
    done = [record for found in records.values() for record in found if "diverged" not in record]
    if not done:
        return ""
    steps = sorted({record["recipe"]["steps"] for record in done})
    seeds = max(len(found) for found in records.values())
    leading = next((first_of(record, experiment.measures[0].metrics) for record in done), None) or {}
    protocol = leading.get("protocol", {})
    parts = [
        f"{' to '.join(str(step) for step in dict.fromkeys((steps[0], steps[-1])))} steps, {seeds} seed(s)",
        f"{budget.images} generated against {protocol.get('real', 'all')} real images",
        f"extractor: {protocol.get('extractor', 'none')}",
        *_names_here(experiment, done[0]),
    ]
    versions = ", ".join(f"{name} {version}" for name, version in protocol.get("versions", {}).items())
    text = "; ".join(parts) + (f"; {versions}" if versions else "") + ". "
    return text + (
        "Numbers are of the final step, mean ± deviation over seeds; `best` is the best evaluation (1,000 images) of a "
        "run on its way, with its steps, which the final number does not use."
    )


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
        head += [f"{measure.title}, paper"] if in_paper else []
        head += [f"{measure.title}, here"] + ([] if measure is STEP_TIME else ["best"])
    lines = [head, ["---"] * len(head)]
    for row in experiment.rows:
        cells = [row.label]
        for measure, in_paper in columns:
            cells += [row.paper.get(measure.title, "")] if in_paper else []
            cells += _cells(records[row.label], measure)
        lines.append(cells)
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cells(found, measure):
    mean, spread, count = summarise(found, measure)
    varies = count > 1 and measure is not STEP_TIME  # which is measured once for all seeds
    text = "-" if mean is None else f"{mean:.4g}" + (f" ± {spread:.2g}" if varies else "")
    diverged = sum("diverged" in record for record in found)
    text += f" ({diverged} of {len(found)} diverged)" if diverged else ""
    if measure is STEP_TIME:
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
    (first, first_spread, one), (second, second_spread, other) = (
        summarise(records[label], claim.measure) for label in (claim.better, claim.worse)
    )
    text = f"{claim.better} better than {claim.worse} by {claim.measure.title}"
    if one and all("diverged" in record for record in records[claim.worse]):
        return f"{text}: holds, {claim.worse} diverged"
    if not one or not other:
        return f"{text}: cannot be said, a setting has no number"
    gain = second - first if claim.measure.better == "lower" else first - second
    spread = math.hypot(first_spread, second_spread)
    word = "does **not** hold" if gain <= 0 else "holds" if gain > spread else "holds, within the spread"
    return f"{text}: {word} ({first:.4g} against {second:.4g})"


def _divergences(records):
    lines = [
        f"- {label}, seed {record['seed']}: {record['diverged']}"
        for label, found in records.items()
        for record in found
        if "diverged" in record
    ]
    return "Runs that diverged:\n\n" + "\n".join(lines) if lines else ""
