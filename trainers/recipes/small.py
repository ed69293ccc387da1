"""The recipes of the small budget, for the papers' tables and figures on two CPU cores; not a paper's.

They are the embedded recipes as they stood when docs/results was measured. They stay, so that a better embedded recipe
changes no page. A row of a table sets what it is about: λ, γ, a label mode, another scheme.

    tfgan-metric reproduce dmgan-table2
"""

from tfgan_metric.trainers.recipes.optimizers import Optimization
from tfgan_metric.trainers.recipes.recipe import Recipe

DELI_FISHER_IMAGES = 2_000 * 64  # real images that a discriminator of its tables sees: 32 epochs of the digits
AVERAGED = {"ema_momentum": 0.99}


def _recipe(scheme, steps, rates, name=None, optimizer="adam", betas=(0.5, 0.999), **fields):
    common = {"network": "dcgan", "batch_size": 64, "width": 0.25, "latent_dimension": 32, "sample_every": 200}
    beta_1, beta_2 = betas
    return Recipe(
        name=f"{name or scheme}_small",
        scheme=scheme,
        source="small budget of docs/results; trials on the embedded digits",
        data="embedded_mnist",
        steps=steps,
        optimization=Optimization(optimizer, *rates, beta_1=beta_1, beta_2=beta_2),
        **common | fields,
    )


def _deli_fisher(scheme, rates, name=None, discriminator_steps=1, **hyperparameters):
    """A row of Deli-Fisher GAN's tables: one network family, the labels, and the same number of real images."""
    return _recipe(
        scheme,
        DELI_FISHER_IMAGES // (64 * discriminator_steps),
        rates,
        name=name,
        network="fisher",
        optimizer="rmsprop" if scheme == "wgan" else "adam",
        hyperparameters=AVERAGED | {"discriminator_steps": discriminator_steps} | hyperparameters,
    )


RECIPES = [
    _recipe(
        "dmgan",
        1600,
        (5e-4, 5e-4),
        network="metric",
        batch_size=32,
        hyperparameters={
            "discriminative_weight": 1.8,
            "center_update_ratio": 0.5,
            "weight_clip": 0.01,
            "ema_momentum": 0.998,
        },
    ),
    _recipe(
        "wadmgan",
        1800,
        (5e-4, 2e-4),
        batch_size=32,
        width=0.375,
        hyperparameters={
            "discriminative_weight": 0.36,
            "center_update_ratio": 1.0,
            "weight_clip": 0.01,
            "ema_momentum": 0.999,
        },
    ),
    _recipe("mbgan", 2000, (5e-4, 2e-4), network="metric", hyperparameters=AVERAGED | {"margin_scale": 20.0}),
    _recipe(
        "km_gan",
        1200,
        (5e-4, 5e-4),
        network="metric",
        batch_size=32,
        hyperparameters=AVERAGED | {"discriminative_weight": 1.8, "center_update_ratio": 0.5, "weight_clip": 0.01},
    ),
    _recipe(
        "mlgan_clipping", 1000, (5e-4, 5e-4), optimizer="rmsprop", hyperparameters=AVERAGED | {"weight_clip": 0.03}
    ),
    _recipe("gan", 1500, (2e-4, 2e-4), name="dcgan", hyperparameters=AVERAGED),
    _recipe(
        "wgan",
        400,
        (5e-4, 5e-4),
        optimizer="rmsprop",
        hyperparameters=AVERAGED | {"label_mode": "none", "weight_clip": 0.03},
    ),
    _recipe("wgan_gp", 500, (5e-4, 5e-4), betas=(0.5, 0.9), hyperparameters=AVERAGED),
    _recipe(
        "sagan",
        400,
        (2e-4, 8e-4),
        network="sagan",
        batch_size=32,
        betas=(0.0, 0.9),
        hyperparameters=AVERAGED | {"label_mode": "none"},
    ),
    _recipe("am_gan", 1000, (2e-4, 2e-4), hyperparameters=AVERAGED | {"label_mode": "predefined"}),
    _deli_fisher("gan", (2e-4, 2e-4), name="deli_fisher_dcgan"),
    _deli_fisher("wgan", (5e-4, 5e-4), name="deli_fisher_wgan", discriminator_steps=5, weight_clip=0.03),
    _deli_fisher("fisher_gan", (5e-4, 1e-4), name="deli_fisher_fisher_gan", penalty_weight=0.01),
    _deli_fisher("deli_fisher_gan", (5e-4, 1e-4), penalty_weight=0.01),
]
