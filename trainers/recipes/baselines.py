"""The schemes that the four papers compare with, each with its own paper's settings, on CIFAR-10.

LSGAN: Mao et al. 2017, arXiv:1611.04076: Adam 1e-3, β₁ .5. Its networks have one more layer than `dcgan`.
Loss-sensitive GAN: Qi 2017, arXiv:1701.06264; batch 128 and Adam 2e-4 are MBGAN's own; clip ±.08 and τ 2e-4 are ours.
EBGAN: Zhao et al. 2017, arXiv:1609.03126, section 4: PT weight .1; margin 10 is ours.
WGAN: Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1: RMSprop 5e-5, clip ±.01, five critic updates.
WGAN-GP: Gulrajani et al. 2017, arXiv:1704.00028: penalty 10, five critic updates; networks, Adam(1e-4, .5, .9) and
200,000 steps as in the authors' convolutional CIFAR-10 code, where the text has β₁ 0.
SAGAN: Zhang et al. 2019, arXiv:1805.08318, section 4: Adam(0, .9), rates 1e-4 and 4e-4; the paper's data are ImageNet.

    tfgan-metric train wgan_gp_cifar10
"""

from tfgan_metric.trainers.recipe import Recipe

CIFAR10 = {"data": "cifar10_train_test", "steps": 100_000, "hyperparameters": {"label_mode": "none"}}

RECIPES = [
    Recipe(
        name="lsgan_cifar10",
        scheme="lsgan",
        source="Mao et al. 2017; steps are ours",
        network="dcgan",
        generator_learning_rate=1e-3,
        discriminator_learning_rate=1e-3,
        **CIFAR10,
    ),
    Recipe(
        name="loss_sensitive_gan_cifar10",
        scheme="loss_sensitive_gan",
        source="Qi 2017; networks, batch and rates of MBGAN, section 4.1; τ, clip and steps are ours",
        network="mbgan",
        batch_size=128,
        **CIFAR10,
    ),
    Recipe(
        name="ebgan_cifar10",
        scheme="ebgan",
        source="Zhao et al. 2017, section 4; networks, margin and steps are ours",
        network="autoencoder",
        generator_learning_rate=1e-3,
        discriminator_learning_rate=1e-3,
        **CIFAR10,
    ),
    Recipe(
        name="wgan_cifar10",
        scheme="wgan",
        source="Arjovsky et al. 2017, algorithm 1; steps are ours",
        network="dcgan",
        optimizer="rmsprop",
        generator_learning_rate=5e-5,
        discriminator_learning_rate=5e-5,
        **CIFAR10,
    ),
    Recipe(
        name="wgan_gp_cifar10",
        scheme="wgan_gp",
        source="Gulrajani et al. 2017, algorithm 1; networks, rates, steps of the authors' convolutional code",
        network="dcgan",
        width=2.0,
        generator_learning_rate=1e-4,
        discriminator_learning_rate=1e-4,
        beta_2=0.9,
        **CIFAR10 | {"steps": 200_000},
    ),
    Recipe(
        name="sagan_cifar10",
        scheme="sagan",
        source="Zhang et al. 2019, section 4; networks at 32×32 and steps are ours",
        network="sagan",
        generator_learning_rate=1e-4,
        discriminator_learning_rate=4e-4,
        beta_1=0.0,
        beta_2=0.9,
        **CIFAR10,
    ),
]
