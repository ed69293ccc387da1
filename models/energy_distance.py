"""EDGAN: generated features drawn to real ones of their class and apart from each other, by the energy distance."""

from typing import Any

import tensorflow as tf

from tfgan_metric.errors import require_non_negative
from tfgan_metric.losses import energy_distance, unit_features
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.features import FeatureModel
from tfgan_metric.optimizers import adam_settings


class EDGAN(FeatureModel):
    """Plays for the energy distance of generated and real features of length 1, within each class.

    A metric scheme that draws each generated feature to one real feature is at its best where all of a class are
    alike, at the real ones' median; this one is at its best where they are distributed as the real ones. Neither a
    clip nor a penalty is needed, for features of length 1 are at most 2 apart. Without labels all images are of one
    class. A class takes part with two images of it in the batch, so let the batch be several times K.

    Args:
        whole_set_weight: >= 0, of the energy distance of all features whatever their class, beside that within.
    Source: ours; Székely & Rizzo 2013 for the distance.
    """

    paper = "ours (energy-distance GAN)"
    paper_optimizers = (adam_settings(5e-4, 0.5, 0.9), adam_settings(1e-4, 0.5, 0.9))
    feature_dimension = 64
    default_network = "dcgan"
    loss_uses_labels = True

    def __init__(self, *args: Any, whole_set_weight: float = 0.0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whole_set_weight = require_non_negative("whole_set_weight", whole_set_weight)

    def penalised_outputs(self, outputs: tf.Tensor) -> tf.Tensor:
        return unit_features(outputs)

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        real_features, fake_features = unit_features(batch.real_outputs), unit_features(batch.fake_outputs)
        distance = energy_distance(real_features, fake_features, batch.labels, batch.fake_labels)
        if not self.whole_set_weight:
            return distance
        of_one_class = tf.zeros_like(batch.labels)
        whole = energy_distance(real_features, fake_features, of_one_class, of_one_class)
        return distance + self.whole_set_weight * whole

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        return -self.generator_loss(batch)
