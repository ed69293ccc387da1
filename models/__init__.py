"""The adversarial schemes as Keras models, and the networks they are trained with."""

if __name__ != "tfgan_metric.models":
    raise ImportError(
        "this folder is the package tfgan_metric.models: write `from tfgan_metric.models import ...` "
        "after `pip install -e .` in the project's folder"
    )

from tfgan_metric.models.adversarial import AdversarialModel, Batch
from tfgan_metric.models.dmgan import DMGAN, DMGANFixed, WaDMGAN
from tfgan_metric.models.gan import GAN
from tfgan_metric.models.mbgan import MBGAN, ConditionalMBGAN
from tfgan_metric.models.zoo import NETWORKS, SCHEMES, build_model, hyperparameters

__all__ = [
    "DMGAN",
    "GAN",
    "MBGAN",
    "NETWORKS",
    "SCHEMES",
    "AdversarialModel",
    "Batch",
    "ConditionalMBGAN",
    "DMGANFixed",
    "WaDMGAN",
    "build_model",
    "hyperparameters",
]
