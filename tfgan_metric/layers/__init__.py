"""Keras layers that the networks are made of: reparametrised weights and self-attention."""

from tfgan_metric.layers.attention import SelfAttention
from tfgan_metric.layers.normalization import SpectralNormalization, WeightNormalization

__all__ = ["SelfAttention", "SpectralNormalization", "WeightNormalization"]
