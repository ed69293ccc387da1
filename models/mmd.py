"""MMD GAN: the discriminator learns features in which a fixed kernel tells real from generated images."""

from typing import Any

import keras
import tensorflow as tf

from tfgan_metric.errors import InputError, choose, require_non_negative
from tfgan_metric.losses import mean_squared_activations, mmd_witness, squared_mmd
from tfgan_metric.losses.mmd import KERNELS
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.features import FeatureModel
from tfgan_metric.models.gradient_penalty import GradientPenaltyModel
from tfgan_metric.optimizers import adam_settings
from tfgan_metric.replicas import gather

ACTIVATIONS = (keras.layers.Activation, keras.layers.LeakyReLU, keras.layers.ReLU)


class MMDGAN(GradientPenaltyModel, FeatureModel):
    """Plays for the squared maximum mean discrepancy of the features of real and generated images.

    The gradient of its witness function has its norm drawn to 1 between both, and the activations of the
    discriminator's hidden layers and its features are kept small. With labels, which the paper does not have, both
    networks see them and the pairs are of all classes.

    Args:
        kernel: a key of KERNELS: "rq", "rq_linear" (the paper's rq*), "rbf" or "distance".
        penalty_weight: >= 0; 1 in the paper.
        activation_weight: >= 0, of the mean squared activations; 1 in the paper.
    Raises:
        InputError: a discriminator whose hidden activations cannot be reached.
    Source: Bińkowski et al. 2018 (arXiv:1801.01401), section 2 and its experiments; which layers is by the public code.
    """

    paper = "Bińkowski et al. 2018 (MMD GAN)"
    paper_optimizers = (adam_settings(1e-4, 0.5, 0.9), adam_settings(1e-4, 0.5, 0.9))
    feature_dimension = 16
    default_network = "dcgan"
    sees_labels = True

    def __init__(
        self,
        *args: Any,
        kernel: str = "rq_linear",
        penalty_weight: float = 1.0,
        activation_weight: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, penalty_weight=penalty_weight, **kwargs)
        self.kernel = kernel
        self.kernel_function = choose("kernel", kernel, KERNELS)
        self.activation_weight = require_non_negative("activation_weight", activation_weight)
        # Its bound call: Keras would save a model that is an attribute, and so the discriminator's layers twice.
        self._layers_of = _with_activations(self.discriminator).__call__

    def discriminate(self, images: tf.Tensor, labels: tf.Tensor, training: bool = True) -> tuple[tf.Tensor, tf.Tensor]:
        """D's features (B, D) and mean squared activations (B,), float32."""
        features, *hidden = self._layers_of(self.discriminator_inputs(images, labels), training=training)
        return tf.cast(features, tf.float32), mean_squared_activations([*hidden, features])

    def penalised_outputs(self, outputs: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        return outputs[0]

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        activations = tf.reduce_mean(batch.real_outputs[1]) + tf.reduce_mean(batch.fake_outputs[1])
        return self.activation_weight * activations - self.generator_loss(batch)

    def critic(self, images: tf.Tensor, batch: Batch, training: bool) -> tf.Tensor:
        features, _ = self.discriminate(images, batch.labels, training)
        (real_features, _), (fake_features, _) = gather((batch.real_outputs, batch.fake_outputs))
        return mmd_witness(features, real_features, fake_features, self.kernel_function)

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        return squared_mmd(batch.real_outputs[0], batch.fake_outputs[0], self.kernel_function)


def _with_activations(discriminator: keras.Model) -> keras.Model:
    """The discriminator with the outputs of its activation layers beside its own, the first."""
    layers = discriminator.layers if getattr(discriminator, "inputs", None) is not None else []
    hidden = [layer.output for layer in layers if isinstance(layer, ACTIVATIONS) and layer is not layers[-1]]
    if not hidden:
        raise InputError(
            "MMDGAN's penalty on activations needs a functional discriminator with layers of their own for these, "
            f"{' or '.join(kind.__name__ for kind in ACTIVATIONS)}; {discriminator.name!r} has none"
        )
    return keras.Model(discriminator.input, [discriminator.output, *hidden])
