"""Floating-point operations that a step needs, counted from the layers; a multiplication with an addition is two."""

import keras
import numpy as np

from tfgan_metric.models.adversarial import AdversarialModel


def forward_flops(network: keras.Model, batch_size: int) -> list[int]:
    """Of one pass, layer by layer, for what has a kernel: convolutions and dense layers; the rest is not counted.

    Padding counts as pixels do.

    Args:
        network: a functional one; layers wrapped in a normalisation count as their own.
    Returns:
        The layers' counts, in their order.
    """
    found = []
    for layer in network.layers:
        inner = layer.layer if isinstance(layer, keras.layers.Wrapper) else layer
        if isinstance(inner, keras.layers.Dense):
            positions = int(np.prod(layer.output.shape[1:-1]))
        elif isinstance(inner, keras.layers.Conv2DTranspose):
            positions = int(np.prod(layer.input.shape[1:3]))
        elif isinstance(inner, keras.layers.Conv2D):
            positions = int(np.prod(layer.output.shape[1:3]))
        else:
            continue
        found.append(2 * batch_size * positions * int(np.prod(inner.kernel.shape)))
    return found


def step_flops(model: AdversarialModel, batch_size: int) -> int:
    """Of one optimisation iteration, each pass that the algorithm needs counted once; a gradient penalty is not.

    A discriminator update takes D forward on real and on generated images, and backward to its weights, so not to its
    images; a generator update D forward and backward to the images, and G backward to its weights. G runs forward once
    an update on noise of its own. D(x) after the update is one more pass forward, and one an update of the generator
    that has images of its own.
    """
    discriminator = forward_flops(model.discriminator, batch_size)
    generator = forward_flops(model.generator, batch_size)
    d_forward, g_forward = sum(discriminator), sum(generator)
    fakes, fresh = model.fakes_per_real, model.fresh_generator_images
    d_update = (1 + fakes) * (3 * d_forward - discriminator[0])
    g_update = fakes * (2 * d_forward + 2 * g_forward - generator[0])
    shared = model.discriminator_steps == model.generator_steps == 1 and not (model.fresh_noise or fresh)
    passes_of_g = fakes * (1 if shared else model.discriminator_steps + model.generator_steps)
    passes_again = (model.generator_steps if fresh else 1) if model.generator_loss_uses_real else 0
    real_again = 0 if model.reuse_real_features else passes_again * d_forward
    return (
        model.discriminator_steps * d_update + model.generator_steps * g_update + passes_of_g * g_forward + real_again
    )
