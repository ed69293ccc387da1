"""DMGAN: Tables 2-3, Figures 3-7 and λ's choice in section 4.3.1 of Chen et al., "DMGAN: Discriminative Metric-based
GANs".

The curves of Figures 4 and 6 are printed without numbers; their values of γ are ours. At the small budget waDMGAN's λ
is e times smaller than DMGAN's for the same balance. MBGAN has §4.1's α = 200 and K = 500 on DMGAN's networks at the
paper budget, α = 20 at the small one, whose steps are too few for 200.
"""

import functools
import math
from typing import Any

from tfgan_metric.trainers.papers.columns import FID, INCEPTION_SCORE, STEP_TIME
from tfgan_metric.trainers.papers.table import Claim, PaperTable, Row

PAPER = "DMGAN"
DIAGRAMS = {
    "Table 1": "the networks: `metric_literal`, and `metric` without what stands before the tanh",
    "Figure 1": "the framework",
    "Figure 2": "real images of MNIST, SVHN and CIFAR-10",
}
SVHN = {"small": "dmgan_small", "paper": "dmgan_svhn"}
CIFAR10 = {"small": "dmgan_small", "paper": "dmgan_cifar10"}
WADMGAN_CIFAR10 = {"small": "dmgan_small", "paper": "wadmgan_cifar10"}
LAMBDA = "discriminative_weight"
GAMMA = "center_update_ratio"
SMALL_WADMGAN = {"scheme": "wadmgan", "weight_clip": 0.01, "ema_momentum": 0.998}
SMALL_DMGAN_F = {"scheme": "dmgan_f", LAMBDA: 1.8, "weight_clip": 0.01, "ema_momentum": 0.998}

TABLE_2 = {1.0: "191.25", 1.4: "64.76", 1.8: "46.79", 2.2: "60.87", 2.6: "52.76", 3.0: "51.28"}
LAMBDAS_OF_CIFAR10 = (1.0, 1.2, *list(TABLE_2)[1:])  # the text names 1.2 as the best; the others are Table 2's
TABLE_3 = {  # label -> (small recipe, paper recipe, Inception Score, ms an iteration)
    "DCGAN": ("dcgan_small", "dcgan_cifar10", "5.92 ± 0.17", "237"),
    "WGAN": ("wgan_small", "wgan_cifar10", "5.88 ± 0.07", "397"),
    "MBGAN": ("mbgan_small", "mbgan_of_dmgan_cifar10", "5.07 ± 0.06", "274"),
    "MLGAN-clipping": ("mlgan_clipping_small", "mlgan_clipping_cifar10", "5.23 ± 290", "-"),
    "WGAN-GP": ("wgan_gp_small", "wgan_gp_cifar10", "6.46 ± 0.03", "413"),
    "KM-GAN": ("km_gan_small", "km_gan_cifar10", "5.61 ± 0.09", "650"),
    "SAGAN": ("sagan_small", "sagan_cifar10", "5.72 ± 0.06", "3563"),
    "DMGAN": ("dmgan_small", "dmgan_cifar10", "5.69 ± 0.08", "263"),
    "waDMGAN": ("wadmgan_small", "wadmgan_cifar10", "6.04 ± 0.04", "259"),
}
TIMED_SCHEMES = ("gan", "wgan", "mbgan", "wgan_gp", "km_gan", "sagan", "dmgan", "wadmgan")  # of the rows with a time
UNCONDITIONAL = ("DCGAN", "WGAN-GP")  # in the paper; their small recipes are conditional
COMPARABLE = 0.1  # "comparable speed with MBGAN": the paper's own are 4 and 5 % apart


def time_ratios() -> dict[str, float]:
    """A scheme -> its milliseconds an iteration relative to DCGAN's in Table 3."""
    times = [float(milliseconds) for *_, milliseconds in TABLE_3.values() if milliseconds != "-"]
    return {scheme: time / times[0] for scheme, time in zip(TIMED_SCHEMES, times, strict=True)}


def _of_scheme(scheme: str, value: float) -> Row:
    if scheme == "DMGAN":
        return Row(f"DMGAN, γ = {value}", CIFAR10, {GAMMA: value}, {}, value, "DMGAN")
    small = SMALL_WADMGAN | {LAMBDA: round(1.8 / math.e, 2)}
    return Row(f"waDMGAN, γ = {value}", WADMGAN_CIFAR10, {GAMMA: value}, {}, value, "waDMGAN", small)


def _of_wadmgan_lambda(value: float) -> Row:
    small = SMALL_WADMGAN | {LAMBDA: round(value / math.e, 2)}
    return Row(f"λ = {value}", WADMGAN_CIFAR10, {LAMBDA: value, GAMMA: 0.5}, {}, value, "waDMGAN", small)


def _of_table_3(label: str) -> Row:
    small, paper, score, milliseconds = TABLE_3[label]
    printed = {INCEPTION_SCORE: score, STEP_TIME: milliseconds}
    fields = {"label_mode": "none"} if label in UNCONDITIONAL else {}
    timed = {"network": "sagan"} if label == "SAGAN" else {}
    return Row(label, {"small": small, "paper": paper}, fields, printed, timed_fields=timed)


def _setting(label: str, small: str, paper: str, **small_fields: Any) -> Row:
    return Row(label, {"small": small, "paper": paper}, small_fields=small_fields)


_table = functools.partial(PaperTable, paper=PAPER)

