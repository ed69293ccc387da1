"""What there is: every scheme and every pair of networks by name, and a model of them in one call."""

import inspect

from tfgan_metric.errors import InputError, choose
from tfgan_metric.models import networks
from tfgan_metric.models.am_gan import AMGAN
from tfgan_metric.models.dmgan import DMGAN, DMGANFixed, WaDMGAN
from tfgan_metric.models.energy import EBGAN, LossSensitiveGAN
from tfgan_metric.models.fisher import DeliFisherGAN, DeliGAN, FisherGAN
from tfgan_metric.models.gan import GAN, LSGAN, SAGAN
from tfgan_metric.models.generative import GENERATOR_TAKES_LABELS, GenerativeModel
from tfgan_metric.models.km_gan import KMGAN
from tfgan_metric.models.labels import ACGAN, ACGANStar, ACGANStarPlus, CatGAN, GANStar, LabelGAN
from tfgan_metric.models.mbgan import MBGAN, ConditionalMBGAN
from tfgan_metric.models.mlgan import MLGAN, MLGANClipping
from tfgan_metric.models.networks.initialization import draw_kernels
from tfgan_metric.models.wasserstein import WGAN, WGANGP
from tfgan_metric.precision import dtype_policy

SCHEMES = {
    "gan": GAN,
    "lsgan": LSGAN,
    "loss_sensitive_gan": LossSensitiveGAN,
    "ebgan": EBGAN,
    "wgan": WGAN,
    "wgan_gp": WGANGP,
    "sagan": SAGAN,
    "mlgan": MLGAN,
    "mlgan_clipping": MLGANClipping,
    "mbgan": MBGAN,
    "conditional_mbgan": ConditionalMBGAN,
    "km_gan": KMGAN,
    "dmgan": DMGAN,
    "dmgan_f": DMGANFixed,
    "wadmgan": WaDMGAN,
    "fisher_gan": FisherGAN,
    "deligan": DeliGAN,
    "deli_fisher_gan": DeliFisherGAN,
    "gan_star": GANStar,
    "catgan": CatGAN,
    "labelgan": LabelGAN,
    "acgan": ACGAN,
    "acgan_star": ACGANStar,
    "acgan_star_plus": ACGANStarPlus,
    "am_gan": AMGAN,
}

NETWORKS = {
    "metric": networks.METRIC,
    "metric_literal": networks.METRIC_LITERAL,
    "mbgan": networks.MBGAN,
    "mbgan_literal": networks.MBGAN_LITERAL,
    "dcgan": networks.DCGAN,
    "fisher": networks.FISHER,
    "am": networks.AM,
    "am_conditional": networks.AM_CONDITIONAL,
    "resnet": networks.RESNET,
    "sagan": networks.SAGAN,
    "autoencoder": networks.AUTOENCODER,
}

BUILT_HERE = {"self", "generator", "discriminator", "latent", "num_classes"}


def hyperparameters(scheme):
    """The names and defaults of what a scheme takes besides its networks, latent and number of classes.

    Args:
        scheme: a key of SCHEMES.
    Returns:
        A dict name -> default; those of the scheme's latent distribution come last.
    """
    scheme_class = choose("scheme", scheme, SCHEMES)
    found = {}
    for cls in inspect.getmro(scheme_class):
        found = _defaults(cls.__init__) | found
        if cls is GenerativeModel:
            break
    own = {name: default for name, default in found.items() if name not in BUILT_HERE | scheme_class.fixed}
    return own | latent_hyperparameters(scheme_class)


def latent_hyperparameters(scheme_class):
    """The names and defaults of what a scheme's latent distribution takes besides its dimension."""
    found = _defaults(scheme_class.default_latent)
    del found["dimension"]
    return found


def _defaults(function):
    parameters = inspect.signature(function).parameters.values()
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {parameter.name: parameter.default for parameter in parameters if parameter.kind in named}


def build_model(
    scheme,
    image_shape,
    num_classes=None,
    network=None,
    width=1.0,
    latent_dimension=100,
    feature_dimension=None,
    precision=None,
    discriminator_width=None,
    initial_deviation=None,
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
        precision: a key of PRECISIONS, the networks' dtype policy; None for Keras' global one. Losses, norms, centers
            and what leaves a network are float32 in any case, and float16 gets loss scaling on both optimizers.
        discriminator_width: multiplies the discriminator's filters instead of `width`; None for `width`.
        initial_deviation: σ > 0 of the N(0, σ²) that both networks' kernels are drawn from by the model's seed; None
            for each layer's own initialisation, by Keras' global seed.
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
    label_mode = cls.resolve_label_mode(num_classes, hyper_parameters.get("label_mode"))
    outputs = _output_dimension(scheme, num_classes, feature_dimension)
    pair = _network_pair(scheme, label_mode, network, outputs)
    generator_classes = num_classes if label_mode in GENERATOR_TAKES_LABELS else None
    sees_labels = cls.resolve_sees_labels(label_mode, hyper_parameters.get("discriminator_sees_labels"))
    discriminator_classes = generator_classes if sees_labels else None
    with dtype_policy(precision):
        generator = pair.generator(image_shape, latent_dimension, generator_classes, width)
        discriminator = pair.discriminator(
            image_shape, outputs, discriminator_classes, discriminator_width or width, cls.discriminator_batch_norm
        )
    if initial_deviation is not None:
        draw_kernels((generator, discriminator), initial_deviation, hyper_parameters.get("seed", 0))
    of_latent = {name: hyper_parameters.pop(name) for name in latent_hyperparameters(cls) if name in hyper_parameters}
    latent = cls.default_latent(latent_dimension, **of_latent)
    model = cls(generator, discriminator, latent, num_classes=num_classes, **hyper_parameters)
    model.compile()
    return model


def _output_dimension(scheme, num_classes, feature_dimension):
    """How many outputs the discriminator gets; None where they are an image."""
    cls = SCHEMES[scheme]
    if cls.feature_dimension is None and feature_dimension is not None:
        raise InputError(f"the discriminator of {scheme} gives {cls.outputs}; leave feature_dimension out")
    if feature_dimension is not None:
        return feature_dimension
    return cls.feature_dimension or cls.output_dimension(num_classes)


def _network_pair(scheme, label_mode, network, outputs):
    cls = SCHEMES[scheme]
    pair = choose("network", network or cls.choose_network(label_mode), NETWORKS)
    if outputs is None and pair is not NETWORKS[cls.default_network]:
        raise InputError(
            f"{scheme} needs {cls.outputs} of its discriminator: network {cls.default_network!r}; got {network!r}"
        )
    return pair
