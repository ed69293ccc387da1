"""The folder for what is fetched or computed once."""

import os
import pathlib


def cache_folder() -> pathlib.Path:
    """TFGAN_METRIC_CACHE, else ~/.cache/tfgan_metric, as a `pathlib.Path`; the folder may not exist yet."""
    return pathlib.Path(os.environ.get("TFGAN_METRIC_CACHE") or "~/.cache/tfgan_metric").expanduser()
