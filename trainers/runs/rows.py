"""CSV files of a run: a row of numbers at a step."""

import csv
import pathlib

from tfgan_metric.errors import InputError
from tfgan_metric.files import replacing


def read_rows(path: pathlib.Path) -> list[dict[str, float]]:
    """Reads rows as dicts of numbers, the step an int; none where there is no file, nor a row that a kill cut.

    Keras' number of the epoch is left out: it is that of the row.

    Raises:
        InputError: a file that holds something else.
    """
    if not path.exists():
        return []
    try:
        with open(path, newline="", encoding="utf-8") as file:
            whole = [row for row in csv.DictReader(file) if None not in row.values() and None not in row]
        numbers = [{name: float(value) for name, value in row.items() if name != "epoch"} for row in whole]
        return [{**row, "step": int(row["step"])} for row in numbers]
    except (KeyError, ValueError) as error:
        raise InputError(f"{path} is damaged: expected rows of a step and numbers; remove it to go on") from error


def write_rows(path: pathlib.Path, rows: list[dict[str, float]]) -> None:
    """Writes rows, dicts of the same names, whole or not at all."""
    with replacing(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
