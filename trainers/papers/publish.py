"""Pages of results side by side in one folder, with an index that is read off the pages themselves."""

import collections
import pathlib
import re
import shutil

from tfgan_metric.files import write_text
from tfgan_metric.trainers.papers.page import FIGURE_FILE, PAGE_FILE

INDEX = "README.md"
VERDICTS = {  # as a page words it -> as the index does; the first that a line has counts
    "within the spread": "not seen beyond the spread",
    "spread is unknown": "in one run only",
    "cannot be said": "without a number",
    "does **not** hold": "the other way round",
    "holds": "hold",
}
COLUMNS = ("| place | question | data | what the paper claims |", "|---|---|---|---|")
HEAD = """# Measured here

Made by `tfgan-metric reproduce NAME [--data DATA] --publish FOLDER` at the small budget ([how](../reproduce.md)): three
seeds of each setting on two CPU cores, on data and networks of another size than the papers'. "FID" and "Inception
Score" are the Fréchet distance and the score of the data set's own classifier: compare orderings with the papers', not
numbers. A claim holds where the difference is beyond the spread of the seeds.
"""


def publish(folder: pathlib.Path, page: str, into: pathlib.Path) -> pathlib.Path:
    """Copies table.md and its pictures into a folder of pages and writes the folder's index anew.

    Args:
        page: the name that table.md and figure.png get, and the beginning of the other pictures' names.
    Returns:
        The page's path.
    Raises:
        OSError: the folder cannot be written to.
    """
    into.mkdir(parents=True, exist_ok=True)
    text = (folder / PAGE_FILE).read_text(encoding="utf-8")
    for picture in re.findall(r"!\[.*?\]\((.+?\.png)\)", text):
        name = f"{page}.png" if picture == FIGURE_FILE else f"{page}-{picture}"
        text = text.replace(f"({picture})", f"({name})")
        shutil.copyfile(folder / picture, into / name)
    write_text(into / f"{page}.md", text)
    write_index(into)
    return into / f"{page}.md"


def write_index(into: pathlib.Path) -> str:
    """Writes, and returns, the index of a folder of pages: a table a paper, a row a page with how many claims hold."""
    papers = collections.defaultdict(list)
    for path in sorted(into.glob("*.md")):
        if path.name != INDEX:
            paper, row = _row(path)
            papers[paper].append(row)
    parts = [HEAD]
    for paper, rows in papers.items():
        parts.append("\n".join([f"## {paper}\n", *COLUMNS, *rows, ""]))
    text = "\n".join(parts)
    write_text(into / INDEX, text)
    return text


def _row(path: pathlib.Path) -> tuple[str, str]:
    """(paper, row of its table) of a page."""
    title, _, made, *rest = path.read_text(encoding="utf-8").splitlines()
    paper, place, data = re.findall(r"^([^,]+), (.+?)(?:, on ([^ ]+))?\. Made by", made)[0]
    question = title.split(": ", 1)[1]
    claims = collections.Counter(verdict for line in rest if (verdict := _verdict(line)))
    told = ", ".join(f"{claims[verdict]} {verdict}" for verdict in reversed(VERDICTS.values()) if claims[verdict])
    of_all = f"of {claims.total()}: {told}" if told else "-"
    return paper, f"| [{place}]({path.name}) | {question} | {data or '-'} | {of_all} |"


def _verdict(line: str) -> str | None:
    """How the index words the verdict of a claim's line; None for another line."""
    if not re.match(r"- .+ (better than|like) .+ by .+: ", line):
        return None
    return next((short for words, short in VERDICTS.items() if words in line), None)
