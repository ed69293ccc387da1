"""Metric GAN Zoo: GANs whose discriminator is a learned metric, for TensorFlow 2 and Keras 3."""

__version__ = "0.1.0"
