"""The packages' folders: models/ and trainers/ are installed as tfgan_metric.models and tfgan_metric.trainers.

Everything else about the package stands in pyproject.toml.
"""

import pathlib

from setuptools import find_packages, setup

HERE = pathlib.Path(__file__).parent
PACKAGE_DIR = {"tfgan_metric.models": "models", "tfgan_metric.trainers": "trainers"}


def packages():
    """Every package under its installed name, sub-packages included."""
    found = ["tfgan_metric", *(f"tfgan_metric.{name}" for name in find_packages(HERE / "tfgan_metric"))]
    for name, folder in PACKAGE_DIR.items():
        found += [name, *(f"{name}.{child}" for child in find_packages(HERE / folder))]
    return found


setup(
    packages=packages(),
    package_dir=PACKAGE_DIR,
    package_data={
        "tfgan_metric": ["py.typed", "listing.json"],
        "tfgan_metric.data": ["mnist_5k.npz", "MNIST.md"],
        "tfgan_metric.evaluation": ["embedded_mnist.keras", "embedded_mnist.json"],
    },
)
