"""This package."""

import tensorflow as tf
from turns import serve

from tfgan_metric.models import build_model


def make_step(scheme, width, batch_size):
    model = build_model({"dcgan": "gan"}.get(scheme, scheme), (32, 32, 3), None, "metric", width)
    images = tf.random.stateless_uniform((batch_size, 32, 32, 3), [0, 0], -1.0, 1.0)
    step = tf.function(model.train_step)
    return lambda: [log.numpy() for log in step(images).values()]


serve(make_step)
