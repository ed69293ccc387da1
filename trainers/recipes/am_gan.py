"""AM-GAN: Zhou et al., "Activation Maximization Generative Adversarial Nets", ICLR 2018, arXiv:1703.02000.

Appendix F: networks, Adam(4e-4, .5, .999), batch 100, z normal; "exponential decay with stair" is, as in the authors'
code (ZhimingZhou/AM-GANs-for-reproduce), a halving every 100,000 iterations. The kernels, V of the weight
normalisation, start from N(0, .05²), in the code cut off at 2σ. There the discriminator's rate is twice the paper's,
8e-4, BatchNorm's momentum and ε are .999 and 1e-3, and a run has 1,000,000 iterations; the paper gives no number.

Tables 1 and 2 compare the members with dynamic and with predefined labels, so each has two recipes; CatGAN has no
target and learns without labels.

    tfgan-metric train am_gan_cifar10
"""

from tfgan_metric.trainers.recipes.optimizers import Optimization
from tfgan_metric.trainers.recipes.recipe import Recipe

NETWORKS = {"none": "am", "dynamic": "am", "predefined": "am_conditional"}
OPTIMIZATION = Optimization(generator_learning_rate=4e-4, discriminator_learning_rate=4e-4, halve_every=100_000)
MEMBERS = ("gan_star", "labelgan", "acgan", "acgan_star", "acgan_star_plus", "am_gan")


def _recipe(scheme, label_mode, data="cifar10"):
    return Recipe(
        name=f"{scheme}_{data}" + ("_predefined" if label_mode == "predefined" else ""),
        scheme=scheme,
        source="AM-GAN, section 7 and appendix F; steps are ours",
        network=NETWORKS[label_mode],
        data=data,
        steps=200_000,
        batch_size=100,
        optimization=OPTIMIZATION,
        initial_deviation=0.05,
        hyperparameters={"label_mode": label_mode},
    )


RECIPES = [
    *(_recipe(scheme, label_mode) for scheme in MEMBERS for label_mode in ("dynamic", "predefined")),
    _recipe("catgan", "none"),
    *(_recipe("am_gan", label_mode, "tiny_imagenet") for label_mode in ("dynamic", "predefined")),
]
