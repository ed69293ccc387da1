"""What the metric schemes share: a discriminator that embeds images."""

from typing import Any

import tensorflow as tf

from tfgan_metric.errors import require_bool, require_non_negative
from tfgan_metric.losses import dmgan_generator_loss, repulsion, unit_features
from tfgan_metric.models.adversarial import AdversarialModel
from tfgan_metric.models.batch import Batch


class FeatureModel(AdversarialModel):
    """A scheme whose discriminator gives features, 500 in the papers.

    Args:
        reuse_real_features: the generator's loss has D(x) of before the discriminator's update, which saves a pass of
            D; the papers' algorithms have it of after.
    """

    outputs = "features"
    feature_dimension: int | None = 500
    default_network = "metric"
    generator_loss_uses_real = True

    def __init__(self, *args: Any, reuse_real_features: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reuse_real_features = require_bool("reuse_real_features", reuse_real_features)


class PairModel(FeatureModel):
    """A scheme that draws a generated image's features to those of the real one that it is paired with.

    Nothing in that keeps the generated images of a class different: drawn to real features at random, each is best off
    at their median.

    Args:
        repulsion: r >= 0, how strongly generated features of a class repel each other; 0 in the papers. With 1 the
            generator's loss is, but for a term without G, half their energy distance from the real ones in expectation.
        unit_features: the losses, centers and penalties have D's features divided by their length, False in the papers.
            Then no loss is lowered by their size alone, which repulsion leaves free to vanish or to run away.
    """

    def __init__(self, *args: Any, repulsion: float = 0.0, unit_features: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.repulsion = require_non_negative("repulsion", repulsion)
        self.unit_features = require_bool("unit_features", unit_features)

    def discriminate(self, images: tf.Tensor, labels: tf.Tensor, training: bool = True) -> tf.Tensor:
        features = super().discriminate(images, labels, training)
        return unit_features(features) if self.unit_features else features

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        loss = self.attraction(batch)
        if self.repulsion:
            loss -= self.repulsion / 2.0 * repulsion(batch.fake_outputs, self.repelling_classes(batch))
        return loss

    def attraction(self, batch: Batch) -> tf.Tensor:
        """The generator's loss in the paper."""
        return dmgan_generator_loss(batch.real_outputs, batch.fake_outputs)

    def repelling_classes(self, batch: Batch) -> tf.Tensor:
        """The class of each generated feature, int (B,), within which they repel each other; all equal for all."""
        return batch.labels
