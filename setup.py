"""Packaging: models/ and trainers/ are installed as tfgan_metric.models and tfgan_metric.trainers."""

import pathlib
import re

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
    name="tfgan-metric",
    version=re.search(r'__version__ = "(.+)"', (HERE / "tfgan_metric/__init__.py").read_text()).group(1),
    description="Metric GAN Zoo: GANs whose discriminator is a learned metric, for TensorFlow 2 and Keras 3",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    python_requires=">=3.11,<3.14",
    packages=packages(),
    package_dir=PACKAGE_DIR,
    package_data={
        "tfgan_metric": ["py.typed"],
        "tfgan_metric.data": ["mnist_5k.npz", "MNIST.md"],
        "tfgan_metric.evaluation": ["embedded_mnist.keras", "embedded_mnist.json"],
    },
    install_requires=(HERE / "requirements.txt").read_text().splitlines(),
    extras_require={
        "gpu": ["tensorflow[and-cuda]>=2.20"],
        "test": ["pytest>=8", "pytest-xdist>=3.6", "ruff>=0.9", "mypy>=1.14", "scipy>=1.11"],
    },
    entry_points={"console_scripts": ["tfgan-metric=tfgan_metric.cli:main"]},
)
