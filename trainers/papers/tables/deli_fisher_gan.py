"""Deli-Fisher GAN: Tables 1-2 and Figures 1-4, on CIFAR-10; Table 2's five experiments are seeds of one setting.

Every row has one data set and as many passes over it (section 5.2: CIFAR-10, 200 epochs), and one network family, which
the paper does not name. The small recipes are conditional: without labels Fisher GAN drew noise after 400 of its steps.
"""

import functools

from tfgan_metric.trainers.papers.columns import FID, INCEPTION_SCORE, TRAINING_TIME
from tfgan_metric.trainers.papers.table import Claim, PaperTable, Row

PAPER = "Deli-Fisher GAN"
DIAGRAMS: dict[str, str] = {}
CHANGED = (
    "every row has one data set, one network family and as many real images; they had their recipes' own. The gradient "
    "of a component that a batch draws more than once is added up before the optimizer squares it, and was not."
)


def _row(label: str, scheme: str, printed: str) -> Row:
    recipes = {"small": f"{scheme}_small", "paper": f"{scheme}_cifar10"}
    return Row(label, recipes, paper={INCEPTION_SCORE: printed})


DCGAN = _row("DCGAN", "deli_fisher_dcgan", "6.16 ± 0.07, quoted from Fisher GAN's paper")
WGAN = _row("WGAN", "deli_fisher_wgan", "5.4586 ± 0.02217")
FISHER = _row("Fisher GAN", "deli_fisher_fisher_gan", "6.8978 ± 0.09188")
DELI_FISHER = _row("Deli-Fisher GAN", "deli_fisher_gan", "7.3216 (five runs, 7.1028 to 7.4921)")

_table = functools.partial(PaperTable, paper=PAPER, paper_data="CIFAR-10", paper_seeds=5, changed=CHANGED)

TABLES = (
    _table(
        "deli-fisher-table1",
        ("Table 1", "section 5.2"),
        "What do the schemes that Deli-Fisher GAN builds on reach, and how long does each train?",
        (DCGAN, WGAN, FISHER),
        (INCEPTION_SCORE, FID, TRAINING_TIME),
        "bars",
        (
            *(Claim("Fisher GAN", other, INCEPTION_SCORE) for other in ("WGAN", "DCGAN")),
            *(Claim(other, "WGAN", TRAINING_TIME) for other in ("DCGAN", "Fisher GAN")),
        ),
    ),
    _table(
        "deli-fisher-table2",
        ("Table 2", "section 5.3"),
        "Does noise from a trained mixture help Fisher GAN?",
        (FISHER, DELI_FISHER),
        (INCEPTION_SCORE, FID),
        "bars",
        (Claim("Deli-Fisher GAN", "Fisher GAN", INCEPTION_SCORE),),
    ),
    _table(
        "deli-fisher-fig4",
        ("Figure 1", "Figure 2", "Figure 3", "Figure 4"),
        "What do DCGAN, WGAN, Fisher GAN and Deli-Fisher GAN draw?",
        (DCGAN, WGAN, FISHER, DELI_FISHER),
        (INCEPTION_SCORE, FID),
        "samples",
        tuple(Claim("Deli-Fisher GAN", other, INCEPTION_SCORE) for other in ("DCGAN", "WGAN", "Fisher GAN")),
    ),
)
