"""Recipes for a folder of some thousand colour images, found by trial on the 1,372 emoji; not a paper's.

A discriminator that sees so few images plain learns them by heart, hence DiffAugment in all. R3GAN's R1 and R2 keep it
from winning at once; it drew the most varied emoji by far, AM-GAN and AC-GAN rougher ones, more often of the class that
was asked for. EDGAN's discriminator wins in every trial: a batch has few pairs of one class, and they are unlike.

    tfgan-metric prepare emoji && tfgan-metric train r3gan_folder
    tfgan-metric train r3gan_folder --data MY_PICTURES --set held_out=0.1 --set image_size=32
"""

from tfgan_metric.trainers.recipes.optimizers import adam
from tfgan_metric.trainers.recipes.recipe import Recipe

FINAL_SHARE = 0.25


def _recipe(scheme, steps, optimization, ending="", **fields):
    usual = {"augment": "color,translation,cutout", "ema_momentum": 0.998}
    return Recipe(
        name=f"{scheme}_folder{ending}",
        scheme=scheme,
        source="trials on the emoji",
        network="dcgan",
        data=f"emoji{ending}",
        steps=steps,
        width=0.375,
        latent_dimension=64,
        optimization=optimization.falling(FINAL_SHARE),
        sample_every=1000,
        checkpoint_every=1000,
    ).with_fields(usual | fields)


def _r3gan(steps, ending=""):
    return _recipe("r3gan", steps, adam(5e-4, 5e-4, 0.0, 0.9), ending, r1_weight=0.1, r2_weight=0.1)


RECIPES = [
    _r3gan(8000),
    _r3gan(5000, "_64"),
    _recipe("am_gan", 10_000, adam(2e-4, 2e-4), label_mode="predefined"),
    _recipe("acgan", 10_000, adam(2e-4, 2e-4), label_mode="predefined"),
    _recipe("edgan", 5000, adam(5e-4, 1e-4, beta_2=0.9), batch_size=128, reuse_real_features=True),
]
