"""A generator as files that need neither Keras nor this package."""

from tfgan_metric.export.formats import export_generator

__all__ = ["export_generator"]
