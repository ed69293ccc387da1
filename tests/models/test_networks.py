"""Networks: every pair at every size, their maps as in the papers' tables, and sizes that none covers."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric.errors import InputError
from tfgan_metric.layers import (
    BatchNormalization,
    Dropout,
    GaussianNoise,
    SelfAttention,
    SpectralNormalization,
    WeightNormalization,
)
from tfgan_metric.models import networks
from tfgan_metric.models.networks import parts

NETWORKS = {name.lower(): getattr(networks, name) for name in networks.__all__}
CRITICS = sorted(set(NETWORKS) - {"autoencoder"})
SHAPES = [(28, 28, 1), (32, 32, 3), (64, 64, 3)]
LINEAR = (keras.layers.Dense, keras.layers.Conv2D, keras.layers.Conv2DTranspose)


def unwrapped(network):
    """(layer, its output) of every layer of a network, without normalisation around it."""
    return [(getattr(layer, "layer", layer), layer.output) for layer in network.layers]


def maps(network, kind):
    """(side, filters) after each layer of a kind."""
    return [output.shape[2:] for layer, output in unwrapped(network) if isinstance(layer, kind)]


def kernels(network, kind=(keras.layers.Conv2D, keras.layers.Conv2DTranspose)):
    """(kernel size, stride) of each layer of a kind."""
    return [(*layer.kernel_size[:1], *layer.strides[:1]) for layer, _ in unwrapped(network) if isinstance(layer, kind)]


def count(network, kind):
    return sum(isinstance(layer, kind) for layer in network.layers)


@pytest.mark.parametrize("num_classes", [None, 7])
@pytest.mark.parametrize("image_shape", SHAPES)
@pytest.mark.parametrize("name", CRITICS)
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
        (
            "mbgan_literal",
            64,
            [(4, 512), (8, 256), (16, 128), (32, 64), (64, 3)],
            [(32, 64), (16, 128), (8, 256), (4, 512)],
        ),
        (
            "mbgan_literal",
            32,
            [(4, 512), (8, 256), (16, 128), (32, 64), (32, 3)],
            [(32, 64), (16, 128), (8, 256), (4, 512)],
        ),
        ("dcgan", 64, [(8, 256), (16, 128), (32, 64), (64, 3)], [(32, 64), (16, 128), (8, 256), (4, 512)]),
        ("dcgan", 32, [(8, 128), (16, 64), (32, 3)], [(16, 64), (8, 128), (4, 256)]),
        ("am", 32, [(8, 384), (16, 192), (32, 96), (32, 3)], [(32, 64), (16, 128), (8, 256), (4, 512)]),
        ("am", 28, [(7, 384), (14, 192), (28, 96), (28, 3)], [(28, 64), (14, 128), (7, 256), (4, 512)]),
        ("am", 64, [(8, 384), (16, 192), (32, 96), (64, 96), (64, 3)], [(32, 64), (16, 128), (8, 256), (4, 512)]),
        (
            "am_conditional",
            32,
            [(8, 384), (16, 192), (32, 96), (32, 3)],
            [(32, 64), (16, 128), (8, 256), (4, 512), (4, 512)],
        ),
        ("fisher", 28, [(7, 128), (14, 64), (28, 3)], [(14, 64), (14, 64), (14, 64), (7, 128), (4, 256)]),
        ("fisher", 32, [(8, 128), (16, 64), (32, 3)], [(16, 64), (16, 64), (16, 64), (8, 128), (4, 256)]),
        (
            "fisher",
            64,
            [(8, 256), (16, 128), (32, 64), (64, 3)],
            [(32, 64), (32, 64), (32, 64), (16, 128), (8, 256), (4, 512)],
        ),
    ],
)
def test_maps_are_those_of_the_tables(name, side, up, down):
    """DMGAN Table 1, MBGAN Tables 1-2 (stride 1 in G's last and D's first convolution at 32×32), AM-GAN App. F."""
    generator = NETWORKS[name].generator((side, side, 3), 100)
    discriminator = NETWORKS[name].discriminator((side, side, 3), 500)
    assert maps(generator, keras.layers.Conv2DTranspose) == up
    assert maps(discriminator, keras.layers.Conv2D) == down
    assert unwrapped(discriminator)[-1][0].units == 500


def test_normalisation_is_that_of_the_paper():
    """Every layer but the last; before the tanh only in the literal reading, not on DCGAN's discriminator input."""
    expected = {
        "metric": (4, 4),
        "metric_literal": (5, 4),
        "mbgan": (4, 4),
        "mbgan_literal": (5, 4),
        "dcgan": (3, 2),
        "fisher": (5, 4),
        "am": (4, 4),
        "am_conditional": (4, 5),
        "resnet": (7, 0),
        "resnet_plain": (0, 0),
        "sagan": (7, 0),
        "autoencoder": (3, 4),
    }
    found = {
        name: tuple(
            count(build((32, 32, 3), 8, width=1 / 32), BatchNormalization)
            for build in (pair.generator, pair.discriminator)
        )
        for name, pair in NETWORKS.items()
    }
    assert found == expected


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(
    "image_shape",
    [(48, 96, 4)]
    + [
        pytest.param(shape, marks=pytest.mark.full)
        for shape in [(8, 8, 1), (48, 48, 1), (32, 64, 3), (128, 128, 1), (256, 64, 3), (96, 64, 4)]
    ],
)
def test_other_sizes(name, image_shape):
    """No up-convolution's stride is wider than its kernel, which would leave pixels that nothing decides."""
    pair = NETWORKS[name]
    generator = pair.generator(image_shape, 4, 3, width=1 / 64)
    discriminator = pair.discriminator(image_shape, 5, 3, width=1 / 64)
    assert generator.output_shape == (None, *image_shape)
    outputs = discriminator.output_shape
    assert outputs[0] == (None, *image_shape) if name == "autoencoder" else outputs == (None, 5)
    assert all(size >= stride for size, stride in kernels(generator, keras.layers.Conv2DTranspose))
    attending = count(generator, SelfAttention), count(discriminator, SelfAttention)
    assert attending == ((1, 1) if name == "sagan" and image_shape[0] > 8 else (0, 0))


