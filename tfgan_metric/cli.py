"""The command line: parse, call one function, print; TensorFlow is imported inside the commands' bodies."""

import io
import sys

import click

from tfgan_metric import __version__
from tfgan_metric.commands import COMMANDS
from tfgan_metric.errors import InputError, RunStoppedError

WRONG_INPUT = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tfgan-metric")
def cli() -> None:
    """Metric GAN Zoo: train, look at, and ship GANs whose discriminator is a learned metric."""


for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Runs the command line; wrong usage or input is one line on stderr and exit code 2.

    A console that lacks a character of what is printed shows "?" in its place.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(WRONG_INPUT)
    except click.ClickException as error:
        _fail(error.format_message())
    except InputError as error:
        _fail(str(error))
    except RunStoppedError as error:
        click.echo(f"{error}; the same command goes on from there", err=True)
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(1)


def _fail(message):
    click.echo("Error: " + " ".join(message.split()), err=True)
    sys.exit(WRONG_INPUT)
