"""Deli-Fisher GAN and the two schemes it joins, on CIFAR-10.

Fisher GAN: Mroueh and Sercu 2017, arXiv:1705.09675, and the authors' code for CIFAR-10: ρ 1e-6, Adam(2e-4, .5), two
critic updates, batch 64, 350 epochs, two extra layers.
DeliGAN: Gurumurthy et al. 2017, arXiv:1706.02071; 50 components, scales from .2, β .05 and C 1 are defaults that
neither paper fixes for these data.
Deli-Fisher GAN, sections 4 and 5.2: rate 5e-5 for networks and mixture alike, 200 epochs; β 0 is its algorithm 1 to the
letter (`--set scale_weight=0`).

    tfgan-metric train deli_fisher_gan_cifar10
"""

from tfgan_metric.trainers.recipe import Recipe

TRAINING_IMAGES, BATCH, CRITIC_UPDATES = 50_000, 64, 2
EPOCHS = 200  # of each scheme that Deli-Fisher GAN is compared with, too


def _steps(epochs, discriminator_steps=CRITIC_UPDATES):
    return epochs * TRAINING_IMAGES // (BATCH * discriminator_steps)


def _compared(name, scheme, rate, source, discriminator_steps, **fields):
    """A scheme of Deli-Fisher GAN's Table 1: its own rate, the networks, data and epochs of Deli-Fisher GAN."""
    return Recipe(
        name=f"deli_fisher_{name}_cifar10",
        scheme=scheme,
        source=f"Deli-Fisher GAN, section 5.2: 200 epochs; {source}; one network for all is ours",
        network="fisher",
        data="cifar10",
        steps=_steps(EPOCHS, discriminator_steps),
        generator_learning_rate=rate,
        discriminator_learning_rate=rate,
        hyperparameters={"label_mode": "none"},
        **fields,
    )


RECIPES = [
    Recipe(
        name="fisher_gan_cifar10",
        scheme="fisher_gan",
        source="Mroueh and Sercu 2017, section 5; 350 epochs of the authors' code",
        network="fisher",
        data="cifar10",
        steps=_steps(350),
        hyperparameters={"label_mode": "none"},
    ),
    Recipe(
        name="deligan_cifar10",
        scheme="deligan",
        source="Gurumurthy et al. 2017, section 5; steps are ours",
        network="dcgan",
        data="cifar10",
        steps=100_000,
        hyperparameters={"label_mode": "none"},
    ),
    Recipe(
        name="deli_fisher_gan_cifar10",
        scheme="deli_fisher_gan",
        source="Deli-Fisher GAN, sections 4 and 5.2: 200 epochs",
        network="fisher",
        data="cifar10",
        steps=_steps(EPOCHS),
        generator_learning_rate=5e-5,
        discriminator_learning_rate=5e-5,
        hyperparameters={"label_mode": "none"},
    ),
    _compared("dcgan", "gan", 2e-4, "rates of Radford et al. 2016", 1),
    _compared("wgan", "wgan", 5e-5, "rates of Arjovsky et al. 2017", 5, optimizer="rmsprop"),
    _compared("fisher_gan", "fisher_gan", 2e-4, "rates of Mroueh and Sercu 2017", CRITIC_UPDATES),
]
