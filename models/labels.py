"""Label GANs: the discriminator also says which class, and its classes guide the generator."""

from typing import Any

import tensorflow as tf

from tfgan_metric.errors import require_non_negative
from tfgan_metric.losses import (
    catgan_discriminator_loss,
    catgan_generator_loss,
    class_cross_entropy,
    dynamic_labels,
    gan_discriminator_loss,
    gan_generator_loss,
    mean_over,
    overall_real_logit,
    uniform_cross_entropy,
)
from tfgan_metric.losses.labels import UNLABELLED
from tfgan_metric.models.adversarial import AdversarialModel
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.declaration import normal_noise
from tfgan_metric.models.label_modes import LABEL_MODES
from tfgan_metric.optimizers import adam_settings


class LabelGuidedModel(AdversarialModel):
    """What the label schemes share: class logits, a real logit, and a target class for each generated image.

    The target is, with label mode "predefined", the class that the generator was given, drawn uniformly; with
    "dynamic" the class that the discriminator finds nearest, and the generator takes no label.

    Source: AM-GAN, sections 2 and 5.1; weights, rates and noise of appendix F.
    """

    label_modes: tuple[str, ...] = ("dynamic", "predefined")
    paper_optimizers = (adam_settings(4e-4), adam_settings(4e-4))
    loss_uses_labels = True
    needs_classes = True
    outputs = "K class logits"
    missing_label = UNLABELLED
    default_latent = staticmethod(normal_noise)

    @classmethod
    def output_dimension(cls, num_classes: int | None) -> int | None:
        return num_classes

    @classmethod
    def choose_network(cls, label_mode: str) -> str:
        return "am_conditional" if LABEL_MODES[label_mode].generator_sees else "am"

    def target_labels(self, batch: Batch, class_logits: tf.Tensor) -> tf.Tensor:
        """The class each generated image is to be, int32 (B,), for its class logits."""
        return batch.fake_labels if LABEL_MODES[self.label_mode].drawn else dynamic_labels(class_logits)


class SeparateLogits(LabelGuidedModel):
    """A label scheme whose discriminator has a real logit of its own, after the K class logits."""

    outputs = "K class logits, 1 real logit"

    @classmethod
    def output_dimension(cls, num_classes: int | None) -> int | None:
        return None if num_classes is None else num_classes + 1

    def real_or_fake_loss(self, batch: Batch) -> tf.Tensor:
        return gan_discriminator_loss(batch.real_outputs[:, -1], batch.fake_outputs[:, -1])

    def real_class_loss(self, batch: Batch) -> tf.Tensor:
        return tf.reduce_mean(class_cross_entropy(batch.real_outputs[:, :-1], batch.labels))

    def fake_class_loss(self, batch: Batch) -> tf.Tensor:
        class_logits = batch.fake_outputs[:, :-1]
        return tf.reduce_mean(class_cross_entropy(class_logits, self.target_labels(batch, class_logits)))

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        return gan_generator_loss(batch.fake_outputs[:, -1])


class GANStar(SeparateLogits):
    """GAN*: a GAN whose discriminator also classifies real images.

    Args:
        class_weight: >= 0, of the classification; 0.1 in the authors' code.
    Source: AM-GAN, section 7.1.
    """

    paper = "Zhou et al. 2018 (GAN*)"

    def __init__(self, *args: Any, class_weight: float = 0.1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.class_weight = require_non_negative("class_weight", class_weight)

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        return self.real_or_fake_loss(batch) + self.class_weight * self.real_class_loss(batch)


class ACGANStar(SeparateLogits):
    """AC-GAN*: the discriminator classifies real images, and the generator is drawn to its targets.

    Args:
        generator_class_weight: >= 0, of the generator's classification; 1 in the paper, 0.1 in its section 7.1.2.
    Source: AM-GAN, section 2.2.
    """

    paper = "Zhou et al. 2018 (AC-GAN*)"

    def __init__(self, *args: Any, generator_class_weight: float = 1.0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.generator_class_weight = require_non_negative("generator_class_weight", generator_class_weight)

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        return self.real_or_fake_loss(batch) + self.real_class_loss(batch)

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        return super().generator_loss(batch) + self.generator_class_weight * self.fake_class_loss(batch)


class ACGANStarPlus(ACGANStar):
    """AC-GAN*+: AC-GAN* whose discriminator is to be undecided about the class of generated images.

    Source: AM-GAN, eq. 20.
    """

    paper = "Zhou et al. 2018 (AC-GAN*+)"

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        undecided = tf.reduce_mean(uniform_cross_entropy(batch.fake_outputs[:, :-1]))
        return super().discriminator_loss(batch) + undecided


class ACGAN(ACGANStar):
    """AC-GAN: AC-GAN* whose discriminator also classifies generated images as their targets.

    Source: Odena et al. 2017 (arXiv:1610.09585), as AM-GAN, section 2.2, has it.
    """

    paper = "Odena et al. 2017 (AC-GAN)"

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        return super().discriminator_loss(batch) + self.fake_class_loss(batch)


class LabelGAN(LabelGuidedModel):
    """LabelGAN: K class logits whose logsumexp is the real logit.

    Source: Salimans et al. 2016 (arXiv:1606.03498), as AM-GAN, section 2.1, has it.
    """

    paper = "Salimans et al. 2016 (LabelGAN)"

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        real_or_fake = gan_discriminator_loss(
            overall_real_logit(batch.real_outputs), overall_real_logit(batch.fake_outputs)
        )
        return real_or_fake + tf.reduce_mean(class_cross_entropy(batch.real_outputs, batch.labels))

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        return gan_generator_loss(overall_real_logit(batch.fake_outputs))


class CatGAN(LabelGuidedModel):
    """CatGAN: real images certain of one of K classes, generated ones not, all classes used alike.

    Unsupervised by default; with label mode "dynamic" the labelled real images (label not -1) are also classified.

    Source: Springenberg 2016 (arXiv:1511.06390), as AM-GAN, appendix B, has it.
    """

    paper = "Springenberg 2016 (CatGAN)"
    label_modes = ("none", "dynamic")
    accepts_unlabelled = True

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        classified = mean_over(class_cross_entropy(batch.real_outputs, batch.labels), batch.labels >= 0)
        return catgan_discriminator_loss(batch.real_outputs, batch.fake_outputs) + classified

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        return catgan_generator_loss(batch.fake_outputs)
