"""The recipes and schemes that there are, kept in a file, so that they can be listed without TensorFlow.

The file belongs to the sources that it was made from: where these have changed since, what they say is asked for anew.
`python -m tfgan_metric.trainers.recipes.listing` makes it.
"""

import hashlib
import importlib.util
import json
import pathlib
from typing import Any

LISTING = pathlib.Path(__file__).with_name("listing.json")
SOURCES = {"tfgan_metric.models": "", "tfgan_metric.trainers": "recipes"}  # package -> folder in it
Listing = dict[str, dict[str, dict[str, Any]]]


def read_listing() -> Listing:
    """Returns "recipes" and "schemes", each name -> what it is."""
    listed = json.loads(LISTING.read_text(encoding="utf-8"))
    if listed.pop("digest") == sources_digest():
        return listed
    from tfgan_metric.start import start_tensorflow

    start_tensorflow()
    return importlib.import_module("tfgan_metric.trainers.recipes.listing").listing()


def sources_digest() -> str:
    """A hash of all that decides what there is."""
    found = hashlib.sha256()
    for package, part in SOURCES.items():
        spec = importlib.util.find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            for file in sorted(pathlib.Path(folder, part).rglob("*.py")):
                found.update(file.read_bytes())
    return found.hexdigest()
