"""DMGAN: Tables 2-3 and Figures 3-7 of Chen et al., "DMGAN: Discriminative Metric-based GANs".

The curves of Figures 4 and 6 are printed without numbers. At the small budget waDMGAN's λ is e times smaller than
DMGAN's for the same balance, as its recipe says.
"""

import math

from tfgan_metric.trainers.study import FID, INCEPTION_SCORE, STEP_TIME, Claim, Experiment, Row

SVHN = {"small": "dmgan_embedded", "paper": "dmgan_svhn"}
CIFAR10 = {"small": "dmgan_embedded", "paper": "dmgan_cifar10"}
WADMGAN_CIFAR10 = {"small": "dmgan_embedded", "paper": "wadmgan_cifar10"}
LAMBDA = "discriminative_weight"
GAMMA = "center_update_ratio"

TABLE_2 = {1.0: "191.25", 1.4: "64.76", 1.8: "46.79", 2.2: "60.87", 2.6: "52.76", 3.0: "51.28"}
TABLE_3 = {  # label -> (small recipe, paper recipe, Inception Score, ms an iteration)
    "DCGAN": ("dcgan_embedded", "dcgan_cifar10", "5.92 ± 0.17", "237"),
    "WGAN": ("wgan_embedded", "wgan_cifar10", "5.88 ± 0.07", "397"),
    "MBGAN": ("mbgan_unlabelled_embedded", "mbgan_cifar10", "5.07 ± 0.06", "274"),
    "MLGAN-clipping": ("mlgan_clipping_embedded", "mlgan_clipping_cifar10", "5.23 ± 290", "-"),
    "WGAN-GP": ("wgan_gp_embedded", "wgan_gp_cifar10", "6.46 ± 0.03", "413"),
    "KM-GAN": ("km_gan_embedded", "km_gan_cifar10", "5.61 ± 0.09", "650"),
    "SAGAN": ("sagan_embedded", "sagan_cifar10", "5.72 ± 0.06", "3563"),
    "DMGAN": ("dmgan_embedded", "dmgan_cifar10", "5.69 ± 0.08", "263"),
    "waDMGAN": ("wadmgan_embedded", "wadmgan_cifar10", "6.04 ± 0.04", "259"),
}
UNCONDITIONAL = ("DCGAN", "WGAN-GP")  # in the paper; their small recipes are conditional


def _of_lambda(value, printed):
    return Row(f"λ = {value}", SVHN, {LAMBDA: value, GAMMA: 0.5}, {FID.title: printed}, value, "DMGAN")


def _of_gamma(value):
    return Row(f"γ = {value}", SVHN, {LAMBDA: 1.8, GAMMA: value}, {}, value, "DMGAN")


def _of_scheme(scheme, value):
    if scheme == "DMGAN":
        return Row(f"DMGAN, γ = {value}", CIFAR10, {GAMMA: value}, {}, value, "DMGAN")
    small = {"scheme": "wadmgan", LAMBDA: round(1.8 / math.e, 2), "weight_clip": 0.01, "ema_momentum": 0.998}
    return Row(f"waDMGAN, γ = {value}", WADMGAN_CIFAR10, {GAMMA: value}, {}, value, "waDMGAN", small)


def _of_table_3(label):
    small, paper, score, milliseconds = TABLE_3[label]
    printed = {INCEPTION_SCORE.title: score, STEP_TIME.title: milliseconds}
    fields = {"label_mode": "none"} if label in UNCONDITIONAL else {}
    return Row(label, {"small": small, "paper": paper}, fields, printed)


def _samples(name, place, question, rows):
    return Experiment(name, f"DMGAN, {place}", question, rows, (FID, INCEPTION_SCORE), None, "samples")


def _setting(label, small, paper, **fields):
    return Row(label, {"small": small, "paper": paper}, fields, {})


