"""Spectral normalisation of networks that were built without."""

import keras

from tfgan_metric.errors import InputError, choose
from tfgan_metric.keras_private import layers_within
from tfgan_metric.layers import SpectralNormalization, WeightNormalization
from tfgan_metric.layers.normalization import LINEAR_LAYERS

SPECTRAL_NORMS = {
    "none": (),
    "generator": ("generator",),
    "discriminator": ("discriminator",),
    "both": ("generator", "discriminator"),
}


def normalize_spectrally(networks: tuple[keras.Model, keras.Model], which: str) -> list[keras.Model]:
    """The generator and the discriminator, those chosen with the weight W/σ(W) in every convolution and dense layer.

    Their weights are drawn anew.

    Args:
        networks: the built ones, which are left as they are.
        which: a key of SPECTRAL_NORMS.
    Raises:
        InputError: another key, or a chosen network whose layers are normalised already.
    Source: Miyato et al. 2018 (arXiv:1802.05957).
    """
    chosen = choose("spectral_norm", which, SPECTRAL_NORMS)
    pairs = zip(SPECTRAL_NORMS["both"], networks, strict=True)
    return [_normalized(network, name) if name in chosen else network for name, network in pairs]


def _normalized(network: keras.Model, name: str) -> keras.Model:
    for layer in layers_within(network):
        if isinstance(layer, WeightNormalization | SpectralNormalization):
            raise InputError(
                f"spectral_norm is for a {name} without normalised weights; this one's layer {layer.name!r} is a "
                f"{type(layer).__name__}: leave spectral_norm out or choose another network"
            )
    return keras.models.clone_model(network, clone_function=_wrapped)


def _wrapped(layer: keras.Layer) -> keras.Layer:
    if not isinstance(layer, LINEAR_LAYERS):
        return type(layer).from_config(layer.get_config())
    inner = type(layer).from_config(layer.get_config() | {"use_bias": False})  # the wrapper has one
    return SpectralNormalization(inner, name=layer.name)
