"""The schemes that the four papers compare with, each with its own paper's settings, on CIFAR-10.

All train on the training and the test images, as DMGAN does. "code" is the authors' where it could be read; biases and
BatchNorm are the networks' own everywhere (several codes have no bias and draw BatchNorm's scales from N(1, .02²)).

LSGAN: Mao et al. 2017, arXiv:1611.04076, and its code (xudonmao/LSGAN): Adam 1e-3, β₁ .5, batch 64, kernels N(0, .02²),
z uniform; for 112×112 its networks have more layers than `dcgan` and z 1,024 dimensions.
Loss-sensitive GAN: Qi 2017, arXiv:1701.06264, and its code (guojunq/lsgan): τ 2e-4 of the summed differences, kernels
N(0, .02²), z uniform. The code has batch 64, Adam 1e-4, a ReLU after the loss and no clip; batch 128 and Adam 2e-4 are
MBGAN's own, the clip ±.08 is ours.
EBGAN: Zhao et al. 2017, arXiv:1609.03126, section 4: PT weight .1; margin 10 and the initial weights are ours.
WGAN: Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1: RMSprop 5e-5, clip ±.01, five critic updates, batch 64. The
code (martinarjovsky/WassersteinGAN) has kernels N(0, .02²), z normal with 100 dimensions; its own kernels are 4×4, and
in the first 25 and every 500th step it makes 100 critic updates.
WGAN-GP: Gulrajani et al. 2017, arXiv:1704.00028: penalty 10, five critic updates; networks, batch, z normal with 128
dimensions, Adam(1e-4, .5, .9) and 200,000 steps as in its gan_cifar.py (igul222/improved_wgan_training), where the text
has β₁ 0. The code trains on the training images alone; its convolutions start √2 wider than the Glorot uniform weights
here, with fans that count the stride.
SAGAN: Zhang et al. 2019, arXiv:1805.08318, section 4: Adam(0, .9), rates 1e-4 and 4e-4; z normal with 128 dimensions
and Glorot weights as in the code (brain-research/self-attention-gan), where β₂ is .999; the paper's data are ImageNet.
R3GAN: Huang et al. 2024, arXiv:2501.05441, and the CIFAR-10 preset of its code (brownvc/R3GAN): γ .05, β₁ 0, batch 512,
2e7 images, z normal with 64 dimensions, labels, flips, rates by a cosine from 2e-4 to 5e-5. The code also anneals γ to
.005, β₂ from .9 to .99 (here .99 throughout) and the share of augmented images to .55 (here none); its networks are
residual blocks of grouped convolutions, their weights started so that they need no normalisation; the average is ours.

    tfgan-metric train wgan_gp_cifar10
"""

from tfgan_metric.trainers.recipes.optimizers import Optimization
from tfgan_metric.trainers.recipes.recipe import Recipe


def _recipe(scheme, network, source, steps=100_000, **fields):
    return Recipe(
        name=f"{scheme}_cifar10",
        scheme=scheme,
        source=source,
        network=network,
        data="cifar10_train_test",
        steps=steps,
        hyperparameters={"label_mode": "none"},
        **fields,
    )


RECIPES = [
    _recipe(
        "lsgan",
        "dcgan",
        "Mao et al. 2017 and the authors' code; networks and steps are ours",
        initial_deviation=0.02,
    ),
    _recipe(
        "loss_sensitive_gan",
        "mbgan",
        "Qi 2017 and his code; networks, batch and rates of MBGAN, section 4.1; clip and steps are ours",
        batch_size=128,
        initial_deviation=0.02,
    ),
    _recipe("ebgan", "autoencoder", "Zhao et al. 2017, section 4; networks, margin and steps are ours"),
    _recipe(
        "wgan",
        "dcgan",
        "Arjovsky et al. 2017, algorithm 1, and the authors' code; networks and steps are ours",
        initial_deviation=0.02,
    ),
    _recipe(
        "wgan_gp",
        "dcgan",
        "Gulrajani et al. 2017, algorithm 1; networks, z, rates, steps of the authors' convolutional code",
        steps=200_000,
        width=2.0,
        latent_dimension=128,
    ),
    _recipe(
        "sagan",
        "sagan",
        "Zhang et al. 2019, section 4; z of the authors' code; networks at 32×32 and steps are ours",
        latent_dimension=128,
    ),
    _recipe(
        "r3gan",
        "resnet_plain",
        "Huang et al. 2024 and the authors' code, whose annealing of γ and β₂, augmentation and networks it has not",
        steps=39_063,
        batch_size=512,
        latent_dimension=64,
        optimization=Optimization(generator_final_share=0.25, discriminator_final_share=0.25),
    ).with_fields({"label_mode": "conditional", "ema_momentum": 0.999, "flip": True}),
]
