"""AM-GAN: activation maximisation towards one real class, with smoothed targets and unlabelled images."""

from typing import Any

import tensorflow as tf

from tfgan_metric.errors import InputError, choose, require_decay, require_non_negative
from tfgan_metric.losses import (
    class_cross_entropy,
    dynamic_labels,
    marginal_cross_entropy,
    mean_over,
    mean_prediction,
    overall_real_logit,
    real_or_fake_cross_entropy,
    uniform_cross_entropy,
)
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.labels import LabelGuidedModel

MARGINAL_REFERENCES = {"uniform": lambda class_logits, labelled: None, "labelled": mean_prediction}


class AMGAN(LabelGuidedModel):
    """AM-GAN: K real classes and a fake one in one softmax, each generated image drawn to one real class.

    An unlabelled real image (label -1) is drawn to the class that the discriminator finds nearest. With label mode
    "none" all are unlabelled, and `marginal_weight` then keeps all classes in use.

    Args:
        real_smoothing: λ₂ in [0, 1), the fake class's share of a real image's target, and of a generated one's in the
            generator's loss.
        fake_smoothing: λ₁ in [0, 1), the share of the real classes, all alike, of a generated image's target in the
            discriminator's loss.
        marginal_weight: >= 0, of the term that spreads unlabelled images over the classes (eq. 35); None for 1
            with label mode "none" and 0 otherwise.
        marginal_reference: the distribution over the classes that this term has as target: "uniform", or "labelled"
            for the discriminator's mean prediction on the batch's labelled images.
    Raises:
        InputError: an argument out of its range, or a "labelled" reference with label mode "none".
    Source: AM-GAN, eqs 14-15; smoothing eqs 24, 28 and 33; unlabelled images eqs 34-35.
    """

    paper = "Zhou et al. 2018 (AM-GAN)"
    label_modes = ("dynamic", "predefined", "none")
    accepts_unlabelled = True

    def __init__(
        self,
        *args: Any,
        real_smoothing: float = 0.0,
        fake_smoothing: float = 0.0,
        marginal_weight: float | None = None,
        marginal_reference: str = "uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.real_smoothing = require_decay("real_smoothing", real_smoothing)
        self.fake_smoothing = require_decay("fake_smoothing", fake_smoothing)
        if marginal_weight is None:
            marginal_weight = 1.0 if self.label_mode == "none" else 0.0
        self.marginal_weight = require_non_negative("marginal_weight", marginal_weight)
        self.reference = choose("marginal_reference", marginal_reference, MARGINAL_REFERENCES)
        self.marginal_reference = marginal_reference
        if marginal_reference == "labelled" and self.label_mode == "none":
            raise InputError("marginal_reference 'labelled' needs labelled images; label_mode 'none' has none")

    def real_target_loss(self, class_logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Cross-entropy of each image's K + 1 logits against its class, (1-λ₂) of it real, (B,)."""
        share = 1.0 - self.real_smoothing
        real = real_or_fake_cross_entropy(overall_real_logit(class_logits), share)
        return real + share * class_cross_entropy(class_logits, labels)

    def fake_target_loss(self, class_logits: tf.Tensor) -> tf.Tensor:
        """Cross-entropy of each image's K + 1 logits against the fake class, λ₁ of it spread over the others, (B,)."""
        fake = real_or_fake_cross_entropy(overall_real_logit(class_logits), self.fake_smoothing)
        if self.fake_smoothing == 0.0:
            return fake
        return fake + self.fake_smoothing * uniform_cross_entropy(class_logits)

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        labelled = batch.labels >= 0
        labels = tf.where(labelled, batch.labels, dynamic_labels(batch.real_outputs))
        real = self.real_target_loss(batch.real_outputs, labels)
        loss = mean_over(real, labelled) + mean_over(real, ~labelled)
        if self.marginal_weight:
            reference = self.reference(batch.real_outputs, labelled)
            loss += self.marginal_weight * marginal_cross_entropy(batch.real_outputs, ~labelled, reference)
        return loss + tf.reduce_mean(self.fake_target_loss(batch.fake_outputs))

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        labels = self.target_labels(batch, batch.fake_outputs)
        return tf.reduce_mean(self.real_target_loss(batch.fake_outputs, labels))