def test_larger_images_have_more_maps():
    """64 -> 4 are four steps, 128 -> 4 five: G's first filters and D's last stand once more. 48 is 6 doubled thrice."""
    generator = NETWORKS["dcgan"].generator((128, 128, 3), 8)
    assert maps(generator, keras.layers.Conv2DTranspose) == [(8, 512), (16, 256), (32, 128), (64, 64), (128, 3)]
    discriminator = NETWORKS["dcgan"].discriminator((128, 128, 3), 1, width=1 / 64)
    assert maps(discriminator, keras.layers.Conv2D) == [(64, 1), (32, 2), (16, 4), (8, 8), (4, 8)]
    generator = NETWORKS["dcgan"].generator((48, 96, 3), 8, width=1 / 64)
    starts = [output.shape[1:3] for layer, output in unwrapped(generator) if isinstance(layer, keras.layers.Reshape)]
    assert starts == [(6, 12)]


@pytest.mark.parametrize(
    ("name", "image_shape", "nearest"),
    [
        ("dcgan", (50, 50, 3), "48×48, 56×56"),  # 50 lies in 32 .. 63, whose sides are multiples of 8
        ("dcgan", (30, 34, 1), "28×32, 28×36"),  # 16 .. 31: multiples of 4
        ("dcgan", (1, 1, 1), "8×8, 10×10"),
        ("metric", (50, 50, 3), "48×48, 64×64"),  # from 2×2 on: multiples of 16
        ("metric", (29, 29, 3), "28×28, 32×32"),  # 28 is DMGAN's own
    ],
)
def test_sizes_that_no_doubling_reaches(name, image_shape, nearest):
    with pytest.raises(InputError) as caught:
        NETWORKS[name].generator(image_shape, 8)
    height, width, _ = image_shape
    expected = f"this network doubles its maps, never to {height}×{width}; the nearest that it makes: {nearest}"
    assert str(caught.value) == expected


@pytest.mark.parametrize("image_shape", [(32, 32, 0), (32, 32), (32.0, 32, 3), ("32", 32, 3)])
def test_shapes_that_are_none(image_shape):
    with pytest.raises(InputError, match="must be"):
        NETWORKS["metric"].generator(image_shape, 8)


def test_width_scales_all_filters():
    generator = NETWORKS["metric"].generator((32, 32, 3), 100, width=0.25)
    assert [filters for _, filters in maps(generator, keras.layers.Conv2DTranspose)] == [128, 64, 32, 16, 3]
    with pytest.raises(InputError, match="width"):
        NETWORKS["metric"].generator((32, 32, 3), 100, width=0.0)


