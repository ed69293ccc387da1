"""AM-GAN: Tables 1-3, Figures 3-18 and section 7.1 of Zhou et al., arXiv:1703.02000, on CIFAR-10 and Tiny-ImageNet."""

import functools
import itertools
from collections.abc import Mapping
from typing import Any

import tfgan_metric.trainers.papers.tables.am_gan_printed as printed
from tfgan_metric.trainers.papers.columns import (
    AM_SCORE,
    CLASSIFIER_ENTROPY,
    FID,
    INCEPTION_SCORE,
    LATENT_SENSITIVITY,
    MARGINAL_DIVERGENCE,
    MARGINAL_ENTROPY,
    MS_SSIM,
    SAMPLE_ENTROPY,
    Column,
)
from tfgan_metric.trainers.papers.table import Claim, PaperTable, Row

PAPER = "AM-GAN"
LABELS_OF_GAN = (
    '"GAN, predefined" has a uniform label in its generator and none in its discriminator, as the authors\' command; '
    "it was a conditional GAN whose discriminator saw label maps."
)
DIAGRAMS = {"Figure 1": "the overlaid gradient", "Figure 2": "AM-GAN beside AC-GAN*"}
CIFAR10, TINY_IMAGENET = "CIFAR-10", "Tiny-ImageNet"
MODES = ("dynamic", "predefined")
SCHEMES = {
    "GAN": "gan",
    "GAN*": "gan_star",
    "AC-GAN*": "acgan_star",
    "AC-GAN*+": "acgan_star_plus",
    "LabelGAN": "labelgan",
    "AM-GAN": "am_gan",
    "AC-GAN": "acgan",
}
Numbers = dict[Column, str]


def _row(label: str, mode: str, numbers: Numbers, data: str = CIFAR10, name: str = "", **more: Any) -> Row:
    """One member with one kind of labels; GAN with dynamic ones has none, for its discriminator finds no class."""
    scheme = SCHEMES[label]
    paper = "am_gan_" + ("cifar10" if data == CIFAR10 else "tiny_imagenet")
    recipes = {"small": "am_gan_small", "paper": paper + ("_predefined" if mode == "predefined" else "")}
    label_mode = "none" if (scheme, mode) == ("gan", "dynamic") else mode
    fields = {"scheme": scheme, "label_mode": label_mode} | ({"noise": "normal"} if scheme == "gan" else {})
    return Row(name or f"{label}, {mode}", recipes, fields | more, numbers, small_fields={"ema_momentum": 0.99})


def _scored(label: str, mode: str, table: Mapping = printed.TABLE_1, data: str = CIFAR10) -> Row:
    numbers: Numbers = dict(zip((INCEPTION_SCORE, AM_SCORE), table[label][MODES.index(mode)], strict=True))
    if (mode, data) == ("dynamic", CIFAR10) and label in printed.SAMPLE_ENTROPIES:
        numbers[CLASSIFIER_ENTROPY] = printed.SAMPLE_ENTROPIES[label]
    return _row(label, mode, numbers, data)


def _similar(label: str, mode: str) -> Row:
    return _row(label, mode, {MS_SSIM: printed.TABLE_2[label][MODES.index(mode)]})


def _better(first: str, others: tuple[str, ...], *columns: Column, modes: tuple[str, ...] = MODES) -> list[Claim]:
    """That one member is better than others by each column, with each kind of labels."""
    found = itertools.product(columns, modes, others)
    return [Claim(f"{first}, {mode}", f"{other}, {mode}", column) for column, mode, other in found]


_table = functools.partial(PaperTable, paper=PAPER, paper_data=CIFAR10, steps=1_000)

