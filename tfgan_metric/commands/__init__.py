"""The commands, one a file."""

from tfgan_metric.commands.benchmark import benchmark
from tfgan_metric.commands.evaluate import evaluate
from tfgan_metric.commands.export import export
from tfgan_metric.commands.interpolate import interpolate
from tfgan_metric.commands.prepare import prepare
from tfgan_metric.commands.recipes import recipes
from tfgan_metric.commands.reproduce import reproduce
from tfgan_metric.commands.sample import sample
from tfgan_metric.commands.schemes import schemes
from tfgan_metric.commands.train import train
from tfgan_metric.commands.train_classifier import train_classifier

COMMANDS = (
    train,
    evaluate,
    sample,
    interpolate,
    export,
    schemes,
    recipes,
    reproduce,
    benchmark,
    prepare,
    train_classifier,
)
