"""A graph that stands for Inception's."""

import numpy as np
import tensorflow as tf


def toy_graph(scaled=False):
    """The graph of 2015 in small: batch fixed at 1, its own batch normalization, a bias after W, GraphDef version 8."""
    with tf.Graph().as_default() as graph:
        picture = tf.compat.v1.placeholder(tf.uint8, (299, 299, 3), name="picture")
        x = tf.expand_dims(tf.cast(picture, tf.float32), 0, name="ExpandDims")
        x = tf.raw_ops.ResizeBilinear(images=x, size=[299, 299], name="ResizeBilinear")
        x = tf.raw_ops.Mul(x=tf.raw_ops.Sub(x=x, y=128.0, name="Sub"), y=1 / 128, name="Mul")
        random = np.random.RandomState(0)
        filters = random.randn(5, 5, 3, 4).astype(np.float32)
        x = tf.nn.conv2d(x, filters, 49, "VALID", name="conv/Conv2D")  # (1, 7, 7, 4)
        moments = [tf.constant(random.uniform(1, 2, 4), tf.float32) for _ in range(4)]
        x = tf.identity(x, name="conv/batchnorm")
        pool = tf.nn.avg_pool2d(tf.nn.relu(x), 7, 1, "VALID", name="pool_3")
        flat = tf.reshape(pool, (1, 4), name="pool_3/_reshape")
        weights = tf.constant(random.randn(4, 6), tf.float32, name="softmax/weights")
        logits = tf.matmul(flat, weights, name="softmax/logits/MatMul")
        tf.nn.softmax(tf.nn.bias_add(logits, tf.constant(100.0 * np.arange(6), tf.float32, name="softmax/biases")))
    definition = graph.as_graph_def()
    definition.versions.producer = 8
    node = next(node for node in definition.node if node.name == "conv/batchnorm")
    node.op = "BatchNormWithGlobalNormalization"
    node.input.extend(tensor.op.name for tensor in moments)
    node.attr["variance_epsilon"].f = 0.001
    node.attr["scale_after_normalization"].b = scaled
    return definition


def write_graph(path, definition):
    path.write_bytes(definition.SerializeToString())
    return path
