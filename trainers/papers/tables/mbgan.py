"""MBGAN: Tables 3-4 and Figures 3-9 of Dai, Xie, Fang, "Metric-based Generative Adversarial Network", 2017."""

import functools

from tfgan_metric.trainers.papers.columns import FID, GRADIENT_NORM, INCEPTION_SCORE, SVM
from tfgan_metric.trainers.papers.table import Claim, PaperTable, Row

PAPER = "MBGAN"
DIAGRAMS = {
    "Table 1": "the generator: `mbgan`, to the letter `mbgan_literal`",
    "Table 2": "the discriminator: `mbgan`, to the letter `mbgan_literal`",
    "Figure 1": "the framework",
    "Figure 2": "distances between features",
}
CIFAR10 = {"small": "mbgan_small", "paper": "mbgan_cifar10"}
SVHN = {"small": "mbgan_small", "paper": "mbgan_svhn"}
CELEBA = {"small": "mbgan_small", "paper": "mbgan_celeba"}
DCGAN_CELEBA = {"small": "mbgan_small", "paper": "dcgan_celeba"}
COMPARABLE = 0.02  # "comparable performance" on SVHN, where the paper's own are 1.5 % apart
SVM_TABLES = {  # number -> (section, data, recipes, DCGAN's and MBGAN's accuracy, what the text says of them)
    3: ("section 4.2", "CIFAR-10", CIFAR10, "0.758", "0.768", Claim("MBGAN", "DCGAN", SVM)),
    4: ("section 4.3", "SVHN", SVHN, "0.890", "0.877", Claim("MBGAN", "DCGAN", SVM, alike_within=COMPARABLE)),
}
DCGAN = {"scheme": "gan", "label_mode": "none"}
STEPS = 1_200  # of the small budget: at half as many, no setting draws digits
FEATURES = 500  # the scheme's own; a row that has them names none, so Figures 4 and 5 share runs
AVERAGED = {"ema_momentum": 0.99}  # as the small MBGAN is

_table = functools.partial(PaperTable, paper=PAPER, steps=STEPS)


def _svm_table(number: int) -> PaperTable:
    section, data, recipes, dcgan, mbgan, claim = SVM_TABLES[number]
    return _table(
        f"mbgan-table{number}",
        (f"Table {number}", section),
        "Which discriminator's features does a linear classifier of real images want?",
        (Row("DCGAN", recipes, DCGAN, {SVM: dcgan}, small_fields=AVERAGED), Row("MBGAN", recipes, {}, {SVM: mbgan})),
        (SVM, FID),
        "bars",
        (claim,),
        paper_data=data,
    )


def _samples(number: int, section: str, data: str, mbgan: dict[str, str], dcgan: dict[str, str]) -> PaperTable:
    """What DCGAN and MBGAN draw; the paper finds no visual difference, which no number of ours says."""
    return _table(
        f"mbgan-fig{number}",
        (f"Figure {number}", section),
        f"What do DCGAN and MBGAN draw on {data}?",
        (Row("DCGAN", dcgan, DCGAN, small_fields=AVERAGED), Row("MBGAN", mbgan)),
        (FID, INCEPTION_SCORE),
        "samples",
        paper_data=data,
    )


def _of_dimension(value: int) -> Row:
    fields = {} if value == FEATURES else {"feature_dimension": value}
    return Row(f"K = {value}", CIFAR10, fields, at=value, series="MBGAN")


TABLES = (
    *(_svm_table(number) for number in SVM_TABLES),
    _samples(3, "section 4.2", "CIFAR-10", CIFAR10, CIFAR10),
    _table(
        "mbgan-fig4",
        ("Figure 4", "section 4.2"),
        "Does a small margin scale α collapse?",
        tuple(
            Row(f"α = {value:g}", CIFAR10, {"margin_scale": value}, at=value, series="MBGAN")
            for value in (0.2, 2.0, 20.0, 200.0)
        ),
        (FID, INCEPTION_SCORE),
        "samples",
        tuple(Claim(f"α = {large}", f"α = {small}", FID) for large in (20, 200) for small in (0.2, 2)),
        paper_data="CIFAR-10",
    ),
    _table(
        "mbgan-fig5",
        ("Figure 5", "section 4.2"),
        "Do few features, K, collapse?",
        tuple(_of_dimension(value) for value in (5, 50, 500, 5000)),
        (FID, INCEPTION_SCORE),
        "samples",
        tuple(Claim(f"K = {large}", f"K = {small}", FID) for large in (500, 5000) for small in (5, 50)),
        paper_data="CIFAR-10",
    ),
    _table(
        "mbgan-fig6",
        ("Figure 6", "section 4.2"),
        "Does MBGAN's generator keep a gradient well above 0? (DCGAN's beside it is ours.)",
        (
            Row("MBGAN", CIFAR10, {"gradient_norms": True}),
            Row("DCGAN", CIFAR10, DCGAN | {"gradient_norms": True}, small_fields=AVERAGED),
        ),
        (GRADIENT_NORM, FID),
        "gradient norms",
        paper_data="CIFAR-10",
    ),
    _samples(7, "section 4.3", "SVHN", SVHN, SVHN),
    _samples(8, "section 4.4", "CelebA", CELEBA, DCGAN_CELEBA),
    _table(
        "mbgan-fig9",
        ("Figure 9", "section 4.4"),
        "Do images between two noise vectors change smoothly?",
        (Row("MBGAN", CELEBA),),
        (FID,),
        "interpolation",
        paper_data="CelebA",
        steps=None,
    ),
)
