"""Deli-Fisher GAN, Tables 1-2: Inception Scores on CIFAR-10; Table 2's five experiments are seeds of one setting.

The small recipes are conditional: without labels Fisher GAN drew noise after 400 of its steps.
"""

from tfgan_metric.trainers.study import FID, INCEPTION_SCORE, Claim, Experiment, Row

SCORE = INCEPTION_SCORE.title

DCGAN = Row(
    "DCGAN", {"small": "dcgan_embedded", "paper": "dcgan_cifar10"}, {"label_mode": "none"}, {SCORE: "6.16 ± 0.07"}
)
WGAN = Row("WGAN", {"small": "wgan_embedded", "paper": "wgan_cifar10"}, {}, {SCORE: "5.4586 ± 0.02217"})
FISHER = Row(
    "Fisher GAN",
    {"small": "fisher_gan_embedded", "paper": "fisher_gan_cifar10"},
    {},
    {SCORE: "6.8978 ± 0.09188"},
)
DELI_FISHER = Row(
    "Deli-Fisher GAN",
    {"small": "deli_fisher_gan_embedded", "paper": "deli_fisher_gan_cifar10"},
    {},
    {SCORE: "7.3216 (five runs, 7.1028 to 7.4921)"},
)

EXPERIMENTS = (
    Experiment(
        name="deli-fisher-table1",
        source="Deli-Fisher GAN, Table 1",
        question="What do the schemes that Deli-Fisher GAN builds on reach?",
        rows=(DCGAN, WGAN, FISHER),
        measures=(INCEPTION_SCORE, FID),
        steps=800,
        figure="bars",
        claims=(Claim("Fisher GAN", "WGAN", INCEPTION_SCORE), Claim("Fisher GAN", "DCGAN", INCEPTION_SCORE)),
    ),
    Experiment(
        name="deli-fisher-table2",
        source="Deli-Fisher GAN, Tables 1-2",
        question="Does noise from a trained mixture help Fisher GAN?",
        rows=(FISHER, DELI_FISHER),
        measures=(INCEPTION_SCORE, FID),
        steps=800,
        figure="bars",
        claims=(Claim("Deli-Fisher GAN", "Fisher GAN", INCEPTION_SCORE),),
    ),
)
