"""What every format holds of a generator."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfgan_metric.latents import Latent

OF_EVERY_LAYER = ("name", "trainable", "dtype")  # in Keras' config of it


@dataclasses.dataclass(frozen=True, eq=False)
class Served:
    """A generator z[, labels] -> images, the distribution of z, and where it takes labels K and their names, if any."""

    generator: keras.Model
    latent: Latent
    num_classes: int | None
    class_names: Sequence[str] | None = None

    @property
    def signature(self) -> list[tf.TensorSpec]:
        """Of `serve`: latents float32 (B, D)[, labels int32 (B,)]."""
        latents = tf.TensorSpec((None, self.latent.dimension), tf.float32, name="latents")
        labels = tf.TensorSpec((None,), tf.int32, name="labels")
        return [latents] if self.num_classes is None else [latents, labels]

    @property
    def image_shape(self) -> tuple[int, ...]:
        """(H, W, C)."""
        inputs = [keras.KerasTensor(spec.shape, spec.dtype.name) for spec in self.signature]
        return tuple(self.generator.compute_output_spec(inputs if len(inputs) > 1 else inputs[0]).shape[1:])

    def images(self, inputs: tf.Tensor | list[tf.Tensor]) -> tf.Tensor:
        """Images float32 (B, H, W, C) in [-1, 1] of z or [z, labels]."""
        return tf.cast(self.generator(inputs, training=False), tf.float32)

    def serve(self, latents: tf.Tensor, labels: tf.Tensor | None = None) -> dict[str, tf.Tensor]:
        """{"images"} of these inputs; a label outside 0..K-1 ends the call."""
        inputs = latents if labels is None else [latents, self.known_labels(labels)]
        return {"images": self.images(inputs)}

    def known_labels(self, labels: tf.Tensor) -> tf.Tensor:
        """The labels int32 (B,); in a graph of any format one outside 0..K-1 ends the call."""
        classes = self.num_classes or 0
        known = tf.reduce_all((labels >= 0) & (labels < classes))
        with tf.control_dependencies([tf.debugging.Assert(known, [f"labels must lie in 0..{classes - 1}"])]):
            labels = tf.identity(labels)
        # ONNX and LiteRT drop the assertion, but refuse to look up what is not in a table; -1 may be its last entry.
        return tf.gather(tf.range(classes), tf.where(labels < 0, classes, labels))

    def description(self) -> dict[str, Any]:
        """The latents' distribution with its weights, the classes and the shape of an image, as JSON can hold them."""
        settings = {name: value for name, value in self.latent.get_config().items() if name not in OF_EVERY_LAYER}
        weights = {weight.name: keras.ops.convert_to_numpy(weight).tolist() for weight in self.latent.weights}
        return {
            "latents": {"distribution": type(self.latent).__name__, **settings, **weights},
            "num_classes": self.num_classes,
            "class_names": self.num_classes and self.class_names and list(self.class_names),
            "image_shape": list(self.image_shape),
        }
