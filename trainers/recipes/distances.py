"""The schemes that play for a distance of two sets of features, each with its own paper's settings, on CIFAR-10.

Cramér GAN: Bellemare et al. 2017, arXiv:1705.10743, algorithm 1: penalty 10, five critic updates, 256 features,
Adam(1e-4, .5, .9), no BatchNorm in the critic. z uniform with 100 dimensions, batch 64, networks and kernels N(0, .02²)
are those of the comparison in mbinkowski/MMD-GAN, in whose penalty G' is also the image that x̂ is mixed with; steps are
ours.

    tfgan-metric train cramer_gan_cifar10
"""

from tfgan_metric.trainers.recipes.recipe import Recipe


def _recipe(scheme, source, steps=100_000, **fields):
    return Recipe(
        name=f"{scheme}_cifar10",
        scheme=scheme,
        source=source,
        network="dcgan",
        data="cifar10",
        steps=steps,
        hyperparameters={"label_mode": "none"},
        **fields,
    )


RECIPES = [
    _recipe(
        "cramer_gan",
        "Bellemare et al. 2017, algorithm 1; z, batch and networks of mbinkowski/MMD-GAN; steps are ours",
        initial_deviation=0.02,
    ),
]
