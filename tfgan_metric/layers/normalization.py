"""Weight and spectral normalisation of a linear layer, by rescaling its outputs.

Dense, Conv2D and Conv2DTranspose without bias are linear in their kernel V, so layer(x; s·V) = s·layer(x; V) for a
number s a unit: the effective weight s·V never has to be formed, and the gradient reaches V through s as well.
"""

from typing import Any

import keras
import tensorflow as tf

from tfgan_metric.errors import InputError
from tfgan_metric.replicas import global_mean
from tfgan_metric.variables import add_state

LINEAR_LAYERS = (keras.layers.Dense, keras.layers.Conv2D, keras.layers.Conv2DTranspose)
LEAST_VARIANCE = 1e-10  # of a unit over the first batch; one below is constant and keeps its scale


class _RescaledLayer(keras.layers.Wrapper):
    """y = s·layer(x) + b for scales s that a subclass computes; in the layer's dtype policy unless given one."""

    def __init__(self, layer: keras.layers.Layer, **kwargs: Any) -> None:
        super().__init__(self._require_linear(layer), **({"dtype": layer.dtype_policy} | kwargs))

    @classmethod
    def _require_linear(cls, layer):
        expected = f"{cls.__name__} wraps a Dense, Conv2D or Conv2DTranspose with use_bias=False and no activation"
        if not isinstance(layer, LINEAR_LAYERS):
            raise InputError(f"{expected}; got {type(layer).__name__}")
        if layer.use_bias or layer.activation is not keras.activations.linear:
            activation = keras.activations.serialize(layer.activation)
            raise InputError(f"{expected}; got use_bias={layer.use_bias}, activation={activation!r}")
        if getattr(layer, "data_format", "channels_last") != "channels_last":
            raise InputError(f"{expected}, channels last; got data_format={layer.data_format!r}")
        return layer

    def build(self, input_shape: tuple) -> None:
        super().build(input_shape)
        self.units = self._matrix().shape[-1]
        self.bias = self._add_vector("bias", "zeros")

    def _add_vector(self, name, initializer):
        return self.add_weight((self.units,), initializer, "float32", autocast=False, aggregation="mean", name=name)

    def _matrix(self):
        """The kernel as float32 (everything else, units); that of a transposed convolution is (h, w, units, in)."""
        kernel = keras.ops.cast(self.layer.kernel, "float32")
        if isinstance(self.layer, keras.layers.Conv2DTranspose):
            kernel = tf.linalg.matrix_transpose(kernel)
        return tf.reshape(kernel, (-1, kernel.shape[-1]))

    def _rescale(self, outputs, scale):
        return outputs * tf.cast(scale, outputs.dtype) + tf.cast(self.bias, outputs.dtype)

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        return self.layer.compute_output_shape(input_shape)


@keras.saving.register_keras_serializable("tfgan_metric")
class WeightNormalization(_RescaledLayer):
    """A linear layer with the weight g·V/‖V‖, the norm taken over each output unit: y = (g/‖V‖)·layer(x) + b.

    The first batch in training, all replicas' together, chooses g and b such that each unit's outputs have mean 0 and
    standard deviation 1 over it. Before it g = ‖V‖ and b = 0.

    Args:
        layer: a Dense, Conv2D or Conv2DTranspose, channels last, without bias and activation.
    Raises:
        InputError: another layer.
    Source: Salimans & Kingma 2016 (arXiv:1602.07868), eq 2 and section 3.
    """

    def build(self, input_shape: tuple) -> None:
        super().build(input_shape)
        self.gain = self._add_vector("gain", lambda shape, dtype: self._norms())
        self.initialized = add_state(self, "initialized")

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        outputs = self.layer(inputs)  # (..., units)
        norms = self._norms()
        if training:
            self._initialize_once(outputs, norms)
        return self._rescale(outputs, self.gain / norms)

    def reset_gain(self) -> None:
        """Makes g = ‖V‖ again, for a V that was drawn anew."""
        self.gain.assign(self._norms())

    def _norms(self):
        return tf.sqrt(tf.reduce_sum(tf.square(self._matrix()), axis=0) + 1e-12)  # (units,)

    def _initialize_once(self, outputs, norms):
        """Sets g = ‖V‖/std and b = -mean/std of `outputs`; of later batches no statistics are computed."""

        def moments():
            values = tf.cast(tf.stop_gradient(outputs), tf.float32)
            return tf.nn.moments(values, axes=list(range(values.shape.rank - 1)))

        # Replicas cannot meet inside a branch, so only what each computes for itself is in one.
        first, zeros = self.initialized < 1, tf.zeros((self.units,))
        local_mean, local_variance = tf.cond(first, moments, lambda: (zeros, zeros))
        mean = global_mean(local_mean)
        variance = global_mean(local_variance + tf.square(local_mean - mean))
        scale = tf.where(variance > LEAST_VARIANCE, tf.math.rsqrt(variance), 1.0)
        self.gain.assign(tf.where(first, tf.stop_gradient(norms) * scale, self.gain.value))
        self.bias.assign(tf.where(first, -mean * scale, self.bias.value))
        self.initialized.assign(1.0)


@keras.saving.register_keras_serializable("tfgan_metric")
class SpectralNormalization(_RescaledLayer):
    """A linear layer with the weight W/σ(W), W seen as (units, everything else): y = layer(x)/σ + b.

    σ = uᵀWv is the top singular value as one power iteration for each call in training estimates it; u is kept, and
    inference uses it as it is. The gradient goes through W in σ, not through u and v (eq 11 of the paper). Keras'
    layer of the same name overwrites the kernel by W/σ instead, so no gradient goes through σ.

    Args and Raises as `WeightNormalization`.
    Source: Miyato et al. 2018 (arXiv:1802.05957), Algorithm 1.
    """

    def build(self, input_shape: tuple) -> None:
        super().build(input_shape)
        self.u = add_state(self, "u", (self.units,), "random_normal")

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        sigma = self._top_singular_value(training)
        return self._rescale(self.layer(inputs), tf.math.divide_no_nan(1.0, sigma))

    def _top_singular_value(self, training):
        matrix = self._matrix()  # Wᵀ, (everything else, units)
        fixed = tf.stop_gradient(matrix)
        u = tf.math.l2_normalize(self.u.value)  # an average of unit vectors, as of averaged weights, is none
        v = tf.math.l2_normalize(tf.linalg.matvec(fixed, u))
        if training:
            u = tf.math.l2_normalize(tf.linalg.matvec(fixed, v, transpose_a=True))
            self.u.assign(u)
        return tf.tensordot(tf.linalg.matvec(matrix, u), v, 1)
