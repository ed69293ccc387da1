"""AM-GAN: Tables 1-3, Figures 3-18 and section 7.1 of Zhou et al., arXiv:1703.02000, on CIFAR-10 and Tiny-ImageNet."""

import dataclasses

from tfgan_metric.trainers.papers.table import (
    AM_SCORE,
    CLASSIFIER_ENTROPY,
    FID,
    INCEPTION_SCORE,
    LATENT_SENSITIVITY,
    MARGINAL_DIVERGENCE,
    MARGINAL_ENTROPY,
    MS_SSIM,
    SAMPLE_ENTROPY,
    Claim,
    Experiment,
    Row,
)
from tfgan_metric.trainers.papers.tables.am_gan_printed import (
    CIFAR10,
    LIGHTER_AUXILIARY,
    MODES,
    ORDER_OF_TABLE_1,
    SAMPLE_ENTROPIES,
    SAMPLED,
    SCHEMES,
    SECTION_7_1_5,
    SENSITIVITY,
    TABLE_1,
    TABLE_2,
    TABLE_3,
    TINY_IMAGENET,
    WIDER_DISCRIMINATOR,
)

PAPER = "AM-GAN"
LABELS_OF_GAN = (
    '"GAN, predefined" has a uniform label in its generator and none in its discriminator, as the authors\' command; '
    "it was a conditional GAN whose discriminator saw label maps."
)
DIAGRAMS = {"Figure 1": "the overlaid gradient", "Figure 2": "AM-GAN beside AC-GAN*"}


def _row(label, mode, printed, data=CIFAR10, name=None, **more):
    """One member with one kind of labels; GAN with dynamic ones has none, for its discriminator finds no class."""
    scheme = SCHEMES[label]
    paper = "am_gan_" + ("cifar10" if data == CIFAR10 else "tiny_imagenet")
    recipes = {"small": "am_gan_small", "paper": paper + ("_predefined" if mode == "predefined" else "")}
    label_mode = "none" if (scheme, mode) == ("gan", "dynamic") else mode
    fields = {"scheme": scheme, "label_mode": label_mode} | ({"noise": "normal"} if scheme == "gan" else {})
    return Row(name or f"{label}, {mode}", recipes, fields | more, printed, small_fields={"ema_momentum": 0.99})


def _scored(label, mode, table=TABLE_1[CIFAR10], data=CIFAR10):
    printed = table[label][MODES.index(mode)]
    numbers = {measure.title: number for measure, number in zip((INCEPTION_SCORE, AM_SCORE), printed, strict=True)}
    if (mode, data) == ("dynamic", CIFAR10) and label in SAMPLE_ENTROPIES:
        numbers[CLASSIFIER_ENTROPY.title] = SAMPLE_ENTROPIES[label]
    return _row(label, mode, numbers, data)


def _similar(label, mode):
    return _row(label, mode, {MS_SSIM.title: TABLE_2[label][MODES.index(mode)]})


def _better(first, others, measure, modes=MODES):
    return tuple(Claim(f"{first}, {mode}", f"{other}, {mode}", measure) for mode in modes for other in others)


def _experiment(name, places, question, rows, measures, figure, claims=(), data=CIFAR10, steps=1_000, changed=""):
    """An experiment, whose rows keep those of the paper's numbers that it measures."""
    titles = {measure.title for measure in measures}
    rows = tuple(
        dataclasses.replace(row, paper={title: number for title, number in row.paper.items() if title in titles})
        for row in rows
    )
    return Experiment(
        name=f"am-gan-{name}",
        paper=PAPER,
        places=places,
        paper_data=data,
        question=question,
        rows=rows,
        measures=measures,
        steps=steps,
        figure=figure,
        claims=claims,
        changed=changed,
    )


