"""Metrics of generated images: arrays in, float64 numbers out, by NumPy alone."""

from tfgan_metric.metrics.am_score import am_score, entropy_terms, marginal_divergence, mode_score
from tfgan_metric.metrics.frechet import frechet_distance
from tfgan_metric.metrics.inception_score import inception_score
from tfgan_metric.metrics.kernel import kernel_distance
from tfgan_metric.metrics.ms_ssim import intra_class_ms_ssim, ms_ssim
from tfgan_metric.metrics.neighbours import memorisation, nearest_rows, prdc, share_nearer
from tfgan_metric.metrics.statistics import FeatureStatistics

__all__ = [
    "FeatureStatistics",
    "am_score",
    "entropy_terms",
    "frechet_distance",
    "inception_score",
    "intra_class_ms_ssim",
    "kernel_distance",
    "marginal_divergence",
    "memorisation",
    "mode_score",
    "ms_ssim",
    "nearest_rows",
    "prdc",
    "share_nearer",
]
