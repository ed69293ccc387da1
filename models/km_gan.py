"""KM-GAN: DMGAN without labels, each image taking the class of the nearest center, as k-means does."""

from typing import Any

import tensorflow as tf

from tfgan_metric.errors import require_positive_int
from tfgan_metric.losses import dmgan_discriminator_loss, euclidean_norm
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.dmgan import CenterModel
from tfgan_metric.variables import add_state


class KMGAN(CenterModel):
    """Keeps features near the centers of clusters that k-means finds in the real ones, and each pair apart.

    A generated image takes the cluster of its paired real one. The real centers start at the features of the first
    batch's first K images, so its batch must hold that many; those of generated features start at 0.

    Args:
        clusters: K >= 1.
    Source: DMGAN, sections 2 and 4.3, describes it; a reconstruction from there with DMGAN's losses.
    """

    paper = "Wang et al. 2019 (KM-GAN) as in Chen et al. 2020"
    reconstruction = True
    label_modes = ("none",)

    def __init__(self, *args: Any, clusters: int = 10, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clusters = require_positive_int("clusters", clusters)
        self.add_centers(clusters)
        self.started = add_state(self, "started", dtype="bool")

    @property
    def least_batch(self) -> int:
        return max(super().least_batch, self.clusters)

    def centers_for(self, features: tf.Tensor) -> tf.Tensor:
        """The real centers, (K, D); before the first update, the first K of these features (B, D)."""
        # Gathered, not sliced, so that a batch of fewer is refused where it passes and not where the step is traced.
        first = tf.gather(tf.stop_gradient(features), tf.range(self.clusters))
        return tf.where(self.started.value, self.real_centers.value.value, first)

    def nearest_cluster(self, features: tf.Tensor) -> tf.Tensor:
        """The cluster whose real center is nearest to each feature, int32 (B,)."""
        distances = euclidean_norm(features[:, None] - self.centers_for(features))  # (B, K)
        return tf.argmin(distances, axis=-1, output_type=tf.int32)

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        clusters = self.nearest_cluster(batch.real_outputs)
        return dmgan_discriminator_loss(
            batch.real_outputs,
            batch.fake_outputs,
            tf.gather(self.centers_for(batch.real_outputs), clusters),
            self.fake_centers.lookup(clusters),
            self.discriminative_weight,
        )

    def repelling_classes(self, batch: Batch) -> tf.Tensor:
        return self.nearest_cluster(batch.real_outputs)

    def after_discriminator_update(self, batch: Batch) -> None:
        self.real_centers.value.assign(self.centers_for(batch.real_outputs))
        self.started.assign(True)

    def update_state(self, batch: Batch) -> None:
        clusters = self.nearest_cluster(batch.real_outputs)
        self.real_centers.update(batch.real_outputs, clusters)
        self.fake_centers.update(batch.fake_outputs, clusters)
