"""How often a step runs each network, by the operations of its graph."""

import numpy as np
import pytest
import tensorflow as tf

from conftest import by_representatives, small_model
from tfgan_metric.layers import convolution

OTHER_PASSES = ("ebgan", "wgan_gp", "r3gan", "cramer_gan", "mmd_gan", "ot_gan")


@pytest.fixture
def convolutions(monkeypatch):
    """Every convolution is one operation, small maps' too, which can be counted."""
    monkeypatch.setattr(convolution, "MOST_POSITIONS", 0)


def operations(model, kind, images, labels):
    """How many operations of a kind the compiled step has, within its nested functions too."""
    graph = tf.function(model.train_step).get_concrete_function((images, labels)).graph.as_graph_def()
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    return sum(node.op == kind for node in nodes)


@pytest.mark.parametrize(
    "scheme", [case for case in by_representatives("gan", "wadmgan", "am_gan") if case.values[0] not in OTHER_PASSES]
)
def test_generator_runs_forward_once_a_step(scheme, digits, convolutions):
    """A `metric` generator has five transposed convolutions: five forward, none again for the generator's update.

    A transposed convolution is a Conv2DBackpropInput. Besides the forward five, they are the gradients of the
    discriminator's four convolutions towards their inputs: of the real and of the generated pass in its own update,
    and of one pass in the generator's update (as traced; those nobody asks for are pruned before they run).
    """
    images, labels = tf.constant(digits.images[:4]), tf.constant(digits.labels[:4])
    model = small_model(scheme, network="metric", discriminator_steps=1)
    fresh = small_model(scheme, network="metric", discriminator_steps=1, fresh_noise=True)
    forward = operations(model, "Conv2DBackpropInput", images, labels)
    assert forward == 5 + 3 * 4
    assert operations(fresh, "Conv2DBackpropInput", images, labels) == forward + 5


@pytest.mark.parametrize(("scheme", "passes"), [("gan", 3), ("mbgan", 4), ("dmgan", 4), ("wadmgan", 4)])
def test_no_needless_discriminator_pass(scheme, passes, digits, convolutions):
    """Real and generated images for the discriminator's update, generated ones (and, where the loss has them, real
    ones) after it: each pass is four convolutions, and the gradients of the generator's five transposed convolutions
    are convolutions too."""
    images, labels = tf.constant(digits.images[:4]), tf.constant(digits.labels[:4])
    model = small_model(scheme, network="metric", num_classes=None if scheme == "mbgan" else 10)
    assert operations(model, "Conv2D", images, labels) == 4 * passes + 5


@pytest.mark.parametrize("reuse", [False, True])
def test_reused_real_features_are_those_before_the_update(reuse, digits, convolutions):
    """With γ=1 one step moves the centers from 0 to Σ a / (1 + n); a is D(x) before D's update, or after it."""
    settings = {"num_classes": 10, "reuse_real_features": reuse, "discriminator_steps": 1}
    model, twin = small_model("dmgan", **settings), small_model("dmgan", **settings)
    images, labels = digits.images[:8], tf.constant(digits.labels[:8])
    before = twin.discriminator(images, training=True)
    twin.real_centers.update(before, labels)
    model.fit(tf.data.Dataset.from_tensors((images, labels)), verbose=0)
    difference = np.abs(model.real_centers.value.numpy() - twin.real_centers.value.numpy()).max()
    assert difference < 1e-5 if reuse else difference > 1e-3
    passes = 3 if reuse else 4
    metric = small_model("dmgan", network="metric", **settings)
    assert operations(metric, "Conv2D", tf.constant(images), labels) == 4 * passes + 5
    assert model.from_config(model.get_config()).reuse_real_features == reuse
