"""Convolutions whose smallest maps are matrix products on a CPU.

A 5×5 kernel over a 4×4 map, padded and with stride 2, meets padding with 51 of its 100 taps, and TensorFlow's
convolution multiplies those too, at a quarter of the speed of a matrix product. Here each of the few positions of the
small side takes its window's row of taps times the rows of the kernel that it covers, which lie together in memory.
"""

import itertools

import keras
import numpy as np
import tensorflow as tf

MOST_POSITIONS = 4  # of the small side; with more, TensorFlow's convolution is the faster one


def convolve_small(images: tf.Tensor, kernel: tf.Tensor, strides: tuple[int, int]) -> tf.Tensor:
    """conv2d with "SAME" padding, as products: (B, ⌈H/stride⌉, ⌈W/stride⌉, units).

    Args:
        images: (B, H, W, C), height and width known.
        kernel: (h, w, C, units).
        strides: (of height, of width).
    """
    height, width = images.shape[1:3]

    @tf.custom_gradient
    def forward(images, kernel):
        def gradient(upstream):
            to_images = transpose_convolve_small(upstream, kernel, (height, width), strides)
            return to_images, _kernel_gradient(images, upstream, kernel.shape, strides)

        return _convolve(images, kernel, strides), gradient

    return forward(images, kernel)


def transpose_convolve_small(
    maps: tf.Tensor, kernel: tf.Tensor, size: tuple[int, int], strides: tuple[int, int]
) -> tf.Tensor:
    """conv2d_transpose with "SAME" padding, as products: the gradient of `convolve_small` towards its images.

    Args:
        maps: (B, H, W, units), height and width known.
        kernel: (h, w, C, units).
        size: (height, width) of the outcome, (B, *size, C).
        strides: (of height, of width).
    """

    @tf.custom_gradient
    def forward(maps, kernel):
        def gradient(upstream):
            to_kernel = _kernel_gradient(upstream, maps, kernel.shape, strides)
            return convolve_small(upstream, kernel, strides), to_kernel

        return _transpose_convolve(maps, kernel, size, strides), gradient

    return forward(maps, kernel)


def _windows(large, small, taps, stride):
    """(first tap, tap after the last, the first's place in the large side) of each position of the small side."""
    padding = max((small - 1) * stride + taps - large, 0) // 2
    starts = [stride * position - padding for position in range(small)]
    return [(max(0, -start), min(taps, large - start), max(0, start)) for start in starts]


def _sides(large, small, kernel_shape, strides):
    """The windows of rows and those of columns."""
    return [_windows(*sizes) for sizes in zip(large, small, kernel_shape[:2], strides, strict=True)]


def _rows_of_taps(kernel, first, last):
    """The taps [row, first:last] of each row as a matrix (taps · C, units), slices that are not copied."""
    height, width, channels, units = kernel.shape
    matrix, size = tf.reshape(kernel, (-1, units)), ((last - first) * channels, units)
    return [tf.slice(matrix, ((row * width + first) * channels, 0), size) for row in range(height)]


def _by_position(maps, order):
    """The matrices of a tensor's positions, as lists of lists; the positions are its first axes in that order."""
    return [tf.unstack(line) for line in tf.unstack(tf.transpose(maps, order))]


