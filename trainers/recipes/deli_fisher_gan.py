"""Deli-Fisher GAN and the two schemes it joins, on CIFAR-10.

Fisher GAN: Mroueh and Sercu 2017, arXiv:1705.09675, and the authors' code for CIFAR-10 (tomsercu/FisherGAN): ρ 1e-6,
Adam(2e-4, .5), two critic updates, batch 64, 350 epochs, two extra layers, z normal with 100 dimensions, convolutions
from N(0, .02²). There the critic's last layer starts uniform, no convolution has a bias and neither has that layer,
BatchNorm's scales start from N(1, .02²), and the critic's weights decay by 1e-6, its last layer's by 1e-3.
DeliGAN: Gurumurthy et al. 2017, arXiv:1706.02071, and the authors' code for CIFAR-10 (val-iisc/deligan): 100
components, one for each image of a batch of 100, Adam(3e-4, .5), kernels from N(0, .05²), β .05 and C 1. There the
scales start uniform in ±.2, here at .2; β's term is computed but not in the loss; 2,000 images train a
weight-normalised discriminator half supervised, here all train `dcgan` by GAN's loss; the rate falls in the last third.
Deli-Fisher GAN, sections 4 and 5.2: rate 5e-5 for networks and mixture alike, 200 epochs; β 0 is its algorithm 1 to the
letter (`--set scale_weight=0`). The paper does not give the 50 components, their first scales of .2, β .05, C 1 and the
initial weights, which are Fisher GAN's.

    tfgan-metric train deli_fisher_gan_cifar10
"""

from tfgan_metric.trainers.recipes.optimizers import Optimization
from tfgan_metric.trainers.recipes.recipe import Recipe

TRAINING_IMAGES, BATCH, CRITIC_UPDATES = 50_000, 64, 2
EPOCHS = 200  # of each scheme that Deli-Fisher GAN is compared with, too


def _fisher(name, scheme, source, epochs=EPOCHS, discriminator_steps=CRITIC_UPDATES):
    """A recipe on the networks of Fisher GAN, one family for all that Deli-Fisher GAN compares in its Table 1."""
    return Recipe(
        name=f"{name}_cifar10",
        scheme=scheme,
        source=source,
        network="fisher",
        data="cifar10",
        steps=epochs * TRAINING_IMAGES // (BATCH * discriminator_steps),
        initial_deviation=0.02,
        hyperparameters={"label_mode": "none"},
    )


def _compared(name, scheme, paper, discriminator_steps):
    """A scheme of Deli-Fisher GAN's Table 1: its own rates, the data and epochs of Deli-Fisher GAN."""
    source = f"Deli-Fisher GAN, section 5.2: 200 epochs; rates of {paper}; one network for all is ours"
    return _fisher(f"deli_fisher_{name}", scheme, source, discriminator_steps=discriminator_steps)


RECIPES = [
    _fisher(
        "fisher_gan",
        "fisher_gan",
        "Mroueh and Sercu 2017, section 5; 350 epochs and initial weights of the authors' code",
        epochs=350,
    ),
    Recipe(
        name="deligan_cifar10",
        scheme="deligan",
        source="Gurumurthy et al. 2017, section 5, and the authors' code; networks, loss and steps are ours",
        network="dcgan",
        data="cifar10",
        steps=100_000,
        batch_size=100,
        optimization=Optimization(generator_learning_rate=3e-4, discriminator_learning_rate=3e-4),
        initial_deviation=0.05,
        hyperparameters={"label_mode": "none", "components": 100, "component_choice": "cycle"},
    ),
    _fisher("deli_fisher_gan", "deli_fisher_gan", "Deli-Fisher GAN, sections 4 and 5.2: 200 epochs"),
    _compared("dcgan", "gan", "Radford et al. 2016", 1),
    _compared("wgan", "wgan", "Arjovsky et al. 2017", 5),
    _compared("fisher_gan", "fisher_gan", "Mroueh and Sercu 2017", CRITIC_UPDATES),
]
