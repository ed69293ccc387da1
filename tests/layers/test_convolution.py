"""Convolutions by matrix products against Keras' own and a NumPy loop: outputs, gradients and gradients of those."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric.layers import Conv2D, Conv2DTranspose

TOLERANCE = {"float32": 1e-5, "mixed_bfloat16": 5e-2, "mixed_float16": 2e-2}  # for gradients of gradients
DOWN = [  # image size, kernel, strides
    ((4, 4), 5, 2),
    ((3, 3), 5, 2),
    ((2, 2), 3, 1),
    ((4, 3), 4, 2),
    ((1, 1), 5, 2),
    ((6, 1), (3, 2), (4, 1)),
    ((5, 5), 1, 4),  # some pixels are seen by no position
]
UP = [  # map size, kernel, strides, output padding
    ((1, 1), 5, 2, None),
    ((2, 2), 5, 2, None),
    ((2, 2), 5, 2, 0),  # 2 -> 3
    ((2, 1), 4, 2, None),
    ((1, 3), (3, 5), (1, 2), None),
    ((2, 2), 1, 3, None),
]
OTHERS = [  # Keras' own way
    Conv2D(3, 5, strides=2, padding="same"),  # 10×10 -> 5×5
    Conv2D(3, 5, strides=5, padding="valid"),
    Conv2D(4, 5, strides=5, padding="same", groups=2),
    Conv2DTranspose(3, 5, strides=2, padding="same"),
    Conv2DTranspose(3, 5, strides=2, padding="valid"),
]


def transposed(size, kernel, strides, output_padding):
    return Conv2DTranspose, size, {"kernel_size": kernel, "strides": strides, "output_padding": output_padding}


CASES = [(Conv2D, size, {"kernel_size": kernel, "strides": strides}) for size, kernel, strides in DOWN]
CASES += [transposed(*case) for case in UP]


def layers(cls, size, settings, policy="float32"):
    """Ours in a precision and Keras' layer in float32 with the same weights, and images for them."""
    settings = {"filters": 3, "padding": "same", "bias_initializer": "random_normal"} | settings
    keras.utils.set_random_seed(0)
    ours, theirs = cls(dtype=policy, **settings), cls.__mro__[1](**settings)
    for layer in (ours, theirs):
        layer.build((None, *size, 2))
    theirs.set_weights(ours.get_weights())
    return ours, theirs, np.random.default_rng(0).normal(size=(4, *size, 2)).astype(np.float32)


def passes(layer, images):
    """Outputs, the gradients of Σ outputs² towards images and weights, and of Σ (that towards images)² towards both."""
    images = tf.cast(images, layer.compute_dtype)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(images)
        with tf.GradientTape(persistent=True) as inner:
            inner.watch(images)
            outputs = layer(images)
            total = tf.reduce_sum(tf.cast(outputs, tf.float32) ** 2)
        slopes = inner.gradient(total, images)
        squares = tf.reduce_sum(tf.cast(slopes, tf.float32) ** 2)
    first = inner.gradient(total, layer.trainable_variables)
    second = outer.gradient(squares, [images, *layer.trainable_variables])
    return [keras.ops.convert_to_numpy(tensor).astype(np.float64) for tensor in (outputs, slopes, *first, *second)]


@pytest.mark.parametrize(("cls", "size", "settings"), CASES)
@pytest.mark.parametrize("policy", TOLERANCE)
def test_equals_keras_layer(cls, size, settings, policy):
    ours, theirs, images = layers(cls, size, settings, policy)
    for mine, other in zip(passes(ours, images), passes(theirs, images), strict=True):
        np.testing.assert_allclose(mine, other, rtol=0, atol=TOLERANCE[policy] * (1e-2 + np.abs(other).max()))


@pytest.mark.parametrize(("cls", "size", "settings"), CASES)
def test_is_made_of_products(cls, size, settings):
    """No convolution in the compiled passes of these, whose batch size is unknown; else the test above says nothing."""
    ours, theirs, _ = layers(cls, size, settings)
    for layer, count in ((ours, 0), (theirs, 1)):

        def both(images, layer=layer):
            return tf.gradients(layer(images), [images, layer.kernel.value])

        graph = tf.function(both).get_concrete_function(tf.TensorSpec((None, *size, 2))).graph
        assert (sum(node.type.startswith("Conv2D") for node in graph.get_operations()) > 0) == count


@pytest.mark.parametrize("layer", OTHERS, ids=lambda layer: f"{type(layer).__name__}-{layer.padding}-{layer.strides}")
def test_others_are_keras_own(layer):
    images = np.random.default_rng(0).normal(size=(2, 10, 10, 4)).astype(np.float32)
    outputs = layer(images)
    theirs = type(layer).__mro__[1].from_config(layer.get_config())
    theirs.build(images.shape)
    theirs.set_weights(layer.get_weights())
    np.testing.assert_array_equal(outputs, theirs(images))


def test_convolution_against_a_loop():
    """4×4, 5×5 taps, stride 2: one row of padding before, two after, so position p meets rows 2p - 1 to 2p + 3."""
    ours, _, images = layers(Conv2D, (4, 4), {"kernel_size": 5, "strides": 2, "use_bias": False})
    padded, kernel = np.pad(images.astype(np.float64), ((0, 0), (1, 2), (1, 2), (0, 0))), ours.kernel.numpy()
    expected = np.zeros((4, 2, 2, 3))
    for row, column, unit in np.ndindex(2, 2, 3):
        window = padded[:, 2 * row : 2 * row + 5, 2 * column : 2 * column + 5]
        expected[:, row, column, unit] = (window * kernel[..., unit]).sum((1, 2, 3))
    np.testing.assert_allclose(ours(images), expected, atol=1e-5)


def test_transposed_convolution_by_hand():
    """1×1 -> 2×2, 5×5 taps, stride 2: of the padding 2 + 1 rows, pixel (i, j) gets z times the tap (1 + i, 1 + j).

    ⌈2/2⌉ = 1 position needs (1 - 1)·2 + 5 rows, 3 more than 2, of which 1 is before the image.
    """
    layer = Conv2DTranspose(1, 5, strides=2, padding="same", use_bias=False)
    layer.build((None, 1, 1, 1))
    layer.kernel.assign(np.arange(25.0).reshape(5, 5, 1, 1))
    assert layer(np.full((1, 1, 1, 1), 2.0)).numpy().ravel().tolist() == [12.0, 14.0, 22.0, 24.0]
