"""Two replicas of a batch b each against one of 2b: the same losses, weights and own state of every scheme."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from conftest import BATCH, REPRESENTATIVES, STEPS, random_data, small_model
from tfgan_metric.errors import InputError
from tfgan_metric.layers import Dropout, GaussianNoise
from tfgan_metric.models import SCHEMES
from tfgan_metric.replicas import gather, global_mean, local_rows, to_int
from tfgan_metric.trainers.runs.distribution import choose_strategy

# Each step's rounding differs, and BatchNorm's variance is E x² - (E x)² across replicas.
TOLERANCE = {"rtol": 1e-3, "atol": 1e-4}


def trained(scheme, run_eagerly=False, **settings):
    """A model after two steps by gradient descent, whose weights do not amplify rounding as Adam's do."""
    model = small_model(scheme, seed=5, ema_momentum=0.9, **settings)
    for layer in model.discriminator._flatten_layers():
        if isinstance(layer, Dropout):
            layer.rate = 0.0
        if isinstance(layer, GaussianNoise):
            layer.scale = 0.0
    optimizers = [keras.optimizers.SGD(1e-2) for _ in range(2)]
    if settings.get("precision") == "mixed_float16":  # at Keras' 2¹⁵ one replica may skip a step that two do not
        optimizers = [keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=64.0) for optimizer in optimizers]
    model.compile(*optimizers, run_eagerly=run_eagerly)
    history = model.fit(*random_data(), batch_size=BATCH, steps_per_epoch=STEPS, verbose=0)
    return model, history.history


OTHERS = [name for name in SCHEMES if REPRESENTATIVES.get(name) != {}]


@pytest.mark.parametrize(
    ("scheme", "settings"),
    [*REPRESENTATIVES.items(), *(pytest.param(name, {}, marks=pytest.mark.full) for name in OTHERS)],
)
def test_two_replicas_equal_one_of_twice_the_batch(scheme, settings, two_replicas):
    model, history = trained(scheme, run_eagerly=True, **settings)
    with two_replicas.scope():
        parallel, parallel_history = trained(scheme, **settings)
    for name, losses in history.items():
        np.testing.assert_allclose(parallel_history[name], losses, **TOLERANCE, err_msg=name)
    for ours, theirs in zip(model.variables, parallel.variables, strict=True):
        if "gradient" in ours.path or ours.path.endswith(("total", "count")):
            continue  # a metric's sums, one set a replica
        first, second = (keras.ops.convert_to_numpy(variable) for variable in (ours, theirs))
        np.testing.assert_allclose(second, first, **TOLERANCE, err_msg=ours.path)
    np.testing.assert_allclose(parallel.generate(3, seed=1), model.generate(3, seed=1), atol=1e-4)


@pytest.mark.parametrize("scheme", ["km_gan", "wgan_gp"])
def test_two_replicas_evaluate_as_one(scheme, two_replicas):
    """Before training, so that the networks are the same; noise, centers and penalty are the global batch's."""
    model = small_model(scheme)
    with two_replicas.scope():
        parallel = small_model(scheme)
    losses, parallel_losses = (m.evaluate(*random_data(), batch_size=BATCH, verbose=0) for m in (model, parallel))
    np.testing.assert_allclose(parallel_losses, losses, rtol=1e-5)


HALF = [
    pytest.param(
        scheme, precision, marks=() if (scheme, precision) == ("wadmgan", "mixed_float16") else pytest.mark.full
    )
    for scheme in SCHEMES
    for precision in ("mixed_bfloat16", "mixed_float16")
]


@pytest.mark.parametrize(("scheme", "precision"), HALF)
def test_half_precision_on_two_replicas(scheme, precision, two_replicas):
    model, history = trained(scheme, run_eagerly=True, precision=precision)
    with two_replicas.scope():
        parallel, parallel_history = trained(scheme, precision=precision)
    for name, losses in history.items():
        np.testing.assert_allclose(parallel_history[name], losses, rtol=0.05, atol=0.05, err_msg=name)
    assert parallel.non_finite.is_clear
    for ours, theirs in zip(model.players, parallel.players, strict=True):
        assert to_int(ours.optimizer.iterations) == to_int(theirs.optimizer.iterations)
        if precision == "mixed_float16":
            assert to_int(ours.optimizer.dynamic_scale) == to_int(theirs.optimizer.dynamic_scale)


