"""AM-GAN: Tables 1-2, Figures 3, 5, 6, 7 and section 7.1.5 of Zhou et al., arXiv:1703.02000, on CIFAR-10."""

from tfgan_metric.trainers.study import AM_SCORE, FID, INCEPTION_SCORE, MS_SSIM, Claim, Experiment, Row

TABLE_1 = {  # label -> (scheme, (Inception Score, AM Score) with dynamic labels, the same with predefined ones)
    "GAN": ("gan", ("7.04 ± 0.06", "0.45"), ("7.27 ± 0.07", "0.43")),
    "GAN*": ("gan_star", ("7.25 ± 0.07", "0.40"), ("7.31 ± 0.10", "0.41")),
    "AC-GAN*": ("acgan_star", ("7.41 ± 0.09", "0.17"), ("7.79 ± 0.08", "0.16")),
    "AC-GAN*+": ("acgan_star_plus", ("8.56 ± 0.11", "0.10"), ("8.01 ± 0.09", "0.14")),
    "LabelGAN": ("labelgan", ("8.63 ± 0.08", "0.13"), ("7.88 ± 0.07", "0.25")),
    "AM-GAN": ("am_gan", ("8.83 ± 0.09", "0.08"), ("8.35 ± 0.12", "0.05")),
}
TABLE_2 = {  # label -> the highest class's mean MS-SSIM with dynamic and with predefined labels
    "AC-GAN*": ("0.61", "0.35"),
    "AC-GAN*+": ("0.39", "0.36"),
    "LabelGAN": ("0.35", "0.32"),
    "AM-GAN": ("0.36", "0.36"),
}
SECTION_7_1_5 = {  # as TABLE_1
    "AC-GAN*": ("acgan_star", ("7.41", "0.17"), ("7.79", "0.16")),
    "AC-GAN": ("acgan", ("6.48", "0.43"), ("7.66", "0.20")),
}
MODES = ("dynamic", "predefined")


def _row(label, scheme, mode, printed):
    """One member with one kind of labels; GAN with dynamic ones has none, for its discriminator finds no class."""
    suffix = "_predefined" if mode == "predefined" else ""
    recipes = {"small": "am_gan_small", "paper": f"am_gan_cifar10{suffix}"}
    label_mode = "none" if (scheme, mode) == ("gan", "dynamic") else mode
    fields = {"scheme": scheme, "label_mode": label_mode} | ({"noise": "normal"} if scheme == "gan" else {})
    return Row(f"{label}, {mode}", recipes, fields, printed, small_fields={"ema_momentum": 0.99})


def _of_table_1(label, mode, table=TABLE_1):
    scheme, *printed = table[label]
    score, am_score = printed[MODES.index(mode)]
    return _row(label, scheme, mode, {INCEPTION_SCORE.title: score, AM_SCORE.title: am_score})


def _of_table_2(label, mode):
    return _row(label, TABLE_1[label][0], mode, {MS_SSIM.title: TABLE_2[label][MODES.index(mode)]})


EXPERIMENTS = (
    Experiment(
        name="am-gan-table1",
        source="AM-GAN, Table 1",
        question="How do the label schemes compare, with dynamic and with predefined labels?",
        rows=tuple(_of_table_1(label, mode) for mode in MODES for label in TABLE_1),
        measures=(AM_SCORE, INCEPTION_SCORE, FID),
        steps=1000,
        figure="bars",
        claims=tuple(
            Claim(f"AM-GAN, {mode}", f"{other}, {mode}", AM_SCORE)
            for mode in MODES
            for other in ("LabelGAN", "AC-GAN*", "AC-GAN*+", "GAN")
        ),
    ),
    Experiment(
        name="am-gan-table2",
        source="AM-GAN, Table 2",
        question="Which label schemes lose variety within a class?",
        rows=tuple(_of_table_2(label, mode) for mode in MODES for label in TABLE_2),
        measures=(MS_SSIM, AM_SCORE),
        steps=1000,
        figure="bars",
        claims=tuple(Claim(f"{other}, dynamic", "AC-GAN*, dynamic", MS_SSIM) for other in list(TABLE_2)[1:]),
    ),
    Experiment(
        name="am-gan-section7.1.5",
        source="AM-GAN, section 7.1.5",
        question="Does the loss that AC-GAN has and AC-GAN* leaves out help?",
        rows=tuple(_of_table_1(label, mode, SECTION_7_1_5) for mode in MODES for label in SECTION_7_1_5),
        measures=(AM_SCORE, INCEPTION_SCORE),
        steps=1000,
        figure="bars",
        claims=tuple(Claim(f"AC-GAN*, {mode}", f"AC-GAN, {mode}", AM_SCORE) for mode in MODES),
    ),
    Experiment(
        name="am-gan-fig3",
        source="AM-GAN, Figures 3 and 6",
        question="How do Inception Score, AM Score and their terms go in a training?",
        rows=(_of_table_1("AM-GAN", "dynamic"),),
        measures=(AM_SCORE, INCEPTION_SCORE),
        steps=1000,
        figure="score terms",
    ),
    Experiment(
        name="am-gan-fig7",
        source="AM-GAN, Figure 7",
        question="How do the label schemes' scores go in a training?",
        rows=tuple(_of_table_1(label, "dynamic") for label in TABLE_1),
        measures=(AM_SCORE, INCEPTION_SCORE, FID),
        steps=1000,
        figure="training curves",
    ),
    Experiment(
        name="am-gan-fig5",
        source="AM-GAN, Figure 5",
        question="Does the score grow with the number of classes that real images come from?",
        rows=(),
        measures=(INCEPTION_SCORE,),
        steps=None,
        figure="mode dropping",
    ),
)
