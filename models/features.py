"""What the metric schemes share: a discriminator that embeds images."""

from typing import Any

import tensorflow as tf

from tfgan_metric.errors import require_bool
from tfgan_metric.losses import dmgan_generator_loss
from tfgan_metric.models.adversarial import AdversarialModel
from tfgan_metric.models.batch import Batch


class FeatureModel(AdversarialModel):
    """A scheme whose discriminator gives features, 500 in the papers; a generated image's are drawn to its partner's.

    Args:
        reuse_real_features: the generator's loss has D(x) of before the discriminator's update, which saves a pass of
            D; the papers' algorithms have it of after.
    """

    outputs = "features"
    feature_dimension = 500
    default_network = "metric"
    generator_loss_uses_real = True

    def __init__(self, *args: Any, reuse_real_features: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reuse_real_features = require_bool("reuse_real_features", reuse_real_features)

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        return dmgan_generator_loss(batch.real_outputs, batch.fake_outputs)
