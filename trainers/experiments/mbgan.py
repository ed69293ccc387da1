"""MBGAN: Tables 3-4 and Figures 4-6 and 9 of Dai, Xie, Fang, "Metric-based Generative Adversarial Network", 2017."""

from tfgan_metric.trainers.study import (
    FID,
    GRADIENT_NORM,
    INCEPTION_SCORE,
    SVM,
    Claim,
    Experiment,
    Row,
)

CIFAR10 = {"small": "mbgan_unlabelled_embedded", "paper": "mbgan_cifar10"}
SVHN = {"small": "mbgan_unlabelled_embedded", "paper": "mbgan_svhn"}
TABLES = {  # experiment -> (place, recipes, DCGAN's and MBGAN's accuracy)
    "mbgan-table3": ("Table 3, CIFAR-10", CIFAR10, "0.758", "0.768"),
    "mbgan-table4": ("Table 4, SVHN", SVHN, "0.890", "0.877"),
}
DCGAN = {"scheme": "gan", "label_mode": "none"}
STEPS = 1_200  # of the small budget: at half as many, no setting draws digits
FEATURES = 500  # the scheme's own; a row that has them names none, so Figures 4 and 5 share runs
AVERAGED = {"ema_momentum": 0.99}  # as the small MBGAN is


def _svm_table(name):
    place, recipes, dcgan, mbgan = TABLES[name]
    claim = Claim("MBGAN", "DCGAN", SVM) if float(mbgan) > float(dcgan) else Claim("DCGAN", "MBGAN", SVM)
    return Experiment(
        name=name,
        source=f"MBGAN, {place}",
        question="Which discriminator's features does a linear classifier of real images want?",
        rows=(
            Row("DCGAN", recipes, DCGAN, {SVM.title: dcgan}, small_fields=AVERAGED),
            Row("MBGAN", recipes, {}, {SVM.title: mbgan}),
        ),
        measures=(SVM, FID),
        steps=STEPS,
        figure="bars",
        claims=(claim,),
    )


def _of_alpha(value):
    return Row(f"α = {value:g}", CIFAR10, {"margin_scale": value}, {}, value, "MBGAN")


def _of_dimension(value):
    fields = {} if value == FEATURES else {"feature_dimension": value}
    return Row(f"K = {value}", CIFAR10, fields, {}, value, "MBGAN")


EXPERIMENTS = (
    _svm_table("mbgan-table3"),
    _svm_table("mbgan-table4"),
    Experiment(
        name="mbgan-fig4",
        source="MBGAN, Figure 4 and section 4.2",
        question="Does a small margin scale α collapse?",
        rows=tuple(_of_alpha(value) for value in (0.2, 2.0, 20.0, 200.0)),
        measures=(FID, INCEPTION_SCORE),
        steps=STEPS,
        figure="samples",
        claims=tuple(Claim(f"α = {large}", f"α = {small}", FID) for large in (20, 200) for small in (0.2, 2)),
    ),
    Experiment(
        name="mbgan-fig5",
        source="MBGAN, Figure 5 and section 4.2",
        question="Do few features, K, collapse?",
        rows=tuple(_of_dimension(value) for value in (5, 50, 500, 5000)),
        measures=(FID, INCEPTION_SCORE),
        steps=STEPS,
        figure="samples",
        claims=tuple(Claim(f"K = {large}", f"K = {small}", FID) for large in (500, 5000) for small in (5, 50)),
    ),
    Experiment(
        name="mbgan-fig6",
        source="MBGAN, Figure 6 and section 4.2",
        question="Does the generator's gradient stay away from 0?",
        rows=(
            Row("MBGAN", CIFAR10, {"gradient_norms": True}, {}),
            Row("DCGAN", CIFAR10, DCGAN | {"gradient_norms": True}, {}, small_fields=AVERAGED),
        ),
        measures=(GRADIENT_NORM, FID),
        steps=STEPS,
        figure="gradient norms",
    ),
    Experiment(
        name="mbgan-fig9",
        source="MBGAN, Figure 9 and section 4.4",
        question="Do images between two noise vectors change smoothly?",
        rows=(Row("MBGAN", {"small": "mbgan_unlabelled_embedded", "paper": "mbgan_celeba"}, {}, {}),),
        measures=(FID,),
        steps=None,
        figure="interpolation",
    ),
)
