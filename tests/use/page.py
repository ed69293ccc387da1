"""docs/keras.md: what the tests of this folder prove, a table each.

python tests/use/page.py
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))  # conftest

from test_every_argument import rows as arguments
from test_every_callback import CALLBACKS, LOGGERS
from test_every_format import FORMATS
from test_every_format import REFUSED as UNEXPORTED
from test_every_input import AS_THE_DATASET, KEYWORDS, REFUSED, TRAIN_TOO
from test_every_layout import LAYOUTS
from test_every_layout import REFUSED as REFUSED_LAYOUTS
from test_every_optimizer import OPTIMIZERS, OPTIONS
from test_every_picture import READ, SKIPPED, WHOLE

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "keras.md"
HEAD = """# What of Keras, and which pictures, work here

A scheme is a `keras.Model` with two optimizers: `model.generator_optimizer`, `model.discriminator_optimizer`, and
`model.optimizer`, the pair of them, which is what callbacks ask for. Its `learning_rate` is the generator's; setting it
keeps the discriminator's proportion. Each row is a test of `tests/use`; `python tests/use/page.py` writes the page."""


def table(title: str, column: str, rows: dict[str, str]) -> str:
    lines = [f"| {column} | |", "|---|---|", *(f"| {name} | {text} |" for name, text in rows.items())]
    return f"## {title}\n\n" + "\n".join(lines)


def refusals(rows: dict[str, tuple]) -> dict[str, str]:
    return {name: f"refused: {message} ..." for name, (_, message) in rows.items()}


def page() -> str:
    said = {name: check.__doc__ for name, check in (CALLBACKS | LOGGERS).items()}
    trains = dict.fromkeys(["a tf.data.Dataset of batches", *AS_THE_DATASET, *TRAIN_TOO], "trains")
    keywords = {f"`{name}`": f"refused: {message}" for name, (_, message) in KEYWORDS.items()}
    pictures = {name: text for name, (*_, text) in READ.items()}
    pictures |= {name: f"skipped and named: {reason}" for name, (_, reason) in SKIPPED.items()}
    pictures[f"a damaged {', '.join(WHOLE)}"] = "skipped and named: broken; read where the damage does no harm"
    layouts = {name: text for name, (*_, text) in LAYOUTS.items()}
    layouts |= {name: f"refused: ... {message} ..." for name, (_, message) in REFUSED_LAYOUTS.items()}
    optimizers = dict.fromkeys([*OPTIMIZERS, *OPTIONS], "as in plain Keras")
    return (
        "\n\n".join(
            [
                HEAD,
                table("What `fit` takes", "data", trains | refusals(REFUSED) | keywords),
                table("Callbacks", "callback", said),
                table("Other methods", "given", {name: f"refused: {message} ..." for name, message in arguments()}),
                table("Formats of `export`", "format", FORMATS | refusals(UNEXPORTED)),
                table("Optimizers", "optimizer or option, for each network", optimizers),
                table("Pictures of a folder", "file, whatever its name's ending", pictures),
                table("Layouts of a folder, or of a zip of one", "files", layouts),
            ]
        )
        + "\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
