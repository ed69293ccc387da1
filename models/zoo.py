"""What there is: every scheme and every pair of networks by name, and a model of them in one call."""

import inspect

from tfgan_metric.errors import InputError, choose
from tfgan_metric.models import networks
from tfgan_metric.models.adversarial import AdversarialModel
from tfgan_metric.models.dmgan import DMGAN, DMGANFixed, WaDMGAN
from tfgan_metric.models.gan import GAN
from tfgan_metric.models.mbgan import MBGAN, ConditionalMBGAN

SCHEMES = {
    "gan": GAN,
    "mbgan": MBGAN,
    "conditional_mbgan": ConditionalMBGAN,
    "dmgan": DMGAN,
    "dmgan_f": DMGANFixed,
    "wadmgan": WaDMGAN,
}

NETWORKS = {
    "metric": networks.METRIC,
    "metric_literal": networks.METRIC_LITERAL,
    "mbgan": networks.MBGAN,
    "dcgan": networks.DCGAN,
}

BUILT_HERE = {"self", "generator", "discriminator", "latent", "num_classes"}


def hyperparameters(scheme):
    """The names and defaults of what a scheme takes besides its networks, latent and number of classes.

    Args:
        scheme: a key of SCHEMES.
    Returns:
        A dict name -> default.
    """
    found = {}
    for cls in inspect.getmro(choose("scheme", scheme, SCHEMES)):
        for name, parameter in inspect.signature(cls.__init__).parameters.items():
            if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
                found.setdefault(name, parameter.default)
        if cls is AdversarialModel:
            break
    return {name: default for name, default in found.items() if name not in BUILT_HERE | SCHEMES[scheme].fixed}


def build_model(
    scheme,
    image_shape,
    num_classes=None,
    network=None,
    width=1.0,
    latent_dimension=100,
    feature_dimension=None,
    **hyper_parameters,
):
    """Builds a compiled model of a scheme, its networks and its latent distribution.

    Args:
        scheme: a key of SCHEMES.
        image_shape: (H, W, C).
        num_classes: K of the labels, None without.
        network: a key of NETWORKS; None for the scheme's own.
        width: multiplies the filters of both networks.
        latent_dimension: of z.
        feature_dimension: of the discriminator's features, for a metric scheme; None for the paper's.
        hyper_parameters: the scheme's own; see `hyperparameters`.
    Returns:
        An `AdversarialModel`, compiled with the scheme's default optimizers.
    Raises:
        InputError: an unknown scheme, network or hyper-parameter, or a value out of its range.
    """
    cls = choose("scheme", scheme, SCHEMES)
    valid = hyperparameters(scheme)
    for name in hyper_parameters:
        choose(f"hyper-parameter of {scheme}", name, valid)
    if cls.feature_dimension is None and feature_dimension is not None:
        raise InputError(f"the discriminator of {scheme} gives one logit; leave feature_dimension out")
    pair = choose("network", network or cls.default_network, NETWORKS)
    label_mode = cls.resolve_label_mode(num_classes, hyper_parameters.get("label_mode"))
    generator_classes = num_classes if label_mode == "conditional" else None
    sees_labels = cls.resolve_sees_labels(label_mode, hyper_parameters.get("discriminator_sees_labels"))
    if feature_dimension is None:
        feature_dimension = cls.feature_dimension or 1
    model = cls(
        pair.generator(image_shape, latent_dimension, generator_classes, width),
        pair.discriminator(image_shape, feature_dimension, generator_classes if sees_labels else None, width),
        cls.default_latent(latent_dimension),
        num_classes=num_classes,
        **hyper_parameters,
    )
    model.compile()
    return model
