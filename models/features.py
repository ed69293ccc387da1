"""What the metric schemes share: a discriminator that embeds images."""

from tfgan_metric.models.adversarial import AdversarialModel


class FeatureModel(AdversarialModel):
    """A scheme whose discriminator gives features, 500 in the papers, and whose generator is drawn to real ones."""

    outputs = "features"
    feature_dimension = 500
    default_network = "metric"
    generator_loss_uses_real = True
