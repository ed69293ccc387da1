"""metrics.json: evaluations one after another, each number with its protocol."""

import json
import pathlib

from tfgan_metric.errors import InputError
from tfgan_metric.files import replacing


def read_evaluations(path):
    """Reads the evaluations of a metrics.json, oldest first; none where there is no file.

    Raises:
        InputError: a file that holds something else.
    """
    path = pathlib.Path(path)
    if not path.exists():
        return []
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["evaluations"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is no metrics.json of an evaluation: {error}; choose another place") from error


def append_evaluation(path, source, results):
    """Writes metrics.json anew with one evaluation more.

    Args:
        path: of the file; what it holds is kept.
        source: what was evaluated, in words.
        results: list of `Result`.
    Raises:
        InputError: a file that holds something else, or a folder that cannot be written to.
    """
    evaluations = [*read_evaluations(path), {"source": source, "results": [result.as_record() for result in results]}]
    with replacing(path) as temporary:
        temporary.write_text(json.dumps({"evaluations": evaluations}, indent=2) + "\n", encoding="utf-8")
