"""tfgan-metric schemes."""

import click

from tfgan_metric.commands.start import start_tensorflow


@click.command()
def schemes():
    """List the adversarial schemes."""
    start_tensorflow()
    from rich.console import Console
    from rich.table import Table

    from tfgan_metric.models import SCHEMES, hyperparameters

    table = Table("scheme", "paper", "discriminator gives", "labels", "D:G steps", "own hyper-parameters")
    for name, cls in SCHEMES.items():
        defaults = hyperparameters(name)
        own = ", ".join(f"{key}={value}" for key, value in defaults.items() if key not in hyperparameters("gan"))
        outputs = f"{cls.feature_dimension} features" if cls.feature_dimension else "1 logit"
        labels = "needed" if "none" not in cls.label_modes else "none" if len(cls.label_modes) == 1 else "optional"
        paper = cls.paper + (" (reconstruction)" if cls.reconstruction else "")
        steps = f"{defaults['discriminator_steps']}:{defaults['generator_steps']}"
        table.add_row(name, paper, outputs, labels, steps, own)
    Console(width=None if Console().is_terminal else 140).print(table)
