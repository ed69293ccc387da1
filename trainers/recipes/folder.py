"""Recipes for a folder of some thousand colour images, found by trial on the 1,372 emoji; not a paper's.

A discriminator that sees so few images plain learns them by heart, hence DiffAugment; R1 and R2 keep it from winning at
once. EDGAN drew coloured noise there: of the pairs of one class that it needs, a batch has few, and they are unlike.

    tfgan-metric prepare emoji && tfgan-metric train r3gan_folder
    tfgan-metric train r3gan_folder --data MY_PICTURES --set held_out=0.1 --set image_size=32
"""

from tfgan_metric.trainers.recipes.optimizers import Optimization
from tfgan_metric.trainers.recipes.recipe import Recipe


def _r3gan(name, steps, **fields):
    return Recipe(
        name=name,
        scheme="r3gan",
        source="trials on the emoji",
        network="dcgan",
        data="emoji",
        steps=steps,
        width=0.375,
        latent_dimension=64,
        optimization=Optimization("adam", 5e-4, 5e-4, 0.25, 0.25, beta_1=0.0, beta_2=0.9),
        sample_every=1000,
        checkpoint_every=1000,
    ).with_fields(
        {"r1_weight": 0.1, "r2_weight": 0.1, "augment": "color,translation,cutout", "ema_momentum": 0.998} | fields
    )


RECIPES = [_r3gan("r3gan_folder", 8000)]
