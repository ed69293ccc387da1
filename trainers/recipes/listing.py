"""What `tfgan-metric recipes` and `schemes` list, and the file that has it."""

import json
from typing import Any

from tfgan_metric.files import write_text
from tfgan_metric.listed import LISTING, Listing, sources_digest
from tfgan_metric.models import SCHEMES, hyperparameters
from tfgan_metric.trainers.recipes.library import RECIPES


def listing() -> Listing:
    """All fields of each recipe, and what each scheme is, by name."""
    recipes = {name: recipe.as_fields() for name, recipe in RECIPES.items()}
    return {"recipes": recipes, "schemes": {name: _about(name) for name in SCHEMES}}


def _about(name: str) -> dict[str, Any]:
    """A scheme's declaration; of its hyper-parameters those that a plain GAN has not or has otherwise."""
    scheme, defaults, common = SCHEMES[name], hyperparameters(name), hyperparameters("gan")
    labels = "needed" if "none" not in scheme.label_modes else "none" if len(scheme.label_modes) == 1 else "optional"
    if labels == "optional" and scheme.needs_classes:
        labels = "optional, K needed"
    own = {key: value for key, value in defaults.items() if key not in common or value != common[key]}
    own.pop("discriminator_steps", None)
    return {
        "paper": scheme.paper,
        "discriminator gives": f"{scheme.feature_dimension or ''} {scheme.outputs}".strip(),
        "labels": labels,
        "D:G steps": f"{defaults['discriminator_steps']}:{defaults['generator_steps']}",
        "reconstruction": scheme.reconstruction,
        "own hyper-parameters": own,
    }


def write_listing() -> None:
    """Writes the file: JSON, with a line for each recipe and scheme."""
    parts = [f'"digest": "{sources_digest()}"']
    for kind, named in listing().items():
        lines = [f"{json.dumps(name)}: {json.dumps(about, ensure_ascii=False)}" for name, about in named.items()]
        parts.append(f'"{kind}": {{\n' + ",\n".join(lines) + "\n}")
    write_text(LISTING, "{\n" + ",\n".join(parts) + "\n}\n")


if __name__ == "__main__":
    write_listing()