@pytest.mark.parametrize(
    ("name", "up", "down"),
    [
        ("metric", [(5, 2)] * 5, [(5, 2)] * 4),
        ("mbgan", [(5, 2)] * 3 + [(5, 1)], [(5, 1)] + [(5, 2)] * 3),
        ("mbgan_literal", [(5, 4)] + [(5, 2)] * 3 + [(5, 1)], [(5, 1)] + [(5, 2)] * 3),  # from 1×1 no stride is seen
        ("dcgan", [(5, 2)] * 3, [(5, 2)] * 3),
        ("fisher", [(4, 2)] * 2 + [(3, 1)] * 2 + [(4, 2)], [(4, 2)] + [(3, 1)] * 2 + [(4, 2)] * 2),
        ("am", [(3, 2)] * 3 + [(3, 1)], [(3, 1)] + [(3, 2)] * 3),
        ("am_conditional", [(3, 2)] * 3 + [(3, 1)], [(3, 1)] + [(3, 2)] * 3 + [(3, 1)]),
        ("autoencoder", [(4, 2)] * 3, [(4, 2)] * 6),
    ],
)
def test_kernels_and_strides_are_those_of_the_tables(name, up, down):
    """At 32×32, in the order of the layers."""
    assert kernels(NETWORKS[name].generator((32, 32, 3), 8, width=1 / 32)) == up
    assert kernels(NETWORKS[name].discriminator((32, 32, 3), 8, width=1 / 32)) == down


@pytest.mark.parametrize(
    ("side", "up", "down"),
    [(28, [7, 14, 28], [14, 7, 7, 7]), (32, [8, 16, 32], [16, 8, 8, 8]), (64, [8, 16, 32, 64], [32, 16, 8, 8])],
)
@pytest.mark.parametrize("name", ["resnet", "resnet_plain", "sagan"])
def test_residual_blocks_are_those_of_the_table(name, side, up, down):
    """WGAN-GP App. C: 128 filters, 3×3 twice a block, a 1×1 shortcut where the side changes."""
    generator = NETWORKS[name].generator((side, side, 3), 8)
    discriminator = NETWORKS[name].discriminator((side, side, 3), 1)
    assert maps(generator, keras.layers.Add) == [(block, 128) for block in up]
    assert maps(discriminator, keras.layers.Add) == [(block, 128) for block in down]
    halved = 3 if side == 64 else 2
    doubled = 2 if side == 28 else len(up)
    assert sorted(kernels(generator)) == [(1, 1)] * doubled + [(3, 1)] * (2 * len(up) + 1)
    assert sorted(kernels(discriminator)) == [(1, 1)] * halved + [(3, 1)] * 8
    assert not count(generator, LINEAR[2]) and not count(discriminator, keras.layers.LeakyReLU)


@pytest.mark.parametrize(("side", "where"), [(28, 14), (32, 16), (64, 16)])
def test_sagan_attends_once_in_each_network(side, where):
    for build in (NETWORKS["sagan"].generator, NETWORKS["sagan"].discriminator):
        network = build((side, side, 3), 8)
        assert maps(network, SelfAttention) == [(where, 128)]
        (position,) = [i for i, layer in enumerate(network.layers) if isinstance(layer, SelfAttention)]
        assert isinstance(network.layers[position - 1], keras.layers.Add)
    assert not count(NETWORKS["resnet"].generator((side, side, 3), 8), SelfAttention)


@pytest.mark.parametrize(
    ("name", "wrapper"),
    [("am", WeightNormalization), ("am_conditional", WeightNormalization), ("sagan", SpectralNormalization)],
)
@pytest.mark.parametrize("image_shape", SHAPES)
def test_every_layer_is_normalised(name, wrapper, image_shape):
    """Whatever has trainable weights is BatchNorm, attention (normalised inside), or in the wrapper."""
    for build in (NETWORKS[name].generator, NETWORKS[name].discriminator):
        trainable = [layer for layer in build(image_shape, 8, width=1 / 32).layers if layer.trainable_weights]
        assert {type(layer) for layer in trainable} <= {BatchNormalization, SelfAttention, wrapper}
        assert sum(type(layer) is wrapper for layer in trainable) >= 5


@pytest.mark.parametrize("name", NETWORKS)
def test_discriminators_without_batch_norm(name):
    """No unit loses its bias with it."""
    network = NETWORKS[name].discriminator((32, 32, 3), 8, width=1 / 32, batch_norm=False)
    assert not count(network, BatchNormalization)
    for layer in network.layers:
        if isinstance(layer, (*LINEAR, WeightNormalization, SpectralNormalization)):
            assert layer.bias is not None


def test_noise_and_dropout_of_am_are_in_the_discriminator_in_training():
    """Appendix F: N(0, .1) on the image, dropout .3 after each convolution and the pool; the labels stay exact."""
    network = NETWORKS["am"].discriminator((28, 28, 1), 8, num_classes=3, width=1 / 32)
    (noise,) = [layer for layer in network.layers if isinstance(layer, GaussianNoise)]
    assert noise.scale == 0.1 and noise.output.shape[1:] == (28, 28, 1)
    assert [layer.rate for layer in network.layers if isinstance(layer, Dropout)] == [0.3] * 5
    inputs = [np.zeros((2, 28, 28, 1)), np.zeros(2, np.int32)]
    np.testing.assert_array_equal(network(inputs), network(inputs))
    network(inputs, training=True)
    assert np.any(network(inputs, training=True) != network(inputs, training=True))


