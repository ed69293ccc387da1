"""The fused BatchNorm against Keras' own and a NumPy loop, in every precision."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric.layers import BatchNormalization

TOLERANCE = {"float32": 1e-5, "mixed_bfloat16": 2e-2, "mixed_float16": 2e-3}  # a few ε of the compute dtype
SHAPES = [(6, 4, 4, 3), (3, 1, 1, 5), (8, 5)]


def layer(cls, shape, policy, **keywords):
    made = cls(momentum=0.9, epsilon=1e-5, dtype=policy, **keywords)
    made.build(shape)
    for weight in made.trainable_weights:
        weight.assign(np.linspace(0.5, 2.0, shape[-1]))
    return made


def training_pass(made, inputs, weights):
    """Outputs, the gradients of Σ weights·outputs, and the moving statistics after it."""
    inputs = tf.convert_to_tensor(inputs)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = tf.cast(made(tf.cast(inputs, made.compute_dtype), training=True), tf.float32)
        total = tf.reduce_sum(outputs * weights)
    gradients = tape.gradient(total, [inputs, *made.trainable_variables])
    return [keras.ops.convert_to_numpy(tensor) for tensor in (outputs, *gradients, *made.non_trainable_variables)]


@pytest.mark.parametrize("policy", TOLERANCE)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("parts", [{}, {"scale": False}, {"center": False}])
def test_equals_keras_layer(shape, policy, parts):
    """Outputs, all gradients and the moving statistics of a training pass, then outputs in inference."""
    inputs, weights = np.random.default_rng(0).normal(1.0, 2.0, (2, *shape)).astype(np.float32)
    ours, theirs = (layer(cls, shape, policy, **parts) for cls in (BatchNormalization, keras.layers.BatchNormalization))
    for mine, other in zip(training_pass(ours, inputs, weights), training_pass(theirs, inputs, weights), strict=True):
        np.testing.assert_allclose(mine, other, rtol=0, atol=TOLERANCE[policy] * (1e-3 + np.abs(other).max()))
    inputs = tf.cast(inputs, ours.compute_dtype)
    mine, other = ours(inputs), theirs(inputs)
    assert mine.dtype == other.dtype
    difference = np.abs(tf.cast(mine - other, tf.float32))
    assert difference.max() <= TOLERANCE[policy] * np.abs(tf.cast(other, tf.float32)).max()


def test_training_pass_by_hand():
    """One channel with 1, 3, 5, 7: mean 4, biased variance 5; (1-4)/√5 = -1.342 ... From mean 0 and variance 1 with
    momentum .9 the moving statistics become .4 and .9 + .5 = 1.4, not .9 + .1·20/3 as the unbiased variance gives."""
    made = layer(BatchNormalization, (2, 2, 1, 1), "float32", scale=False, center=False)
    outputs = made(np.array([1.0, 3.0, 5.0, 7.0], np.float32).reshape(2, 2, 1, 1), training=True)
    np.testing.assert_allclose(np.ravel(outputs), np.array([-3.0, -1.0, 1.0, 3.0]) / np.sqrt(5.0), rtol=1e-5)
    np.testing.assert_allclose([made.moving_mean[0], made.moving_variance[0]], [0.4, 1.4], rtol=1e-5)


def test_frozen_layer_does_not_learn():
    made = layer(BatchNormalization, (4, 2, 2, 3), "float32")
    made.trainable = False
    made(np.ones((4, 2, 2, 3), np.float32), training=True)
    np.testing.assert_array_equal(made.moving_mean, np.zeros(3))


def test_it_is_one_operation():
    """A training pass and its gradient hold one fused operation each, and no mean over a map."""
    made = layer(BatchNormalization, (4, 2, 2, 3), "float32")

    @tf.function
    def run(inputs):
        return tf.gradients(tf.reduce_max(made(inputs, training=True)), inputs)

    kinds = [
        operation.type for operation in run.get_concrete_function(tf.TensorSpec((4, 2, 2, 3))).graph.get_operations()
    ]
    assert kinds.count("FusedBatchNormV3") == 1 and kinds.count("FusedBatchNormGradV3") == 1 and "Mean" not in kinds


def test_file_restores_it(tmp_path):
    model = keras.Sequential([keras.Input((4, 4, 3)), BatchNormalization()])
    model(np.random.default_rng(0).normal(size=(5, 4, 4, 3)).astype(np.float32), training=True)
    model.save(tmp_path / "model.keras")
    restored = keras.saving.load_model(tmp_path / "model.keras")
    assert type(restored.layers[-1]) is BatchNormalization
    for ours, theirs in zip(restored.weights, model.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
