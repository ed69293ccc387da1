"""metrics.json: evaluations one after another, each number with its protocol."""

import json
import pathlib
from collections.abc import Iterable

from tfgan_metric.errors import InputError
from tfgan_metric.evaluation.protocol import Result
from tfgan_metric.files import write_json

DURING_TRAINING = "during training"
"""The protocol's `checkpoint` of an evaluation that the training itself made."""


def read_evaluations(path: str | pathlib.Path) -> list[dict]:
    """Reads a metrics.json's evaluations, oldest first, none without a file; raises `InputError` for another file."""
    path = pathlib.Path(path)
    if not path.exists():
        return []
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["evaluations"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is no metrics.json of an evaluation: {error}; choose another place") from error


def append_evaluation(path: str | pathlib.Path, source: str, results: Iterable[Result]) -> None:
    """Adds an evaluation to a metrics.json; `source` is what was evaluated, in words.

    Raises:
        InputError: a file that holds something else, or a folder that cannot be written to.
    """
    evaluation = {"source": source, "results": [result.as_record() for result in results]}
    write_json(path, {"evaluations": [*read_evaluations(path), evaluation]})


def drop_evaluations_after(path: str | pathlib.Path, step: int) -> None:
    """Removes from a metrics.json what a training measured after `step`, for it goes on from there and measures again.

    Where nothing is to be removed the file is left as it is, or missing.

    Raises:
        InputError: a file that holds something else, or a folder that cannot be written to.
    """
    evaluations = read_evaluations(path)
    kept = [evaluation for evaluation in evaluations if not _is_of_training_after(evaluation, step)]
    if len(kept) < len(evaluations):
        write_json(path, {"evaluations": kept})


def _is_of_training_after(evaluation, step):
    protocols = [result["protocol"] for result in evaluation["results"]]
    return any(found.get("checkpoint") == DURING_TRAINING and found["step"] > step for found in protocols)