def test_an_overflow_skips_the_step_on_all_replicas(two_replicas):
    with two_replicas.scope():
        model = small_model("dmgan", precision="mixed_float16", num_classes=10)
    model.discriminator_optimizer.dynamic_scale.assign(1e38)
    model.fit(*random_data(), batch_size=BATCH, steps_per_epoch=1, verbose=0)
    assert to_int(model.discriminator_optimizer.iterations) == 0
    assert keras.ops.convert_to_numpy(model.discriminator_optimizer.dynamic_scale) == np.float32(5e37)


def test_every_replica_holds_the_same_variables(two_replicas):
    with two_replicas.scope():
        model, _ = trained("dmgan", num_classes=10)
    for variable in model.variables[:-4]:  # the last are the metrics' sums
        copies = [copy.numpy() for copy in two_replicas.experimental_local_results(variable.value)]
        assert len(copies) == 2
        np.testing.assert_array_equal(*copies, err_msg=variable.path)


def test_noise_layers_differ_between_replicas(two_replicas):
    with two_replicas.scope():
        layer = Dropout(0.5, seed=1)
    kept = two_replicas.run(tf.function(lambda: layer(tf.ones((1, 100)), training=True)))
    first, second = two_replicas.experimental_local_results(kept)
    assert not np.array_equal(first, second)


def test_gather_and_its_gradient(two_replicas):
    """Of rows [0, 1] and [2, 3] the mean of squares over all is 14/4; its gradient at row i is 2i/4.

    Each replica computes that mean, so the gradients that reach a replica's rows are those of both, 2 · 2i/4.
    """

    def step():
        first = 2.0 * tf.cast(tf.distribute.get_replica_context().replica_id_in_sync_group, tf.float32)
        rows = tf.stack([first, first + 1.0])
        with tf.GradientTape() as tape:
            tape.watch(rows)
            mean = tf.reduce_mean(tf.square(gather(rows)))
        return mean, tape.gradient(mean, rows), global_mean(first), local_rows(tf.range, 2)

    mean, gradients, averages, ranges = two_replicas.run(tf.function(step))
    values = two_replicas.experimental_local_results
    assert [float(value) for value in values(mean)] == [3.5, 3.5]
    np.testing.assert_allclose(np.concatenate(values(gradients)), [0.0, 1.0, 2.0, 3.0])
    assert [float(value) for value in values(averages)] == [1.0, 1.0]
    np.testing.assert_array_equal(np.concatenate(values(ranges)), [0, 1, 2, 3])


def test_what_keras_cannot_do_on_replicas_is_refused(two_replicas):
    with two_replicas.scope():
        model = small_model("gan")
    for setting in ({"jit_compile": True}, {"steps_per_execution": 2}, {"run_eagerly": True}):
        with pytest.raises(InputError, match="on several replicas Keras can neither"):
            model.compile(**setting)
    with pytest.raises(InputError, match="2 replicas need batches divisible by 2; got 7"):
        model.fit(tf.data.Dataset.from_tensors(np.zeros((7, 28, 28, 1), np.float32)), verbose=0)


@pytest.mark.parametrize(
    ("config", "devices", "message"),
    [
        (None, 3, r"at most 2, for there is no more \(CPU\)"),
        (None, 0, "devices must be a whole number of at least 1"),
        ("{", 1, "TF_CONFIG must be like"),
        ('{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}', 1, "TF_CONFIG must be like"),
        ('{"cluster": {}}', 1, "TF_CONFIG must be like"),
        ("[]", 2, "leave devices out; got 2"),
    ],
)
def test_bad_devices(monkeypatch, config, devices, message):
    if config is not None:
        monkeypatch.setenv("TF_CONFIG", config)
    with pytest.raises(InputError, match=message):
        choose_strategy(devices)
