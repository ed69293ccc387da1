"""What there is, by name: every scheme and every pair of networks."""

import keras

from tfgan_metric.models import networks
from tfgan_metric.models.adversarial import AdversarialModel
from tfgan_metric.models.am_gan import AMGAN
from tfgan_metric.models.cramer import CramerGAN
from tfgan_metric.models.dmgan import DMGAN, DMGANFixed, WaDMGAN
from tfgan_metric.models.energy import EBGAN, LossSensitiveGAN
from tfgan_metric.models.energy_distance import EDGAN
from tfgan_metric.models.fisher import DeliFisherGAN, DeliGAN, FisherGAN
from tfgan_metric.models.gan import GAN, LSGAN, SAGAN
from tfgan_metric.models.km_gan import KMGAN
from tfgan_metric.models.labels import ACGAN, ACGANStar, ACGANStarPlus, CatGAN, GANStar, LabelGAN
from tfgan_metric.models.mbgan import MBGAN, ConditionalMBGAN
from tfgan_metric.models.mlgan import MLGAN, MLGANClipping
from tfgan_metric.models.mmd import MMDGAN
from tfgan_metric.models.ot_gan import OTGAN
from tfgan_metric.models.r3gan import R3GAN
from tfgan_metric.models.wasserstein import WGAN, WGANGP

SCHEMES: dict[str, type[AdversarialModel]] = {
    "gan": GAN,
    "lsgan": LSGAN,
    "loss_sensitive_gan": LossSensitiveGAN,
    "ebgan": EBGAN,
    "wgan": WGAN,
    "wgan_gp": WGANGP,
    "sagan": SAGAN,
    "r3gan": R3GAN,
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
    "edgan": EDGAN,
    "cramer_gan": CramerGAN,
    "mmd_gan": MMDGAN,
    "ot_gan": OTGAN,
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
    "resnet_plain": networks.RESNET_PLAIN,
    "sagan": networks.SAGAN,
    "autoencoder": networks.AUTOENCODER,
}

for _scheme in SCHEMES.values():  # so that a .keras file finds its class
    keras.saving.register_keras_serializable("tfgan_metric")(_scheme)
