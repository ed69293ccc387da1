"""How much a generator's images move with its noise: near 0 where it ignores the noise."""

import keras
import tensorflow as tf

from tfgan_metric.evaluation.protocol import Result, library_versions

IMAGES = 1000
AT_ONCE = 100


def latent_sensitivity(model: keras.Model, count: int = IMAGES, seed: int = 0) -> float:
    """Mean over images and the noise's dimensions of |∂(Σ_p G_p)/∂z_k|: by how much all pixels together move with z_k.

    Args:
        model: a scheme's, whose `generate` is looked at, so its averaged generator where there is one.
        count: images, at least 1; their pixels are in [-1, 1].
        seed: of the noise; labels take turns.
    Source: AM-GAN, section 7.1.4, which prints Σ|∂G(z)/∂z|; sum and mean are those of the authors' code.
    """

    @tf.function
    def of_each(latents, labels):
        with tf.GradientTape() as tape:
            tape.watch(latents)
            pixels = tf.reduce_sum(model(model.generator_inputs(latents, labels)))
        return tf.reduce_sum(tf.reduce_mean(tf.abs(tape.gradient(pixels, latents)), axis=1))

    total = 0.0
    for first in range(0, count, AT_ONCE):
        rows = tf.range(first, min(first + AT_ONCE, count))
        latents = model.inference_latent.sample(len(rows), tf.constant([seed, first], tf.int64))
        total += float(of_each(latents, rows % (model.inference_classes or 1)))
    return total / count


def sensitivity_result(model: keras.Model, about: dict) -> Result:
    """`latent_sensitivity` with its protocol; `about` is what else the protocol must say, such as the step."""
    protocol = about | {"generated": IMAGES, "seed": 0, "versions": library_versions()}
    return Result("latent_sensitivity", latent_sensitivity(model), None, "higher", protocol)
