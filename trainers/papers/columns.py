"""The columns that papers' tables have, each a number of a run."""

from typing import NamedTuple


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        title: at its head.
        metrics: names of results; the first one that a run has counts.
        better: "lower" or "higher".
    """

    title: str
    metrics: tuple[str, ...]
    better: str


FID = Column("FID", ("fid", "frechet_distance"), "lower")
INCEPTION_SCORE = Column("Inception Score", ("inception_score", "classifier_score"), "higher")
MARGINAL_ENTROPY = Column("H(C̄_G)", ("inception_marginal_entropy", "marginal_entropy"), "higher")
SAMPLE_ENTROPY = Column("E H(C(x))", ("inception_sample_entropy", "sample_entropy"), "lower")
AM_SCORE = Column("AM Score", ("am_score",), "lower")
MARGINAL_DIVERGENCE = Column("KL(C̄_train, C̄_G)", ("marginal_divergence",), "lower")
CLASSIFIER_ENTROPY = Column("E H(C(x)), data set's classifier", ("sample_entropy",), "lower")
MS_SSIM = Column("MS-SSIM, highest class", ("ms_ssim_absolute_in_class_max",), "lower")
SVM = Column("SVM accuracy", ("svm_accuracy",), "higher")
STEP_TIME = Column("ms an iteration", ("step_milliseconds",), "lower")
TRAINING_TIME = Column("s a training", ("training_seconds",), "lower")
LATENT_SENSITIVITY = Column("Σ|∂G/∂z|", ("latent_sensitivity",), "higher")
GRADIENT_NORM = Column("generator's gradient norm, second half", ("gradient_norm",), "higher")
FRECHET = Column("Fréchet distance", ("frechet_distance",), "lower")
PRECISION = Column("precision", ("precision",), "higher")
RECALL = Column("recall", ("recall",), "higher")
DENSITY = Column("density", ("density",), "higher")
COVERAGE = Column("coverage", ("coverage",), "higher")
ASKED_CLASS = Column("asked class", ("class_accuracy",), "higher")
MEMORISATION = Column("nearer to training", ("nearer_to_training",), "lower")
MEASURED_TIME = Column("seconds", ("measured_seconds",), "lower")
TIMES = (STEP_TIME, TRAINING_TIME)
