"""The best of the steps that a run evaluates on its way: its whole model, and by what it was selected."""

import json
from collections.abc import Sequence
from typing import Any

import keras

from tfgan_metric.errors import InputError, choose
from tfgan_metric.evaluation import Result
from tfgan_metric.files import write_json
from tfgan_metric.keras_private import on_several_machines
from tfgan_metric.models.checkpoint import save_model
from tfgan_metric.trainers.runs.folder import RunFolder

DECIDING = ("extractor", "extractor_sha256", "generated", "real_data", "real_split", "real_sha256", "seed")


class BestStep:
    """Keeps best.keras, and best.json, which says of which step and value it is.

    A run that goes on from before the best step comes by it again and does not beat it, so what is kept is as if it had
    not stopped. The model is written first: a kill in between leaves the record of an earlier step, which this one,
    after whose checkpoint the run has not come, beats once more.

    Args:
        metric: that the first result of its name decides by, higher or lower as that result says.
    """

    def __init__(self, run: RunFolder, metric: str) -> None:
        self.run, self.metric = run, metric
        self.value = _read(run)["value"] if run.best_record.exists() else None

    def offer(self, model: keras.Model, results: Sequence[Result]) -> None:
        """Keeps the model if its results are better than all before; of equal ones the first stays.

        Raises:
            InputError: no such result, or the file cannot be written.
        """
        first_of = {result.metric: result for result in reversed(results)}
        found = choose("keep_best", self.metric, first_of)
        sign = 1 if found.better == "higher" else -1
        if self.value is not None and sign * found.value <= sign * self.value:
            return
        save_model(model, self.run.best_file)
        record = {"step": model.steps_trained, "metric": self.metric, "value": found.value, "better": found.better}
        write_json(self.run.best_record, record | {name: found.protocol[name] for name in DECIDING})
        self.value = found.value


def require_one_machine(metric: str | None) -> None:
    """Raises `InputError` where a metric is to select on several machines: one evaluates, all must save."""
    if metric is not None and on_several_machines():
        raise InputError(f"keep_best={metric} is for one machine: leave it out")


def selection(run: RunFolder, step: int | None) -> dict[str, Any]:
    """By what a run's best.keras, of a step, was selected and of how many: for the protocol of its numbers.

    Raises:
        InputError: the record is damaged, or of another step, for the run was killed between the two.
    """
    record = _read(run)
    if record["step"] != step:
        raise InputError(f"{run.best_record} is of step {record['step']}, best.keras of {step}: go on with the run")
    return record | {"of_steps": len(run.evaluations())}


def _read(run):
    try:
        record = json.loads(run.best_record.read_text(encoding="utf-8"))
        return {"step": int(record["step"]), "value": float(record["value"])} | record
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{run.best_record} is damaged: {error!r}; remove it and best.keras to go on") from error
