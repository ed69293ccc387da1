"""Keras layers that the networks are made of: convolutions, normalisation, self-attention and noise."""

from tfgan_metric.layers.attention import SelfAttention
from tfgan_metric.layers.batch_normalization import BatchNormalization
from tfgan_metric.layers.convolution import Conv2D, Conv2DTranspose
from tfgan_metric.layers.noise import Dropout, GaussianNoise
from tfgan_metric.layers.normalization import SpectralNormalization, WeightNormalization

__all__ = [
    "BatchNormalization",
    "Conv2D",
    "Conv2DTranspose",
    "Dropout",
    "GaussianNoise",
    "SelfAttention",
    "SpectralNormalization",
    "WeightNormalization",
]