def _convolve(images, kernel, strides):
    small = [-(-side // stride) for side, stride in zip(images.shape[1:3], strides, strict=True)]
    rows, columns = _sides(images.shape[1:3], small, kernel.shape, strides)
    width, channels = images.shape[2:]
    lines = [tf.reshape(line, (-1, width * channels)) for line in tf.unstack(images, axis=1)]
    found = []
    for left, right, j in columns:
        pixels = [tf.slice(line, (0, j * channels), (-1, (right - left) * channels)) for line in lines]
        taps = _rows_of_taps(kernel, left, right)
        positions = [
            tf.add_n([tf.matmul(pixels[i + row - top], taps[row]) for row in range(top, bottom)])
            for top, bottom, i in rows
        ]
        found.append(tf.stack(positions, 1))
    return tf.stack(found, 2)


def _transpose_convolve(maps, kernel, size, strides):
    rows, columns = _sides(size, maps.shape[1:3], kernel.shape, strides)
    channels = kernel.shape[2]
    nothing = tf.zeros((tf.shape(maps)[0], size[1] * channels), maps.dtype)
    found: list[list] = [[] for _ in range(size[0])]  # of each row of the outcome, what the positions give it
    for (left, right, j), column in zip(columns, _by_position(maps, (2, 1, 0, 3)), strict=True):
        taps, around = _rows_of_taps(kernel, left, right), [[0, 0], [j, size[1] - j - right + left]]
        for (top, bottom, i), units in zip(rows, column, strict=True):
            for row in range(top, bottom):
                pixels = tf.matmul(units, taps[row], transpose_b=True)
                found[i + row - top].append(tf.pad(pixels, np.multiply(around, channels)))
    outcome = tf.stack([tf.add_n(row) if row else nothing for row in found], 1)
    return tf.reshape(outcome, (-1, *size, channels))


def _kernel_gradient(images, maps, kernel_shape, strides):
    """Σ over positions of the pixels that a tap meets, transposed, times the maps there."""
    rows, columns = _sides(images.shape[1:3], maps.shape[1:3], kernel_shape, strides)
    nothing = tf.zeros(kernel_shape[2:], images.dtype)
    images, maps = _by_position(images, (1, 2, 3, 0)), _by_position(maps, (1, 2, 0, 3))
    found: list[list[list]] = [[[] for _ in range(kernel_shape[1])] for _ in range(kernel_shape[0])]
    for (top, bottom, i), line in zip(rows, maps, strict=True):
        for (left, right, j), units in zip(columns, line, strict=True):
            for row, column in itertools.product(range(top, bottom), range(left, right)):
                found[row][column].append(tf.matmul(images[i + row - top][j + column - left], units))
    return tf.stack([tf.stack([tf.add_n(tap) if tap else nothing for tap in row]) for row in found])


def _wants_products(layer, side):
    """Whether they are the faster way for a layer whose small side is `side`, (height, width)."""
    plain = layer.padding == "same" and layer.data_format == "channels_last" and layer.dilation_rate == (1, 1)
    few = None not in side and side[0] * side[1] <= MOST_POSITIONS
    return plain and few and not tf.config.list_physical_devices("GPU")


@keras.saving.register_keras_serializable("tfgan_metric")
class Conv2D(keras.layers.Conv2D):
    """keras.layers.Conv2D, by matrix products if it ends in at most 2×2 positions and there is no GPU.

    The same numbers but for rounding, and gradients of gradients too.
    """

    def convolution_op(self, inputs: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
        outcome = self.compute_output_shape(inputs.shape)
        if self.groups != 1 or not _wants_products(self, outcome[1:3]):
            return super().convolution_op(inputs, kernel)
        return convolve_small(tf.convert_to_tensor(inputs), tf.convert_to_tensor(kernel), self.strides)


@keras.saving.register_keras_serializable("tfgan_metric")
class Conv2DTranspose(keras.layers.Conv2DTranspose):
    """keras.layers.Conv2DTranspose, by matrix products if it starts from at most 2×2 positions and there is no GPU.

    The same numbers but for rounding, and gradients of gradients too.
    """

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        if not _wants_products(self, inputs.shape[1:3]):
            return super().call(inputs)
        size = self.compute_output_shape(inputs.shape)[1:3]
        kernel = tf.convert_to_tensor(self.kernel)
        outputs = transpose_convolve_small(tf.convert_to_tensor(inputs), kernel, size, self.strides)
        return self.activation(outputs + tf.convert_to_tensor(self.bias) if self.use_bias else outputs)
