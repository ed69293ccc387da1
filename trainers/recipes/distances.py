"""The schemes that play for a distance of two sets of features, each with its own paper's settings, on CIFAR-10.

Cramér GAN: Bellemare et al. 2017, arXiv:1705.10743, algorithm 1: penalty 10, five critic updates, 256 features,
Adam(1e-4, .5, .9), no BatchNorm in the critic. z uniform with 100 dimensions, batch 64, networks and kernels N(0, .02²)
are those of the comparison in mbinkowski/MMD-GAN, in whose penalty G' is also the image that x̂ is mixed with; steps are
ours.
MMD GAN: Bińkowski et al. 2018, arXiv:1801.01401: 16 features, gradient penalty 1, five critic updates, batch 64,
Adam(1e-4, .5, .9), no BatchNorm in the critic. rq* and the penalty on activations of 1 are those of the authors'
cifar10.sh (mbinkowski/MMD-GAN), as are z uniform with 100 dimensions, kernels N(0, .02²) and 150,000 steps; its α of
the rational quadratic, .1, 1 and 10, are not the paper's. Not done here: the rate times .8 where a test of the KID
finds no gain, and the code's clip of each gradient to norm 1.
OT-GAN: Salimans et al. 2018, arXiv:1803.05573, section 5: Sinkhorn with 1/ε of 500 and 500 iterations, three generator
updates a critic's, Adam(3e-4, .5, .999), batch 8,000, the average of the generator's weights with .999; z uniform with
100 dimensions as in the code (openai/ot-gan), whose default is five generator updates. The networks are `dcgan` for the
paper's, which have weight normalisation where ours have BatchNorm, concatenated ReLU and gated linear units, and the
last map's 32,768 entries for features where ours have 500; its images are not mirrored here; steps are ours.
EDGAN is ours: the rates of its embedded recipe at full width, on CIFAR-10 with its labels. It has not been run.

    tfgan-metric train cramer_gan_cifar10
"""

from tfgan_metric.trainers.recipes.recipe import Recipe


def _recipe(scheme, source, steps=100_000, initial_deviation=None, batch_size=64, **own):
    return Recipe(
        name=f"{scheme}_cifar10",
        scheme=scheme,
        source=source,
        network="dcgan",
        data="cifar10",
        steps=steps,
        batch_size=batch_size,
        initial_deviation=initial_deviation,
        hyperparameters={"label_mode": "none"} | own,
    )


RECIPES = [
    _recipe(
        "cramer_gan",
        "Bellemare et al. 2017, algorithm 1; z, batch and networks of mbinkowski/MMD-GAN; steps are ours",
        initial_deviation=0.02,
    ),
    _recipe(
        "mmd_gan",
        "Bińkowski et al. 2018; z, weights and steps of the authors' code; the rate does not follow the KID",
        steps=150_000,
        initial_deviation=0.02,
    ),
    _recipe(
        "ot_gan",
        "Salimans et al. 2018, section 5; z of the authors' code; networks and steps are ours",
        batch_size=8_000,
        ema_momentum=0.999,
    ),
    _recipe(
        "edgan",
        "ours; the rates are those of edgan_embedded, and it has not been run",
        batch_size=128,
        label_mode="conditional",
        ema_momentum=0.999,
    ),
]
