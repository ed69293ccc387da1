"""Options that several commands share."""

import os

import click


def _set_data_dir(context, parameter, value):
    if value:
        os.environ["TFDS_DATA_DIR"] = value  # TensorFlow Datasets' own; processes that this one starts see it too


data_dir = click.option(
    "--data-dir",
    type=click.Path(),
    expose_value=False,
    callback=_set_data_dir,
    help="Where data sets are prepared.  [default: $TFDS_DATA_DIR or ~/tensorflow_datasets]",
)
