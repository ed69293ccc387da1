"""Keras layers that the networks are made of: reparametrised weights, self-attention and noise."""

from tfgan_metric.layers.attention import SelfAttention
from tfgan_metric.layers.noise import Dropout, GaussianNoise
from tfgan_metric.layers.normalization import SpectralNormalization, WeightNormalization

__all__ = ["Dropout", "GaussianNoise", "SelfAttention", "SpectralNormalization", "WeightNormalization"]
