"""Evaluation: extractors of features, and the protocol by which generated images are measured against real ones."""

from tfgan_metric.evaluation.callback import EvaluateGAN
from tfgan_metric.evaluation.classifier import DatasetClassifier, load_classifier
from tfgan_metric.evaluation.evaluate import Evaluation, Source, evaluate, generator_source, image_source
from tfgan_metric.evaluation.extractor import Extractor
from tfgan_metric.evaluation.inception import load_inception
from tfgan_metric.evaluation.keras_model import KerasExtractor, load_features
from tfgan_metric.evaluation.protocol import Result

__all__ = [
    "DatasetClassifier",
    "EvaluateGAN",
    "Evaluation",
    "Extractor",
    "KerasExtractor",
    "Result",
    "Source",
    "evaluate",
    "generator_source",
    "image_source",
    "load_classifier",
    "load_features",
    "load_inception",
]
