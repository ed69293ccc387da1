"""tfgan-metric schemes."""

import click

from tfgan_metric.start import start_tensorflow


@click.command()
def schemes() -> None:
    """List the adversarial schemes."""
    start_tensorflow()
    from rich.console import Console
    from rich.table import Table

    from tfgan_metric.models import SCHEMES, hyperparameters

    columns = ("scheme", "paper", "discriminator gives", "labels", "D:G steps", "reconstruction")
    table = Table(*columns, "own hyper-parameters")
    common = hyperparameters("gan")
    for name, cls in SCHEMES.items():
        defaults = hyperparameters(name)
        differing = [key for key in defaults if key not in common or defaults[key] != common[key]]
        own = "\n".join(f"{key}={defaults[key]}" for key in differing if key != "discriminator_steps")
        outputs = f"{cls.feature_dimension or ''} {cls.outputs}".strip()
        labels = "needed" if "none" not in cls.label_modes else "none" if len(cls.label_modes) == 1 else "optional"
        if labels == "optional" and cls.needs_classes:
            labels = "optional, K needed"
        steps = f"{defaults['discriminator_steps']}:{defaults['generator_steps']}"
        table.add_row(name, cls.paper, outputs, labels, steps, "yes" if cls.reconstruction else "no", own)
    Console(width=None if Console().is_terminal else 140).print(table)