TABLES = (
    _table(
        "am-gan-table1",
        ("Table 1", "section 7.1"),
        "How do the label schemes compare, with dynamic and with predefined labels?",
        tuple(_scored(label, mode) for mode in MODES for label in printed.TABLE_1),
        (AM_SCORE, INCEPTION_SCORE, CLASSIFIER_ENTROPY, FID),
        "bars",
        (
            *(
                claim
                for column in (AM_SCORE, INCEPTION_SCORE)
                for first, others in printed.ORDER_OF_TABLE_1.items()
                for claim in _better(first, others, column)
            ),
            *_better("AM-GAN", ("LabelGAN",), CLASSIFIER_ENTROPY, modes=("dynamic",)),
            *_better("AC-GAN*+", ("LabelGAN",), CLASSIFIER_ENTROPY, modes=("dynamic",)),
            Claim("AM-GAN, dynamic", "AM-GAN, predefined", INCEPTION_SCORE),
            Claim("AM-GAN, predefined", "AM-GAN, dynamic", AM_SCORE),
            Claim("LabelGAN, dynamic", "LabelGAN, predefined", INCEPTION_SCORE),
            Claim("LabelGAN, dynamic", "LabelGAN, predefined", AM_SCORE),
        ),
        changed=LABELS_OF_GAN
        + " 1,000 steps instead of 600; the text's claims by Inception Score and entropy are here.",
    ),
    _table(
        "am-gan-table1-tiny-imagenet",
        ("Table 1", "section 7.2"),
        "How do the label schemes compare on 200 classes?",
        tuple(
            _scored(label, mode, printed.TABLE_1_ON_TINY_IMAGENET, TINY_IMAGENET)
            for mode in MODES
            for label in printed.TABLE_2
        ),
        (AM_SCORE, INCEPTION_SCORE, FID),
        "bars",
        (
            *_better("AM-GAN", ("LabelGAN", "AC-GAN*", "AC-GAN*+"), INCEPTION_SCORE, AM_SCORE),
            *_better("AC-GAN*+", ("AC-GAN*",), INCEPTION_SCORE),
        ),
        paper_data=TINY_IMAGENET,
    ),
    _table(
        "am-gan-table2",
        ("Table 2", "section 7.1.2"),
        "Which label schemes lose variety within a class?",
        tuple(_similar(label, mode) for mode in MODES for label in printed.TABLE_2),
        (MS_SSIM, AM_SCORE),
        "bars",
        (
            *(Claim(f"{other}, dynamic", "AC-GAN*, dynamic", MS_SSIM) for other in list(printed.TABLE_2)[1:]),
            Claim("AC-GAN*, predefined", "AC-GAN*, dynamic", MS_SSIM),
        ),
        changed="MS-SSIM is of intensities in [0, 1] with |σ₁₂|, as the authors'; it was of [-1, 1], which its "
        "luminance term does not allow, with σ₁₂, so its numbers were wrong. 1,000 steps instead of 600.",
    ),
    _table(
        "am-gan-table3",
        ("Table 3", "section 7.1.3"),
        "What does AM-GAN reach with a wider discriminator, beside others' numbers and real images?",
        (
            *(Row(f"{label}, quoted", paper={INCEPTION_SCORE: score}) for label, score in printed.TABLE_3.items()),
            _scored("AM-GAN", "dynamic"),
            _row(
                "AM-GAN",
                "dynamic",
                {INCEPTION_SCORE: "8.91 ± 0.11"},
                name="AM-GAN, dynamic, wider discriminator",
                discriminator_width=printed.WIDER_DISCRIMINATOR,
            ),
            Row("real images", paper={INCEPTION_SCORE: "11.24 ± 0.12"}, real_images=True),
        ),
        (INCEPTION_SCORE,),
        "bars",
        (Claim("AM-GAN, dynamic, wider discriminator", "AM-GAN, dynamic", INCEPTION_SCORE),),
    ),
    _table(
        "am-gan-section7.1.2",
        ("section 7.1.2",),
        "Does AC-GAN* keep its variety with a tenth of the auxiliary loss in the generator?",
        (
            _row(
                "AC-GAN*",
                "dynamic",
                {INCEPTION_SCORE: "7.19", AM_SCORE: "0.23", MS_SSIM: "0.35"},
                name="AC-GAN*, dynamic, a tenth",
                generator_class_weight=printed.LIGHTER_AUXILIARY,
            ),
            _row("AC-GAN*", "dynamic", {INCEPTION_SCORE: "7.41 ± 0.09", AM_SCORE: "0.17", MS_SSIM: "0.61"}),
        ),
        (MS_SSIM, AM_SCORE, INCEPTION_SCORE),
        "bars",
        (
            Claim("AC-GAN*, dynamic, a tenth", "AC-GAN*, dynamic", MS_SSIM),
            Claim("AC-GAN*, dynamic", "AC-GAN*, dynamic, a tenth", AM_SCORE),
            Claim("AC-GAN*, dynamic", "AC-GAN*, dynamic, a tenth", INCEPTION_SCORE),
        ),
    ),
    _table(
        "am-gan-section7.1.4",
        ("section 7.1.4",),
        "Do images move less with the noise where the generator is given a class?",
        tuple(_row("AM-GAN", mode, {LATENT_SENSITIVITY: printed.SENSITIVITY[mode]}) for mode in MODES),
        (LATENT_SENSITIVITY, AM_SCORE),
        "bars",
        (Claim("AM-GAN, dynamic", "AM-GAN, predefined", LATENT_SENSITIVITY),),
    ),
    _table(
        "am-gan-section7.1.5",
        ("section 7.1.5",),
        "Does the loss that AC-GAN has and AC-GAN* leaves out help?",
        tuple(_scored(label, mode, printed.SECTION_7_1_5) for mode in MODES for label in printed.SECTION_7_1_5),
        (AM_SCORE, INCEPTION_SCORE, MS_SSIM),
        "bars",
        (
            *_better("AC-GAN*", ("AC-GAN",), AM_SCORE, INCEPTION_SCORE),
            Claim("AC-GAN, dynamic", "AC-GAN*, dynamic", MS_SSIM),
        ),
    ),
    _table(
        "am-gan-fig3",
        ("Figure 3", "section 6.2"),
        "How do the Inception Score and its terms go in a training?",
        (_row("AM-GAN", "dynamic", {}),),
        (INCEPTION_SCORE, MARGINAL_ENTROPY, SAMPLE_ENTROPY),
        "training curves",
    ),
    _table(
        "am-gan-fig4",
        ("Figure 4", "section 6.2"),
        "How sure are the classifiers of real images, class by class?",
        (),
        (),
        "class entropies",
    ),
    _table(
        "am-gan-fig5",
        ("Figure 5", "section 6.3"),
        "Does the Inception Score grow with the number of classes that a generator keeps?",
        (),
        (),
        "mode dropping",
        paper_data="",
        changed="the paper's synthetic study; it was the score of real images of the first classes.",
    ),
    _table(
        "am-gan-fig6",
        ("Figure 6", "section 6.4"),
        "How do the AM Score and its terms go in a training?",
        (_row("AM-GAN", "dynamic", {}),),
        (AM_SCORE, MARGINAL_DIVERGENCE, CLASSIFIER_ENTROPY),
        "training curves",
    ),
    _table(
        "am-gan-fig7",
        ("Figure 7", "section 7.1.6"),
        "How do the label schemes' scores go in a training?",
        tuple(_scored(label, "dynamic") for label in printed.TABLE_1),
        (INCEPTION_SCORE, AM_SCORE),
        "training curves",
        changed="the curves are of the extractor that the page names, at the paper's budget Inception's on 50,000 "
        "images; 1,000 steps instead of 600.",
    ),
    _table(
        "am-gan-fig8", ("Figure 8", "appendix"), "Of which real images is the classifier sure?", (), (), "entropy bands"
    ),
    _table(
        "am-gan-fig9",
        tuple(f"Figure {number}" for number in range(9, 19)),
        "What do the label schemes draw, with dynamic and with predefined labels?",
        tuple(_scored(label, mode) for mode in MODES for label in printed.SAMPLED),
        (AM_SCORE, INCEPTION_SCORE),
        "samples",
    ),
)
