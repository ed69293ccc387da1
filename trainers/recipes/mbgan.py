"""MBGAN: Dai, Xie, Fang, "Metric-based Generative Adversarial Network", ACM Multimedia 2017.

Section 4.1: learning rate 2e-4, β₁ .5, batch 128, 500 features; α is 20 in the study of section 4.2. The paper gives no
number of steps, no initial weights, and of CelebA neither the crop nor the split. `mbgan_mnist` and
`mbgan_of_dmgan_cifar10` are the comparisons in DMGAN, sections 4.1 and 4.3: α=200 on that paper's networks and batch.

    tfgan-metric train mbgan_cifar10
"""

from tfgan_metric.trainers.recipes.recipe import Recipe

STEPS = 100_000


def _recipe(name, data, scheme="mbgan"):
    return Recipe(
        name=name,
        scheme=scheme,
        source="MBGAN, sections 3.3, 4.1 and 4.2, Tables 1-2; steps are ours",
        network="mbgan",
        data=data,
        steps=STEPS,
        batch_size=128,
        hyperparameters={"margin_scale": 20.0},
    )


def _of_dmgan(name, data, source):
    return Recipe(
        name=name,
        scheme="mbgan",
        source=f"DMGAN, {source}; steps are ours",
        network="metric",
        data=data,
        steps=STEPS,
        hyperparameters={"margin_scale": 200.0},
    )


RECIPES = [
    _recipe("mbgan_cifar10", "cifar10"),
    _recipe("mbgan_svhn", "svhn_cropped"),
    _recipe("mbgan_celeba", "celeb_a"),
    _recipe("conditional_mbgan_cifar10", "cifar10", scheme="conditional_mbgan"),
    _of_dmgan("mbgan_mnist", "mnist", "section 4.1"),
    _of_dmgan(
        "mbgan_of_dmgan_cifar10", "cifar10_train_test", "section 4.3; α and K of its section 4.1, which are for MNIST"
    ),
    Recipe(
        name="dcgan_celeba",
        scheme="gan",
        source="MBGAN, sections 4.1 and 4.4: DCGAN, its own initial weights, on MBGAN's networks; steps ours",
        network="mbgan",
        initial_deviation=0.02,
        data="celeb_a",
        steps=STEPS,
        batch_size=128,
        hyperparameters={"label_mode": "none"},
    ),
]