@pytest.mark.parametrize("num_classes", [None, 7])
@pytest.mark.parametrize("image_shape", SHAPES)
def test_autoencoder_reconstructs_images_from_codes(image_shape, num_classes):
    """The decoder's maps are the encoder's backwards; the code is its last map of 4×4."""
    side, channels = image_shape[1:]
    network = NETWORKS["autoencoder"].discriminator(image_shape, 1, num_classes)
    encoder = maps(network, keras.layers.Conv2D)
    assert encoder[-1] == (4, 512 if side == 64 else 256)
    assert maps(network, keras.layers.Conv2DTranspose) == [*encoder[-2::-1], (side, channels)]
    images, labels = keras.random.uniform((2, *image_shape), -1, 1, seed=0), keras.ops.array([0, 6])
    reconstructions, codes = network(images if num_classes is None else [images, labels])
    assert reconstructions.shape == images.shape and abs(reconstructions.numpy()).max() <= 1
    assert codes.shape == (2, 16 * encoder[-1][1])
    assert reconstructions.dtype == codes.dtype == tf.float32
    if num_classes:
        others, other_codes = network([images, keras.ops.array([1, 6])])
        assert not np.array_equal(others[0], reconstructions[0]) and not np.array_equal(other_codes[0], codes[0])
    generator = NETWORKS["autoencoder"].generator(image_shape, 8, num_classes)
    assert maps(generator, keras.layers.Conv2DTranspose) == [*encoder[-2::-1], (side, channels)]
    assert generator.output.shape[1:] == image_shape


@pytest.mark.parametrize("name", NETWORKS)
def test_outputs_are_float32_under_mixed_precision(name):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        generator = NETWORKS[name].generator((32, 32, 3), 8, width=1 / 32)
        discriminator = NETWORKS[name].discriminator((32, 32, 3), 8, width=1 / 32)
    finally:
        keras.config.set_dtype_policy(before)
    images = generator(keras.random.normal((4, 8), seed=0), training=True)
    for tensor in (images, *keras.tree.flatten(discriminator(images, training=True))):
        assert tensor.dtype == tf.float32 and np.isfinite(tensor).all()


@pytest.mark.parametrize("name", NETWORKS)
def test_serialised_networks_are_the_same(name):
    for build, shape in ((NETWORKS[name].generator, (4, 8)), (NETWORKS[name].discriminator, (4, 28, 28, 1))):
        network, inputs = build((28, 28, 1), 8, width=1 / 32), keras.random.uniform(shape, -1, 1, seed=0)
        network(inputs, training=True)
        copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(network))
        copy.set_weights(network.get_weights())
        for ours, theirs in zip(keras.tree.flatten(network(inputs)), keras.tree.flatten(copy(inputs)), strict=True):
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("kernel_size", [3, 4, 5])
@pytest.mark.parametrize(("old", "new"), [(4, 7), (4, 8), (7, 7)])
def test_up_convolution_is_the_transpose_of_the_convolution_back(kernel_size, old, new):
    """⟨conv(y), x⟩ = ⟨y, up(x)⟩ for maps x of the old side and y of the new."""
    up = parts.up_convolution(2, kernel_size, (old, old), (new, new))
    x, y = keras.random.normal((1, old, old, 3), seed=0), keras.random.normal((1, new, new, 2), seed=1)
    enlarged = up(x)
    assert enlarged.shape == y.shape
    back = tf.nn.conv2d(y, up.kernel, strides=up.strides, padding="SAME")
    np.testing.assert_allclose(tf.reduce_sum(back * x), tf.reduce_sum(y * enlarged), rtol=1e-4, atol=1e-4)


def test_first_layer_of_mbgan_to_the_letter_is_linear_in_z():
    """From one pixel the up-convolution to 4×4 gives each position z times one tap of its own, 16 of the 25."""
    generator = NETWORKS["mbgan_literal"].generator((32, 32, 3), 8, width=1 / 64)
    layer = next(layer for layer in generator.layers if isinstance(layer, keras.layers.Conv2DTranspose))
    z = np.random.default_rng(0).normal(size=(3, 8)).astype(np.float32)
    expected = np.einsum("bz,hwuz->bhwu", z, layer.kernel.numpy()[:4, :4])
    np.testing.assert_allclose(layer(z[:, None, None]), expected, rtol=1e-4, atol=1e-5)
