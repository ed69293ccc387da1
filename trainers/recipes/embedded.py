"""Small-budget recipes for the embedded digits, found by trial on two CPU cores; not a paper's.

They differ from the papers in budget, width, batch, latent dimension, clip and learning rates: with the clip of ±0.1 of
the DMGAN paper a quarter of the filters gives noise in these minutes.

waDMGAN first learns blurred digits of the asked class, then its discriminator grows until it tells real from generated
by features that say nothing of the class, and the generator drifts between classes. The default recipe's averaged
generator ends between the two.

    tfgan-metric train
"""

from tfgan_metric.trainers.recipe import Recipe

COMMON = {"data": "embedded_mnist", "width": 0.25, "sample_every": 200, "source": "trials on the embedded digits"}
METRIC = {"batch_size": 32, "latent_dimension": 32, "network": "metric"} | COMMON
RATES = {"generator_learning_rate": 5e-4, "discriminator_learning_rate": 5e-4}

RECIPES = [
    Recipe(
        name="wadmgan_embedded",
        scheme="wadmgan",
        steps=2600,
        seed=1,
        hyperparameters={
            "discriminative_weight": 0.42,
            "center_update_ratio": 1.0,
            "weight_clip": 0.01,
            "ema_momentum": 0.998,
        },
        **METRIC,
        **RATES,
    ),
    Recipe(
        name="dmgan_embedded",
        scheme="dmgan",
        steps=1600,
        hyperparameters={
            "discriminative_weight": 1.8,
            "center_update_ratio": 0.5,
            "weight_clip": 0.01,
            "ema_momentum": 0.998,
        },
        **METRIC,
        **RATES,
    ),
]
