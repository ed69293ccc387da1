"""DMGAN: Chen, Wang, Wu, Shang, Wang, "DMGAN: Discriminative Metric-based Generative Adversarial Networks".

Section 4: batch 64, learning rate 2e-4, clip ±0.1, 500 features, networks of Table 1. "momentum parameters α to 0.5,
β₁ and β₂ to 0.9 and 0.99" cannot all be Adam's; these use β₁ .5 and β₂ .999, and `--set beta_1=.9 --set beta_2=.99` is
the other reading. The paper gives no number of steps and no initial weights. It has no waDMGAN on MNIST or SVHN and no
DMGAN-f on MNIST: these recipes take DMGAN's settings there.

    tfgan-metric train dmgan_mnist
"""

from tfgan_metric.trainers.recipes.recipe import Recipe

DATA = {  # name in the catalog, λ, γ, section
    "mnist": ("mnist", 1.2, 1.0, "4.1"),
    "svhn": ("svhn_cropped", 1.8, 0.5, "4.2"),
    "cifar10": ("cifar10_train_test", 1.2, 1.0, "4.3"),
}
RAN = {"dmgan": {"mnist", "svhn", "cifar10"}, "dmgan_f": {"svhn", "cifar10"}, "wadmgan": {"cifar10"}}


def _recipe(name, scheme, data, source, **hyperparameters):
    return Recipe(
        name=name,
        scheme=scheme,
        source=source,
        network="metric",
        data=data,
        steps=100_000,
        hyperparameters=hyperparameters,
    )


def _own(scheme, data):
    catalog_name, discriminative_weight, center_update_ratio, section = DATA[data]
    ratio = {} if scheme == "dmgan_f" else {"center_update_ratio": center_update_ratio}
    source = f"DMGAN, section {section}, Table 1; steps are ours"
    if data not in RAN[scheme]:
        source = f"carried over from dmgan_{data}: {source}"
    own = {"discriminative_weight": discriminative_weight, "weight_clip": 0.1} | ratio
    return _recipe(f"{scheme}_{data}", scheme, catalog_name, source, **own)


def _comparison(scheme, **hyperparameters):
    source = "DMGAN, section 4.3: a reconstruction; networks, batch and rates are DMGAN's, steps are ours"
    return _recipe(f"{scheme}_cifar10", scheme, "cifar10_train_test", source, **hyperparameters)


RECIPES = [
    *(_own(scheme, data) for scheme in ("dmgan", "dmgan_f", "wadmgan") for data in DATA),
    _comparison("mlgan", center_weight=1.0),
    _comparison("mlgan_clipping", weight_clip=0.01),
    _comparison("km_gan", clusters=10, discriminative_weight=1.2, center_update_ratio=1.0),
]