TABLES = (
    _table(
        "dmgan-table2",
        ("Table 2", "section 4.2"),
        "How much discriminative loss, λ, does DMGAN need?",
        tuple(
            Row(f"λ = {value}", SVHN, {LAMBDA: value, GAMMA: 0.5}, {FID: printed}, value, "DMGAN")
            for value, printed in TABLE_2.items()
        ),
        (FID, INCEPTION_SCORE),
        "curve",
        tuple(Claim("λ = 1.8", f"λ = {value}", FID) for value in TABLE_2 if value != 1.8),
        paper_data="SVHN",
        steps=800,
        axis="λ",
    ),
    _table(
        "dmgan-section4.3.1",
        ("section 4.3.1",),
        "How much discriminative loss, λ, does waDMGAN need?",
        tuple(_of_wadmgan_lambda(value) for value in LAMBDAS_OF_CIFAR10),
        (INCEPTION_SCORE, FID),
        "curve",
        tuple(Claim("λ = 1.2", f"λ = {value}", INCEPTION_SCORE) for value in LAMBDAS_OF_CIFAR10 if value != 1.2),
        paper_data="CIFAR-10",
        steps=800,
        axis="λ (at the small budget times e)",
    ),
    _table(
        "dmgan-fig4",
        ("Figure 4", "section 4.2"),
        "Do centers that are updated beat fixed ones (γ = 0), and is γ > 2 too fast?",
        tuple(
            Row(f"γ = {value}", SVHN, {LAMBDA: 1.8, GAMMA: value}, {}, value, "DMGAN")
            for value in (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
        ),
        (FID, INCEPTION_SCORE),
        "curve",
        (
            *(Claim(f"γ = {value}", "γ = 0.0", FID) for value in (0.25, 0.5, 1.0, 1.5, 2.0)),
            *(Claim(f"γ = {slow}", f"γ = {fast}", FID) for slow in (1.0, 2.0) for fast in (2.5, 3.0)),
        ),
        paper_data="SVHN",
        steps=800,
        axis="γ",
    ),
    _table(
        "dmgan-fig6",
        ("Figure 6", "section 4.3.1"),
        "Do adaptive weights help, at each speed of the centers?",
        tuple(_of_scheme(scheme, value) for scheme in ("DMGAN", "waDMGAN") for value in (0.0, 0.5, 1.0, 1.5, 2.0)),
        (INCEPTION_SCORE, FID),
        "curve",
        tuple(Claim(f"waDMGAN, γ = {value}", f"DMGAN, γ = {value}", INCEPTION_SCORE) for value in (0.5, 1.0, 1.5, 2.0)),
        paper_data="CIFAR-10",
        steps=800,
        axis="γ",
    ),
    _table(
        "dmgan-table3",
        ("Table 3", "section 4.3.2"),
        "How do nine schemes compare, in quality and in time?",
        tuple(_of_table_3(label) for label in TABLE_3),
        (INCEPTION_SCORE, FID, STEP_TIME),
        "bars",
        (
            *(Claim("waDMGAN", other, INCEPTION_SCORE) for other in TABLE_3 if other not in ("waDMGAN", "WGAN-GP")),
            *(Claim("DMGAN", other, INCEPTION_SCORE) for other in ("MBGAN", "KM-GAN")),
            *(Claim("WGAN-GP", ours, INCEPTION_SCORE) for ours in ("DMGAN", "waDMGAN")),
            *(Claim("DCGAN", ours, STEP_TIME) for ours in ("DMGAN", "waDMGAN")),
            *(Claim(ours, "MBGAN", STEP_TIME, alike_within=COMPARABLE) for ours in ("DMGAN", "waDMGAN")),
            *(Claim(ours, other, STEP_TIME) for ours in ("DMGAN", "waDMGAN") for other in ("KM-GAN", "SAGAN")),
        ),
        paper_data="CIFAR-10",
        timed_fields={"network": "metric", "width": 0.25, "batch_size": 64},
        changed="a step of every row is timed at one batch, width and network (SAGAN's its own), where each had its "
        "recipe's; the text's claims of time are here; at the paper's budget MBGAN has DMGAN's networks and batch.",
    ),
    _table(
        "dmgan-fig3",
        ("Figure 3", "section 4.1"),
        "What do DCGAN, DMGAN and MBGAN draw on MNIST?",
        (
            _setting("DCGAN", "dcgan_small", "dcgan_mnist"),
            _setting("DMGAN", "dmgan_small", "dmgan_mnist"),
            _setting("MBGAN", "mbgan_small", "mbgan_mnist"),
        ),
        (FID, INCEPTION_SCORE),
        "samples",
        (Claim("DMGAN", "MBGAN", FID),),
        paper_data="MNIST",
    ),
    _table(
        "dmgan-fig5",
        ("Figure 5", "section 4.2"),
        "What do fixed and updated centers draw on SVHN?",
        (
            _setting("DMGAN-f", "dmgan_small", "dmgan_f_svhn", **SMALL_DMGAN_F),
            _setting("DMGAN", "dmgan_small", "dmgan_svhn"),
        ),
        (FID, INCEPTION_SCORE),
        "samples",
        (Claim("DMGAN", "DMGAN-f", FID),),
        paper_data="SVHN",
    ),
    _table(
        "dmgan-fig7",
        ("Figure 7", "section 4.3"),
        "What do waDMGAN, DMGAN and MBGAN draw on CIFAR-10?",
        (
            _setting("waDMGAN", "wadmgan_small", "wadmgan_cifar10"),
            _setting("DMGAN", "dmgan_small", "dmgan_cifar10"),
            _setting("MBGAN", "mbgan_small", "mbgan_of_dmgan_cifar10"),
        ),
        (INCEPTION_SCORE, FID),
        "samples",
        (Claim("waDMGAN", "DMGAN", INCEPTION_SCORE), Claim("DMGAN", "MBGAN", INCEPTION_SCORE)),
        paper_data="CIFAR-10",
    ),
)
