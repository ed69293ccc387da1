"""The recipes of the small budget, for the papers' tables and figures on two CPU cores; not a paper's.

They are the embedded recipes as they stood when docs/results was measured. They stay, so that a better embedded recipe
changes no page. A row of a table sets what it is about: λ, γ, a label mode, another scheme.

    tfgan-metric reproduce dmgan-table2
"""

from tfgan_metric.trainers.recipes.optimizers import adam, rmsprop
from tfgan_metric.trainers.recipes.recipe import Recipe

DELI_FISHER_IMAGES = 2_000 * 64  # real images that a discriminator of its tables sees: 32 epochs of the digits


def _recipe(scheme, steps, optimization, name=None, **fields):
    """A recipe on the `dcgan` networks, but for `fields`: any others, the scheme's own among them."""
    return Recipe(
        name=f"{name or scheme}_small",
        scheme=scheme,
        source="small budget of docs/results; trials on the embedded digits",
        network="dcgan",
        data="embedded_mnist",
        steps=steps,
        width=0.25,
        latent_dimension=32,
        optimization=optimization,
        sample_every=200,
    ).with_fields({"ema_momentum": 0.99} | fields)


def _deli_fisher(scheme, optimization, name=None, discriminator_steps=1, **fields):
    """A row of Deli-Fisher GAN's tables: one network family, the labels, and the same number of real images."""
    steps = DELI_FISHER_IMAGES // (64 * discriminator_steps)
    fields |= {"network": "fisher", "discriminator_steps": discriminator_steps}
    return _recipe(scheme, steps, optimization, name, **fields)


RECIPES = [
    _recipe(
        "dmgan",
        1600,
        adam(5e-4, 5e-4),
        network="metric",
        batch_size=32,
        discriminative_weight=1.8,
        center_update_ratio=0.5,
        weight_clip=0.01,
        ema_momentum=0.998,
    ),
    _recipe(
        "wadmgan",
        1800,
        adam(5e-4, 2e-4),
        batch_size=32,
        width=0.375,
        discriminative_weight=0.36,
        center_update_ratio=1.0,
        weight_clip=0.01,
        ema_momentum=0.999,
    ),
    _recipe("mbgan", 2000, adam(5e-4, 2e-4), network="metric", margin_scale=20.0),
    _recipe(
        "km_gan",
        1200,
        adam(5e-4, 5e-4),
        network="metric",
        batch_size=32,
        discriminative_weight=1.8,
        center_update_ratio=0.5,
        weight_clip=0.01,
    ),
    _recipe("mlgan_clipping", 1000, rmsprop(5e-4, 5e-4), weight_clip=0.03),
    _recipe("gan", 1500, adam(2e-4, 2e-4), "dcgan"),
    _recipe("wgan", 400, rmsprop(5e-4, 5e-4), label_mode="none", weight_clip=0.03),
    _recipe("wgan_gp", 500, adam(5e-4, 5e-4, beta_2=0.9)),
    _recipe("sagan", 400, adam(2e-4, 8e-4, 0.0, 0.9), network="sagan", batch_size=32, label_mode="none"),
    _recipe("am_gan", 1000, adam(2e-4, 2e-4), label_mode="predefined"),
    _deli_fisher("gan", adam(2e-4, 2e-4), "deli_fisher_dcgan"),
    _deli_fisher("wgan", rmsprop(5e-4, 5e-4), "deli_fisher_wgan", discriminator_steps=5, weight_clip=0.03),
    _deli_fisher("fisher_gan", adam(5e-4, 1e-4), "deli_fisher_fisher_gan", penalty_weight=0.01),
    _deli_fisher("deli_fisher_gan", adam(5e-4, 1e-4), penalty_weight=0.01),
]
