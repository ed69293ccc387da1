"""The pair whose discriminator is an autoencoder."""

import keras

from tfgan_metric.models.networks import parts
from tfgan_metric.models.networks.convolutional import DCGAN, NetworkPair
from tfgan_metric.models.networks.sizes import Shape, sides_of


class AutoencoderPair(NetworkPair):
    """A pair whose discriminator goes on from its last map, which is the code, by its mirror image."""

    def discriminator(
        self,
        image_shape: Shape,
        output_dimension: int | None = None,
        num_classes: int | None = None,
        width: float = 1.0,
        batch_norm: bool = True,
    ) -> keras.Model:
        """Builds images (B, H, W, C)[, labels int (B,)] -> [reconstructions in [-1, 1] of their shape, codes (B, D)].

        Both are float32. `output_dimension` is ignored: the size of the code follows from the last map.
        """
        inputs, x = self.features(image_shape, num_classes, width, batch_norm)
        codes = keras.layers.Flatten(dtype="float32", name="codes")(x)
        sides = sides_of(image_shape, self.sizes)
        filters = [parts.scaled(count, width) for count in self.filters_back(len(sides))[: len(sides) - 2]]
        for old, new, count in zip(sides[:-2], sides[1:-1], filters[::-1], strict=True):
            x = parts.up_convolution(count, self.kernel_size, old, new, use_bias=not batch_norm)(x)
            x = parts.leaky_relu(parts.batch_norm(x) if batch_norm else x)
        x = parts.up_convolution(image_shape[-1], self.kernel_size, sides[-2], sides[-1], use_bias=True)(x)
        reconstructions = keras.layers.Activation("tanh", dtype="float32", name="reconstructions")(x)
        return keras.Model(inputs, [reconstructions, codes], name="discriminator")


AUTOENCODER = AutoencoderPair(**DCGAN._asdict() | {"kernel_size": 4})
"""Zhao et al. 2017 (arXiv:1609.03126), Appendix D, whose 4×4 kernels these are."""
