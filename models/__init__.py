"""The adversarial schemes as Keras models, and the networks they are trained with."""

if __name__ != "tfgan_metric.models":
    raise ImportError(
        "this folder is the package tfgan_metric.models: write `from tfgan_metric.models import ...` "
        "after `pip install -e .` in the project's folder"
    )

from tfgan_metric.models.adversarial import AdversarialModel, Batch
from tfgan_metric.models.am_gan import AMGAN
from tfgan_metric.models.checkpoint import Checkpoint
from tfgan_metric.models.dmgan import DMGAN, DMGANFixed, WaDMGAN
from tfgan_metric.models.energy import EBGAN, LossSensitiveGAN
from tfgan_metric.models.fisher import DeliFisherGAN, DeliGAN, FisherGAN
from tfgan_metric.models.gan import GAN, LSGAN, SAGAN
from tfgan_metric.models.guard import TerminateOnNonFinite
from tfgan_metric.models.km_gan import KMGAN
from tfgan_metric.models.labels import ACGAN, ACGANStar, ACGANStarPlus, CatGAN, GANStar, LabelGAN
from tfgan_metric.models.mbgan import MBGAN, ConditionalMBGAN
from tfgan_metric.models.mlgan import MLGAN, MLGANClipping
from tfgan_metric.models.wasserstein import WGAN, WGANGP
from tfgan_metric.models.zoo import NETWORKS, SCHEMES, build_model, hyperparameters

__all__ = [
    "ACGAN",
    "AMGAN",
    "DMGAN",
    "EBGAN",
    "GAN",
    "KMGAN",
    "LSGAN",
    "MBGAN",
    "MLGAN",
    "NETWORKS",
    "SAGAN",
    "SCHEMES",
    "WGAN",
    "WGANGP",
    "ACGANStar",
    "ACGANStarPlus",
    "AdversarialModel",
    "Batch",
    "CatGAN",
    "Checkpoint",
    "ConditionalMBGAN",
    "DMGANFixed",
    "DeliFisherGAN",
    "DeliGAN",
    "FisherGAN",
    "GANStar",
    "LabelGAN",
    "LossSensitiveGAN",
    "MLGANClipping",
    "TerminateOnNonFinite",
    "WaDMGAN",
    "build_model",
    "hyperparameters",
]
