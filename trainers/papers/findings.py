"""What a paper's table found: all that its page and its figure are made of."""

import pathlib
from typing import NamedTuple

from tfgan_metric.trainers.papers.budget import Budget
from tfgan_metric.trainers.papers.results import Records
from tfgan_metric.trainers.papers.table import PaperTable


class Findings(NamedTuple):
    """A paper's table and what its runs gave.

    Attributes:
        table, budget: of the runs.
        records: a setting's label -> its runs' records.
        runs: the folder of all runs.
        data_name: of the real images.
        evaluate_by: a key of EVALUATORS, what measured the runs.
        command: that makes the page.
    """

    table: PaperTable
    budget: Budget
    records: Records
    runs: pathlib.Path
    data_name: str
    evaluate_by: str
    command: str
