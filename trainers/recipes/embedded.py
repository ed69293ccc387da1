"""Small-budget recipes for the embedded digits, found by trial here: minutes on two CPU cores.

tfgan-metric train
"""

from tfgan_metric.trainers.recipe import Recipe

RECIPES = [
    Recipe(
        name="wadmgan_embedded",
        scheme="wadmgan",
        source="found by trial",
        network="metric",
        data="embedded_mnist",
        steps=2500,
        width=0.25,
        generator_learning_rate=5e-4,
        discriminator_learning_rate=5e-4,
        hyperparameters={
            "discriminative_weight": 0.42,
            "center_update_ratio": 1.0,
            "weight_clip": 0.01,
            "ema_momentum": 0.999,
        },
    ),
]
