"""Networks: every pair at every size, their maps as in the papers' tables, and sizes that none covers."""

import keras
import numpy as np
import pytest

from tfgan_metric.errors import InputError
from tfgan_metric.models import NETWORKS

SHAPES = [(28, 28, 1), (32, 32, 3), (64, 64, 3)]


def maps(network, kind):
    """(side, filters) after each layer of a kind."""
    return [layer.output.shape[2:] for layer in network.layers if isinstance(layer, kind)]


@pytest.mark.parametrize("num_classes", [None, 7])
@pytest.mark.parametrize("image_shape", SHAPES)
@pytest.mark.parametrize("name", NETWORKS)
def test_shapes_and_range(name, image_shape, num_classes):
    pair = NETWORKS[name]
    generator = pair.generator(image_shape, 8, num_classes, width=1 / 16)
    discriminator = pair.discriminator(image_shape, 20, num_classes, width=1 / 16)
    latents, labels = keras.random.uniform((2, 8), -1, 1, seed=0), keras.ops.array([0, 6])
    images = generator(latents if num_classes is None else [latents, labels])
    assert images.shape == (2, *image_shape) and abs(images.numpy()).max() <= 1
    outputs = discriminator(images if num_classes is None else [images, labels])
    assert outputs.shape == (2, 20)
    if num_classes:
        other = keras.ops.array([1, 6])
        assert not np.array_equal(generator([latents, other])[0], images[0])
        assert not np.array_equal(discriminator([images, other])[0], outputs[0])


@pytest.mark.parametrize(
    ("name", "side", "up", "down"),
    [
        ("metric", 32, [(2, 512), (4, 256), (8, 128), (16, 64), (32, 3)], [(16, 64), (8, 128), (4, 256), (2, 512)]),
        ("metric", 28, [(2, 512), (4, 256), (7, 128), (14, 64), (28, 3)], [(14, 64), (7, 128), (4, 256), (2, 512)]),
        ("metric", 64, [(4, 512), (8, 256), (16, 128), (32, 64), (64, 3)], [(32, 64), (16, 128), (8, 256), (4, 512)]),
        ("mbgan", 64, [(8, 256), (16, 128), (32, 64), (64, 3)], [(32, 64), (16, 128), (8, 256), (4, 512)]),
        ("mbgan", 32, [(8, 256), (16, 128), (32, 64), (32, 3)], [(32, 64), (16, 128), (8, 256), (4, 512)]),
        ("dcgan", 64, [(8, 256), (16, 128), (32, 64), (64, 3)], [(32, 64), (16, 128), (8, 256), (4, 512)]),
        ("dcgan", 32, [(8, 128), (16, 64), (32, 3)], [(16, 64), (8, 128), (4, 256)]),
    ],
)
def test_maps_are_those_of_the_tables(name, side, up, down):
    """DMGAN Table 1, MBGAN Tables 1-2 (stride 1 in G's last and D's first convolution at 32×32)."""
    generator = NETWORKS[name].generator((side, side, 3), 100)
    discriminator = NETWORKS[name].discriminator((side, side, 3), 500)
    assert maps(generator, keras.layers.Conv2DTranspose) == up
    assert maps(discriminator, keras.layers.Conv2D) == down
    assert discriminator.layers[-1].units == 500


def test_normalisation_is_that_of_the_paper():
    """Every layer but the last; before the tanh only in the literal reading, not on DCGAN's discriminator input."""

    def count(network):
        return sum(isinstance(layer, keras.layers.BatchNormalization) for layer in network.layers)

    shape = (32, 32, 3)
    assert count(NETWORKS["metric"].generator(shape, 8)) == 4
    assert count(NETWORKS["metric_literal"].generator(shape, 8)) == 5
    assert count(NETWORKS["metric"].discriminator(shape, 8)) == 4
    assert count(NETWORKS["dcgan"].generator(shape, 8)) == 3
    assert count(NETWORKS["dcgan"].discriminator(shape, 8)) == 2


@pytest.mark.parametrize("image_shape", [(48, 48, 3), (28, 32, 1), (32, 32, 0)])
def test_sizes_that_no_network_covers(image_shape):
    with pytest.raises(InputError, match="28×28, 32×32, 64×64|channels"):
        NETWORKS["metric"].generator(image_shape, 8)


def test_width_scales_all_filters():
    generator = NETWORKS["metric"].generator((32, 32, 3), 100, width=0.25)
    assert [filters for _, filters in maps(generator, keras.layers.Conv2DTranspose)] == [128, 64, 32, 16, 3]
    with pytest.raises(InputError, match="width"):
        NETWORKS["metric"].generator((32, 32, 3), 100, width=0.0)
