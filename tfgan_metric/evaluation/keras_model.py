"""Any Keras model as an extractor of features."""

import functools
import hashlib
import pathlib

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.errors import InputError, reason
from tfgan_metric.evaluation.extractor import Extractor, file_sha256, run_in_parts
from tfgan_metric.evaluation.resize import require_images

IMAGES_AT_ONCE = 128


class KerasExtractor(Extractor):
    """A Keras model of images in [-1, 1]: its output are the features, or it has two, features and logits.

    Other intensities or another size than the images' are the model's own affair: begin it with
    `keras.layers.Rescaling` and `keras.layers.Resizing`.

    Args:
        model: images (B, H, W, C) -> (B, D), or [(B, D), (B, K)].
        name: that a number's protocol has; None for the model's own.
        sha256: of the model's file; None for that of its layers and weights.
    Raises:
        InputError: a model of other inputs or outputs.
    """

    def __init__(self, model: keras.Model, name: str | None = None, sha256: str | None = None) -> None:
        inputs, outputs = _shapes(model)
        if (
            len(inputs) != 1
            or len(inputs[0]) != 4
            or not 1 <= len(outputs) <= 2
            or {len(one) for one in outputs} != {2}
        ):
            expected = "an extractor takes images (B, H, W, C) to features (B, D), or to features and logits (B, K)"
            raise InputError(f"{expected}; this model takes {inputs} to {outputs}: pool or flatten what it gives")
        self.name, self.gives_logits = name or model.name, len(outputs) == 2
        self.sha256 = sha256 or _model_sha256(model)
        self._shape = inputs[0]
        signature = [tf.TensorSpec(self._shape, tf.uint8)]
        self._run = tf.function(functools.partial(self._both, model), input_signature=signature, autograph=False)

    def _both(self, model, images):
        outputs = keras.tree.flatten(model(tf.cast(images, tf.float32) / 127.5 - 1.0, training=False))
        features, logits = outputs if self.gives_logits else (*outputs, tf.zeros((tf.shape(images)[0], 1)))
        return tf.cast(features, tf.float32), tf.cast(logits, tf.float32)

    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        images = require_images(images)
        if not tf.TensorSpec(self._shape).is_compatible_with(tf.TensorSpec(images.shape)):
            mend = "begin the model with keras.layers.Resizing, or scale a folder's images by image_size"
            raise InputError(f"{self.name} takes images of shape {self._shape}; got {images.shape}: {mend}")
        return run_in_parts(self._run, images, IMAGES_AT_ONCE)


def load_features(path: str | pathlib.Path) -> KerasExtractor:
    """Loads a .keras file as an extractor, safe mode on; raises `InputError` for a file that is none."""
    path = pathlib.Path(path)
    try:
        model = keras.saving.load_model(path, compile=False)
    except Exception as error:  # Keras, zipfile, h5py and json each raise their own
        raise InputError(
            f"{path} is no Keras model that can be read: {reason(error)}; expected a .keras file"
        ) from error
    return KerasExtractor(model, path.name, file_sha256(path))


def _shapes(model):
    """The shapes of the inputs and of the outputs of a model that is built; none of another."""
    try:
        parts = [keras.tree.flatten(tensors) for tensors in (model.inputs, model.outputs)]
    except AttributeError:  # no functional model
        return [], []
    return tuple([tuple(tensor.shape) for tensor in tensors if tensor is not None] for tensors in parts)


def _model_sha256(model):
    digest = hashlib.sha256(model.to_json().encode())  # with the layers' names, which another process may give anew
    for weights in model.get_weights():
        digest.update(f"{weights.dtype} {weights.shape}".encode() + weights.tobytes())
    return digest.hexdigest()
