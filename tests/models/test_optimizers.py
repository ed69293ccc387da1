"""The fused Adam against Keras' own, a NumPy loop, on replicas and from a file."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_metric.optimizers import Adam

START = np.linspace(-1.0, 1.0, 6).reshape(2, 3).astype(np.float32)
GRADIENTS = np.random.default_rng(0).normal(size=(5, 2, 3)).astype(np.float32)


def trained(optimizer, gradients=GRADIENTS, dtype="float32", **keywords):
    """A variable after one update a gradient, and the optimizer."""
    variable = keras.Variable(START, dtype=dtype, **keywords)
    optimizer.build([variable])
    for gradient in gradients:
        optimizer.apply([tf.constant(gradient)], [variable])
    return keras.ops.convert_to_numpy(variable), optimizer


@pytest.mark.parametrize("settings", [{}, {"beta_1": 0.5}, {"beta_1": 0.0, "beta_2": 0.9}, {"epsilon": 0.1}])
def test_equals_keras_and_a_loop(settings):
    """Kingma & Ba, algorithm 1, with ε beside √v as TensorFlow has it: w -= α √(1-β₂ᵗ)/(1-β₁ᵗ) · m / (√v + ε)."""
    settings = {"learning_rate": 0.01} | settings
    ours, optimizer = trained(Adam(**settings))
    theirs, _ = trained(keras.optimizers.Adam(**settings))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)
    weights, m, v = START.astype(np.float64), 0.0, 0.0
    for step, gradient in enumerate(GRADIENTS.astype(np.float64), start=1):
        m = optimizer.beta_1 * m + (1 - optimizer.beta_1) * gradient
        v = optimizer.beta_2 * v + (1 - optimizer.beta_2) * gradient**2
        rate = 0.01 * np.sqrt(1 - optimizer.beta_2**step) / (1 - optimizer.beta_1**step)
        weights = weights - rate * m / (np.sqrt(v) + optimizer.epsilon)
    np.testing.assert_allclose(ours, weights, rtol=0, atol=2e-6)
    assert int(optimizer.iterations) == 5


def test_schedule_and_constraint():
    """A rate that halves each update from 0.1, and a clip that the last update must not pass: by Keras' own Adam."""
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    found = []
    for cls in (Adam, keras.optimizers.Adam):
        variable = keras.Variable(START)
        variable.constraint = lambda value: keras.ops.clip(value, -0.5, 0.5)
        optimizer = cls(schedule)
        for gradient in GRADIENTS:
            optimizer.apply([tf.constant(gradient)], [variable])
        found.append(keras.ops.convert_to_numpy(variable))
    np.testing.assert_allclose(*found, rtol=0, atol=1e-5)
    assert np.abs(found[0]).max() == np.float32(0.5)


@pytest.mark.parametrize(("settings", "dtype"), [({"amsgrad": True}, "float32"), ({}, "float16")])
def test_what_is_not_fused_is_keras(settings, dtype):
    ours, _ = trained(Adam(0.01, **settings), dtype=dtype)
    theirs, _ = trained(keras.optimizers.Adam(0.01, **settings), dtype=dtype)
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(("cls", "fused"), [(Adam, 1), (keras.optimizers.Adam, 0)])
def test_it_is_one_operation(cls, fused):
    variable, optimizer = keras.Variable(START), cls(0.01)
    optimizer.build([variable])

    @tf.function
    def update(gradient):
        optimizer.apply([gradient], [variable])

    kinds = [operation.type for operation in update.get_concrete_function(GRADIENTS[0]).graph.get_operations()]
    assert kinds.count("ResourceApplyAdam") == fused and (kinds.count("Sqrt") == 0) == bool(fused)


def test_two_replicas_take_the_sum(two_replicas):
    """Each of two replicas gives half of the gradient."""
    with two_replicas.scope():
        variable, optimizer = keras.Variable(START), Adam(0.01)
        optimizer.build([variable])

    def update_on_replica(gradient):
        with tf.GradientTape() as tape:
            half = tf.reduce_sum(variable * gradient) / 2.0
        optimizer.apply(tape.gradient(half, [variable]), [variable])

    @tf.function
    def update(gradient):
        two_replicas.run(update_on_replica, (gradient,))

    for gradient in GRADIENTS:
        update(tf.constant(gradient))
    expected, _ = trained(Adam(0.01))
    for copy in two_replicas.experimental_local_results(variable.value):
        np.testing.assert_allclose(copy, expected, rtol=0, atol=1e-6)