EXPERIMENTS = (
    Experiment(
        name="dmgan-table2",
        source="DMGAN, Table 2 and section 4.2",
        question="How much discriminative loss, λ, does DMGAN need?",
        rows=tuple(_of_lambda(value, printed) for value, printed in TABLE_2.items()),
        measures=(FID, INCEPTION_SCORE),
        steps=800,
        figure="curve",
        claims=(Claim("λ = 1.8", "λ = 1.0", FID), Claim("λ = 1.8", "λ = 1.4", FID), Claim("λ = 1.8", "λ = 2.2", FID)),
        axis="λ",
    ),
    Experiment(
        name="dmgan-fig4",
        source="DMGAN, Figure 4 and section 4.2",
        question="Do centers that are updated beat fixed ones (γ = 0), and is γ > 2 too fast?",
        rows=tuple(_of_gamma(value) for value in (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)),
        measures=(FID, INCEPTION_SCORE),
        steps=800,
        figure="curve",
        claims=(
            Claim("γ = 0.5", "γ = 0.0", FID),
            Claim("γ = 1.0", "γ = 0.0", FID),
            Claim("γ = 2.0", "γ = 0.0", FID),
            Claim("γ = 1.0", "γ = 2.5", FID),
            Claim("γ = 1.0", "γ = 3.0", FID),
        ),
        axis="γ",
    ),
    Experiment(
        name="dmgan-fig6",
        source="DMGAN, Figure 6 and section 4.3.1",
        question="Do adaptive weights help, at each speed of the centers?",
        rows=tuple(_of_scheme(scheme, value) for scheme in ("DMGAN", "waDMGAN") for value in (0.0, 0.5, 1.0, 1.5, 2.0)),
        measures=(INCEPTION_SCORE, FID),
        steps=800,
        figure="curve",
        claims=tuple(
            Claim(f"waDMGAN, γ = {value}", f"DMGAN, γ = {value}", INCEPTION_SCORE) for value in (0.5, 1.0, 1.5, 2.0)
        ),
        axis="γ",
    ),
    Experiment(
        name="dmgan-table3",
        source="DMGAN, Table 3",
        question="How do nine schemes compare, in quality and in time?",
        rows=tuple(_of_table_3(label) for label in TABLE_3),
        measures=(INCEPTION_SCORE, FID, STEP_TIME),
        steps=None,
        figure="bars",
        claims=(
            Claim("waDMGAN", "DMGAN", INCEPTION_SCORE),
            Claim("waDMGAN", "DCGAN", INCEPTION_SCORE),
            Claim("waDMGAN", "WGAN", INCEPTION_SCORE),
            Claim("DMGAN", "MBGAN", INCEPTION_SCORE),
            Claim("DMGAN", "KM-GAN", INCEPTION_SCORE),
            Claim("WGAN-GP", "waDMGAN", INCEPTION_SCORE),
        ),
    ),
    _samples(
        "dmgan-fig3",
        "Figure 3",
        "What do DCGAN, DMGAN and MBGAN draw on MNIST?",
        (
            _setting("DCGAN", "dcgan_embedded", "dcgan_mnist"),
            _setting("DMGAN", "dmgan_embedded", "dmgan_mnist"),
            _setting("MBGAN", "mbgan_embedded", "mbgan_mnist"),
        ),
    ),
    _samples(
        "dmgan-fig5",
        "Figure 5",
        "What do fixed and updated centers draw on SVHN?",
        (
            _setting("DMGAN-f", "dmgan_f_embedded", "dmgan_f_svhn"),
            _setting("DMGAN", "dmgan_embedded", "dmgan_svhn"),
        ),
    ),
    _samples(
        "dmgan-fig7",
        "Figure 7",
        "What do waDMGAN, DMGAN and MBGAN draw on CIFAR-10?",
        (
            _setting("waDMGAN", "wadmgan_embedded", "wadmgan_cifar10"),
            _setting("DMGAN", "dmgan_embedded", "dmgan_cifar10"),
            _setting("MBGAN", "mbgan_embedded", "mbgan_cifar10"),
        ),
    ),
)
