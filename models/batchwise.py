"""Keras' methods of one batch and of noise, what they are given checked first."""

from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.errors import InputError
from tfgan_metric.models.arguments import check_noise, checked_batch, checked_inputs
from tfgan_metric.models.compiling import CompiledModel
from tfgan_metric.models.fit_data import REFUSED


class BatchwiseModel(CompiledModel):
    """A compiled model whose `predict`, `train_on_batch` and `test_on_batch` refuse in one sentence."""

    def predict(self, x: Any, *arguments: Any, **keywords: Any) -> np.ndarray:
        """Images of z or [z, labels], as keras.Model.predict; a data set yields (z,) or ((z, labels),)."""
        if isinstance(x, tf.data.Dataset):
            check_noise(x.element_spec, self.latent.dimension, self.inference_classes)
        elif not _yields_batches(x):
            x = self._checked_inputs(x)
        return super().predict(x, *arguments, **keywords)

    def predict_on_batch(self, x: Any) -> np.ndarray:
        """Images of z or [z, labels]."""
        return super().predict_on_batch(self._checked_inputs(x))

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: None = None, class_weight: None = None, return_dict: bool = False
    ) -> Any:
        """One step on the images, and labels, of as many batches as a step takes; both losses."""
        _refuse_weights(sample_weight=sample_weight, class_weight=class_weight)
        self._require_compiled()
        x, y = checked_batch(self, x, y, self.batches_per_step)
        return super().train_on_batch(x, y, return_dict=return_dict)

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: None = None, return_dict: bool = False) -> Any:
        """Both losses of a batch of held-out images, and labels."""
        _refuse_weights(sample_weight=sample_weight)
        self._require_compiled()
        x, y = checked_batch(self, x, y, 1)
        return super().test_on_batch(x, y, return_dict=return_dict)

    def _checked_inputs(self, inputs: Any) -> Any:
        return checked_inputs(inputs, self.latent.dimension, self.inference_classes)

    def _require_compiled(self) -> None:
        if not self.compiled:
            raise InputError("the model has no optimizers yet: call compile() first")


def _yields_batches(data: Any) -> bool:
    if isinstance(data, keras.utils.PyDataset):
        return True
    return isinstance(data, Iterable) and not (hasattr(data, "shape") or isinstance(data, list | tuple | str | dict))


def _refuse_weights(**given: Any) -> None:
    for name, value in given.items():
        if value is not None:
            raise InputError(f"{name} is not supported: {REFUSED[name]}")
