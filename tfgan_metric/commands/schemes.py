"""tfgan-metric schemes."""

import click

from tfgan_metric.commands.options import print_table
from tfgan_metric.start import start_tensorflow


@click.command()
def schemes() -> None:
    """List the adversarial schemes."""
    start_tensorflow()
    from tfgan_metric.models import SCHEMES, hyperparameters

    rows, common = [], hyperparameters("gan")
    for name, cls in SCHEMES.items():
        defaults = hyperparameters(name)
        own = [key for key in defaults if key not in common or defaults[key] != common[key]]
        labels = "needed" if "none" not in cls.label_modes else "none" if len(cls.label_modes) == 1 else "optional"
        if labels == "optional" and cls.needs_classes:
            labels = "optional, K needed"
        row = {
            "scheme": name,
            "paper": cls.paper,
            "discriminator gives": f"{cls.feature_dimension or ''} {cls.outputs}".strip(),
            "labels": labels,
            "D:G steps": f"{defaults['discriminator_steps']}:{defaults['generator_steps']}",
            "reconstruction": "yes" if cls.reconstruction else "no",
            "own hyper-parameters": "\n".join(f"{key}={defaults[key]}" for key in own if key != "discriminator_steps"),
        }
        rows.append(row)
    print_table(rows)
