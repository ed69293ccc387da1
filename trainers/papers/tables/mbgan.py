"""MBGAN: Tables 3-4 and Figures 3-9 of Dai, Xie, Fang, "Metric-based Generative Adversarial Network", 2017."""

from tfgan_metric.trainers.papers.table import FID, GRADIENT_NORM, INCEPTION_SCORE, SVM, Claim, Experiment, Row

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
TABLES = {  # number -> (section, data, recipes, DCGAN's and MBGAN's accuracy, what the text says of them)
    3: ("section 4.2", "CIFAR-10", CIFAR10, "0.758", "0.768", Claim("MBGAN", "DCGAN", SVM)),
    4: ("section 4.3", "SVHN", SVHN, "0.890", "0.877", Claim("MBGAN", "DCGAN", SVM, alike_within=COMPARABLE)),
}
DCGAN = {"scheme": "gan", "label_mode": "none"}
STEPS = 1_200  # of the small budget: at half as many, no setting draws digits
FEATURES = 500  # the scheme's own; a row that has them names none, so Figures 4 and 5 share runs
AVERAGED = {"ema_momentum": 0.99}  # as the small MBGAN is


def _experiment(name, places, data, question, rows, measures, figure, claims=(), steps=STEPS):
    return Experiment(
        name=f"mbgan-{name}",
        paper=PAPER,
        places=places,
        paper_data=data,
        question=question,
        rows=rows,
        measures=measures,
        steps=steps,
        figure=figure,
        claims=claims,
    )


def _svm_table(number):
    section, data, recipes, dcgan, mbgan, claim = TABLES[number]
    return _experiment(
        f"table{number}",
        (f"Table {number}", section),
        data,
        "Which discriminator's features does a linear classifier of real images want?",
        (
            Row("DCGAN", recipes, DCGAN, {SVM.title: dcgan}, small_fields=AVERAGED),
            Row("MBGAN", recipes, {}, {SVM.title: mbgan}),
        ),
        (SVM, FID),
        "bars",
        (claim,),
    )


def _samples(number, section, data, recipes, dcgan_recipes=None):
    """What DCGAN and MBGAN draw; the paper finds no visual difference, which no number of ours says."""
    dcgan = Row("DCGAN", dcgan_recipes or recipes, DCGAN, {}, small_fields=AVERAGED)
    rows = (dcgan, Row("MBGAN", recipes, {}, {}))
    question = f"What do DCGAN and MBGAN draw on {data}?"
    return _experiment(
        f"fig{number}", (f"Figure {number}", section), data, question, rows, (FID, INCEPTION_SCORE), "samples"
    )


def _of_alpha(value):
    return Row(f"α = {value:g}", CIFAR10, {"margin_scale": value}, {}, value, "MBGAN")


def _of_dimension(value):
    fields = {} if value == FEATURES else {"feature_dimension": value}
    return Row(f"K = {value}", CIFAR10, fields, {}, value, "MBGAN")


EXPERIMENTS = (
    *(_svm_table(number) for number in TABLES),
    _samples(3, "section 4.2", "CIFAR-10", CIFAR10),
    _experiment(
        "fig4",
        ("Figure 4", "section 4.2"),
        "CIFAR-10",
        "Does a small margin scale α collapse?",
        tuple(_of_alpha(value) for value in (0.2, 2.0, 20.0, 200.0)),
        (FID, INCEPTION_SCORE),
        "samples",
        tuple(Claim(f"α = {large}", f"α = {small}", FID) for large in (20, 200) for small in (0.2, 2)),
    ),
    _experiment(
        "fig5",
        ("Figure 5", "section 4.2"),
        "CIFAR-10",
        "Do few features, K, collapse?",
        tuple(_of_dimension(value) for value in (5, 50, 500, 5000)),
        (FID, INCEPTION_SCORE),
        "samples",
        tuple(Claim(f"K = {large}", f"K = {small}", FID) for large in (500, 5000) for small in (5, 50)),
    ),
    _experiment(
        "fig6",
        ("Figure 6", "section 4.2"),
        "CIFAR-10",
        "Does MBGAN's generator keep a gradient well above 0? (DCGAN's beside it is ours.)",
        (
            Row("MBGAN", CIFAR10, {"gradient_norms": True}, {}),
            Row("DCGAN", CIFAR10, DCGAN | {"gradient_norms": True}, {}, small_fields=AVERAGED),
        ),
        (GRADIENT_NORM, FID),
        "gradient norms",
    ),
    _samples(7, "section 4.3", "SVHN", SVHN),
    _samples(8, "section 4.4", "CelebA", CELEBA, DCGAN_CELEBA),
    _experiment(
        "fig9",
        ("Figure 9", "section 4.4"),
        "CelebA",
        "Do images between two noise vectors change smoothly?",
        (Row("MBGAN", CELEBA, {}, {}),),
        (FID,),
        "interpolation",
        steps=None,
    ),
)