EXPERIMENTS = (
    _experiment(
        "table1",
        ("Table 1", "section 7.1"),
        "How do the label schemes compare, with dynamic and with predefined labels?",
        tuple(_scored(label, mode) for mode in MODES for label in TABLE_1[CIFAR10]),
        (AM_SCORE, INCEPTION_SCORE, CLASSIFIER_ENTROPY, FID),
        "bars",
        (
            *(
                claim
                for measure in (AM_SCORE, INCEPTION_SCORE)
                for first, others in ORDER_OF_TABLE_1.items()
                for claim in _better(first, others, measure)
            ),
            *_better("AM-GAN", ("LabelGAN",), CLASSIFIER_ENTROPY, ("dynamic",)),
            *_better("AC-GAN*+", ("LabelGAN",), CLASSIFIER_ENTROPY, ("dynamic",)),
            Claim("AM-GAN, dynamic", "AM-GAN, predefined", INCEPTION_SCORE),
            Claim("AM-GAN, predefined", "AM-GAN, dynamic", AM_SCORE),
            Claim("LabelGAN, dynamic", "LabelGAN, predefined", INCEPTION_SCORE),
            Claim("LabelGAN, dynamic", "LabelGAN, predefined", AM_SCORE),
        ),
        changed=LABELS_OF_GAN
        + " 1,000 steps instead of 600; the text's claims by Inception Score and entropy are here.",
    ),
    _experiment(
        "table1-tiny-imagenet",
        ("Table 1", "section 7.2"),
        "How do the label schemes compare on 200 classes?",
        tuple(_scored(label, mode, TABLE_1[TINY_IMAGENET], TINY_IMAGENET) for mode in MODES for label in TABLE_2),
        (AM_SCORE, INCEPTION_SCORE, FID),
        "bars",
        (
            *_better("AM-GAN", ("LabelGAN", "AC-GAN*", "AC-GAN*+"), INCEPTION_SCORE),
            *_better("AM-GAN", ("LabelGAN", "AC-GAN*", "AC-GAN*+"), AM_SCORE),
            *_better("AC-GAN*+", ("AC-GAN*",), INCEPTION_SCORE),
        ),
        data=TINY_IMAGENET,
    ),
    _experiment(
        "table2",
        ("Table 2", "section 7.1.2"),
        "Which label schemes lose variety within a class?",
        tuple(_similar(label, mode) for mode in MODES for label in TABLE_2),
        (MS_SSIM, AM_SCORE),
        "bars",
        (
            *(Claim(f"{other}, dynamic", "AC-GAN*, dynamic", MS_SSIM) for other in TABLE_2 if other != "AC-GAN*"),
            Claim("AC-GAN*, predefined", "AC-GAN*, dynamic", MS_SSIM),
        ),
        changed="MS-SSIM is of intensities in [0, 1] with |σ₁₂|, as the authors'; it was of [-1, 1], which its "
        "luminance term does not allow, with σ₁₂, so its numbers were wrong. 1,000 steps instead of 600.",
    ),
    _experiment(
        "table3",
        ("Table 3", "section 7.1.3"),
        "What does AM-GAN reach with a wider discriminator, beside others' numbers and real images?",
        (
            *(Row(f"{label}, quoted", {}, {}, {INCEPTION_SCORE.title: score}) for label, score in TABLE_3.items()),
            _scored("AM-GAN", "dynamic"),
            _row(
                "AM-GAN",
                "dynamic",
                {INCEPTION_SCORE.title: "8.91 ± 0.11"},
                name="AM-GAN, dynamic, wider discriminator",
                discriminator_width=WIDER_DISCRIMINATOR,
            ),
            Row("real images", {}, {}, {INCEPTION_SCORE.title: "11.24 ± 0.12"}, real_images=True),
        ),
        (INCEPTION_SCORE,),
        "bars",
        (Claim("AM-GAN, dynamic, wider discriminator", "AM-GAN, dynamic", INCEPTION_SCORE),),
    ),
    _experiment(
        "section7.1.2",
        ("section 7.1.2",),
        "Does AC-GAN* keep its variety with a tenth of the auxiliary loss in the generator?",
        (
            _row(
                "AC-GAN*",
                "dynamic",
                {INCEPTION_SCORE.title: "7.19", AM_SCORE.title: "0.23", MS_SSIM.title: "0.35"},
                name="AC-GAN*, dynamic, a tenth",
                generator_class_weight=LIGHTER_AUXILIARY,
            ),
            _row(
                "AC-GAN*",
                "dynamic",
                {INCEPTION_SCORE.title: "7.41 ± 0.09", AM_SCORE.title: "0.17", MS_SSIM.title: "0.61"},
            ),
        ),
        (MS_SSIM, AM_SCORE, INCEPTION_SCORE),
        "bars",
        (
            Claim("AC-GAN*, dynamic, a tenth", "AC-GAN*, dynamic", MS_SSIM),
            Claim("AC-GAN*, dynamic", "AC-GAN*, dynamic, a tenth", AM_SCORE),
            Claim("AC-GAN*, dynamic", "AC-GAN*, dynamic, a tenth", INCEPTION_SCORE),
        ),
    ),
    _experiment(
        "section7.1.4",
        ("section 7.1.4",),
        "Do images move less with the noise where the generator is given a class?",
        tuple(_row("AM-GAN", mode, {LATENT_SENSITIVITY.title: SENSITIVITY[mode]}) for mode in MODES),
        (LATENT_SENSITIVITY, AM_SCORE),
        "bars",
        (Claim("AM-GAN, dynamic", "AM-GAN, predefined", LATENT_SENSITIVITY),),
    ),
    _experiment(
        "section7.1.5",
        ("section 7.1.5",),
        "Does the loss that AC-GAN has and AC-GAN* leaves out help?",
        tuple(_scored(label, mode, SECTION_7_1_5) for mode in MODES for label in SECTION_7_1_5),
        (AM_SCORE, INCEPTION_SCORE, MS_SSIM),
        "bars",
        (
            *_better("AC-GAN*", ("AC-GAN",), AM_SCORE),
            *_better("AC-GAN*", ("AC-GAN",), INCEPTION_SCORE),
            Claim("AC-GAN, dynamic", "AC-GAN*, dynamic", MS_SSIM),
        ),
    ),
    _experiment(
        "fig3",
        ("Figure 3", "section 6.2"),
        "How do the Inception Score and its terms go in a training?",
        (_row("AM-GAN", "dynamic", {}),),
        (INCEPTION_SCORE, MARGINAL_ENTROPY, SAMPLE_ENTROPY),
        "training curves",
    ),
    _experiment(
        "fig4",
        ("Figure 4", "section 6.2"),
        "How sure are the classifiers of real images, class by class?",
        (),
        (),
        "class entropies",
    ),
    _experiment(
        "fig5",
        ("Figure 5", "section 6.3"),
        "Does the Inception Score grow with the number of classes that a generator keeps?",
        (),
        (),
        "mode dropping",
        data="",
        changed="the paper's synthetic study; it was the score of real images of the first classes.",
    ),
    _experiment(
        "fig6",
        ("Figure 6", "section 6.4"),
        "How do the AM Score and its terms go in a training?",
        (_row("AM-GAN", "dynamic", {}),),
        (AM_SCORE, MARGINAL_DIVERGENCE, CLASSIFIER_ENTROPY),
        "training curves",
    ),
    _experiment(
        "fig7",
        ("Figure 7", "section 7.1.6"),
        "How do the label schemes' scores go in a training?",
        tuple(_scored(label, "dynamic") for label in TABLE_1[CIFAR10]),
        (INCEPTION_SCORE, AM_SCORE),
        "training curves",
        changed="the curves are of the extractor that the page names, at the paper's budget Inception's on 50,000 "
        "images; 1,000 steps instead of 600.",
    ),
    _experiment(
        "fig8",
        ("Figure 8", "appendix"),
        "Of which real images is the classifier sure?",
        (),
        (),
        "entropy bands",
    ),
    _experiment(
        "fig9",
        tuple(f"Figure {number}" for number in range(9, 19)),
        "What do the label schemes draw, with dynamic and with predefined labels?",
        tuple(_scored(label, mode) for mode in MODES for label in SAMPLED),
        (AM_SCORE, INCEPTION_SCORE),
        "samples",
    ),
)
