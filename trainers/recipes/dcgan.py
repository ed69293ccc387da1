"""DCGAN: Radford, Metz, Chintala, "Unsupervised Representation Learning with Deep Convolutional GANs", 2016.

arXiv:1511.06434, section 4: Adam with learning rate 2e-4 and β₁ .5, weights from N(0, .02²), z uniform in [-1, 1],
images in [-1, 1]. DMGAN and MBGAN compare with it on their own networks and batch, and so do these recipes; neither
gives a number of steps. The authors' code also draws BatchNorm's scales, from N(1, .02²), and decays weights by 1e-5.

    tfgan-metric train dcgan_mnist
"""

from tfgan_metric.trainers.recipes.recipe import Recipe

RECIPES = [
    Recipe(
        name=f"dcgan_{data}",
        scheme="gan",
        source="Radford et al. 2016, section 4; networks and batch of DMGAN, section 4 and Table 1; steps are ours",
        network="metric",
        data=catalog_name,
        steps=100_000,
        initial_deviation=0.02,
        hyperparameters={"label_mode": "none"},
    )
    for data, catalog_name in (("mnist", "mnist"), ("svhn", "svhn_cropped"), ("cifar10", "cifar10_train_test"))
]
