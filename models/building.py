"""A model of a scheme, its networks and its latent distribution in one call."""

from typing import Any

import keras

from tfgan_metric.errors import InputError, choose
from tfgan_metric.models.adversarial import AdversarialModel
from tfgan_metric.models.declaration import named_arguments
from tfgan_metric.models.label_modes import LABEL_MODES
from tfgan_metric.models.networks.initialization import draw_kernels, weights_by
from tfgan_metric.models.networks.sizes import Shape
from tfgan_metric.models.networks.spectral import normalize_spectrally
from tfgan_metric.models.zoo import NETWORKS, SCHEMES
from tfgan_metric.precision import dtype_policy, require_usual_settings

BUILT_HERE = {"generator", "discriminator", "latent", "num_classes"}


def hyperparameters(scheme: str) -> dict[str, Any]:
    """The names and defaults of what a scheme takes besides its networks, latent and number of classes.

    Args:
        scheme: a key of SCHEMES.
    Returns:
        name -> default; those of the scheme's latent distribution come last.
    """
    cls = choose("scheme", scheme, SCHEMES)
    own = {name: default for name, default in cls.arguments().items() if name not in BUILT_HERE}
    return own | latent_hyperparameters(cls)


def latent_hyperparameters(scheme_class: type[AdversarialModel]) -> dict[str, Any]:
    """The names and defaults of what a scheme's latent distribution takes besides its dimension."""
    found = named_arguments(scheme_class.default_latent)
    del found["dimension"]
    return found


def build_model(
    scheme: str,
    image_shape: Shape,
    num_classes: int | None = None,
    network: str | None = None,
    width: float = 1.0,
    latent_dimension: int = 100,
    feature_dimension: int | None = None,
    precision: str | None = None,
    discriminator_width: float | None = None,
    initial_deviation: float | None = None,
    spectral_norm: str = "none",
    **hyper_parameters: Any,
) -> AdversarialModel:
    """Builds a compiled model of a scheme, its networks and its latent distribution.

    Args:
        scheme: a key of SCHEMES.
        image_shape: (H, W, C).
        num_classes: K of the labels, None without.
        network: a key of NETWORKS; None for the scheme's own.
        width: multiplies the filters of both networks.
        latent_dimension: of z.
        feature_dimension: of the discriminator's features, for a metric scheme; None for the paper's.
        precision: a key of PRECISIONS, the networks' dtype policy; None for Keras' global one. Losses, norms, centers
            and what leaves a network are float32 in any case, and float16 gets loss scaling on both optimizers.
        discriminator_width: multiplies the discriminator's filters instead of `width`; None for `width`.
        initial_deviation: σ > 0 of the N(0, σ²) that both networks' kernels are drawn from by the model's seed; None
            for each layer's own initialisation.
        spectral_norm: of the convolutions and dense layers of which network, a key of SPECTRAL_NORMS.
        hyper_parameters: the scheme's own; see `hyperparameters`. With a `seed` the initial weights are its, without
            they are of Keras' global seed, and the noise of seed 0.
    Returns:
        A model compiled with the scheme's default optimizers.
    Raises:
        InputError: an unknown scheme, network or hyper-parameter, or a value out of its range.
    """
    require_usual_settings()
    cls = choose("scheme", scheme, SCHEMES)
    valid = hyperparameters(scheme)
    for name in hyper_parameters:
        choose(f"hyper-parameter of {scheme}", name, valid)
    label_mode = cls.resolve_label_mode(num_classes, hyper_parameters.get("label_mode"))
    outputs = _output_dimension(scheme, num_classes, feature_dimension)
    pair = _network_pair(scheme, label_mode, network, outputs)
    generator_classes = num_classes if LABEL_MODES[label_mode].generator_sees else None
    sees_labels = cls.resolve_sees_labels(label_mode, hyper_parameters.get("discriminator_sees_labels"))
    discriminator_classes = generator_classes if sees_labels else None
    own = cls.arguments() | hyper_parameters
    batch_norm = cls.allows_batch_norm(own["r1_weight"], own["r2_weight"])
    with weights_by(hyper_parameters.get("seed")):
        with dtype_policy(precision):
            generator = pair.generator(image_shape, latent_dimension, generator_classes, width)
            discriminator = pair.discriminator(
                image_shape, outputs, discriminator_classes, discriminator_width or width, batch_norm
            )
            networks = normalize_spectrally((generator, discriminator), spectral_norm)
        if initial_deviation is not None:
            draw_kernels(networks, initial_deviation, hyper_parameters.get("seed", 0))
        return _model_of(cls, networks, latent_dimension, num_classes, hyper_parameters)


def _model_of(
    cls: type[AdversarialModel],
    networks: list[keras.Model],
    latent_dimension: int,
    num_classes: int | None,
    hyper_parameters: dict[str, Any],
) -> AdversarialModel:
    """The compiled model, its latent distribution made with those of the hyper-parameters that are its."""
    of_latent = {name: hyper_parameters.pop(name) for name in latent_hyperparameters(cls) if name in hyper_parameters}
    latent = cls.default_latent(latent_dimension, **of_latent)
    model = cls(*networks, latent, num_classes=num_classes, **hyper_parameters)
    model.compile()
    return model


def _output_dimension(scheme: str, num_classes: int | None, feature_dimension: int | None) -> int | None:
    """How many outputs the discriminator gets; None where they are an image."""
    cls = SCHEMES[scheme]
    if cls.feature_dimension is None and feature_dimension is not None:
        raise InputError(f"the discriminator of {scheme} gives {cls.outputs}; leave feature_dimension out")
    if feature_dimension is not None:
        return feature_dimension
    return cls.feature_dimension or cls.output_dimension(num_classes)


def _network_pair(scheme: str, label_mode: str, network: str | None, outputs: int | None) -> Any:
    cls = SCHEMES[scheme]
    pair = choose("network", network or cls.choose_network(label_mode), NETWORKS)
    if outputs is None and pair is not NETWORKS[cls.default_network]:
        raise InputError(
            f"{scheme} needs {cls.outputs} of its discriminator: network {cls.default_network!r}; got {network!r}"
        )
    return pair
