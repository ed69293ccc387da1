"""The plain Keras way: train_step as the Keras documentation shows it, a generator's pass in each half of the step."""

import keras
import tensorflow as tf
from turns import serve

FILTERS = (64, 128, 256, 512)


def networks(width, outputs):
    """DMGAN's Table 1 from Keras' own layers."""
    filters = [max(1, round(count * width)) for count in FILTERS]
    discriminator = keras.Sequential([keras.Input((32, 32, 3))])
    for count in filters:
        discriminator.add(keras.layers.Conv2D(count, 5, strides=2, padding="same", use_bias=False))
        discriminator.add(keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5))
        discriminator.add(keras.layers.LeakyReLU(0.2))
    discriminator.add(keras.layers.Flatten())
    discriminator.add(keras.layers.Dense(outputs))
    generator = keras.Sequential([keras.Input((100,)), keras.layers.Reshape((1, 1, 100))])
    for count in reversed(filters):
        generator.add(keras.layers.Conv2DTranspose(count, 5, strides=2, padding="same", use_bias=False))
        generator.add(keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5))
        generator.add(keras.layers.LeakyReLU(0.2))
    generator.add(keras.layers.Conv2DTranspose(3, 5, strides=2, padding="same"))
    generator.add(keras.layers.Activation("tanh"))
    return generator, discriminator


class Plain(keras.Model):
    def __init__(self, generator, discriminator):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator

    def compile(self):
        super().compile()
        self.g_optimizer = keras.optimizers.Adam(2e-4, beta_1=0.5)
        self.d_optimizer = keras.optimizers.Adam(2e-4, beta_1=0.5)

    def train_step(self, images):
        with tf.GradientTape() as tape:
            fakes = self.generator(tf.random.uniform((tf.shape(images)[0], 100), -1, 1), training=True)
            d_loss = self.d_loss(self.discriminator(images, training=True), self.discriminator(fakes, training=True))
        variables = self.discriminator.trainable_variables
        self.d_optimizer.apply_gradients(zip(tape.gradient(d_loss, variables), variables, strict=True))
        with tf.GradientTape() as tape:
            fakes = self.generator(tf.random.uniform((tf.shape(images)[0], 100), -1, 1), training=True)
            g_loss = self.g_loss(images, self.discriminator(fakes, training=True))
        variables = self.generator.trainable_variables
        self.g_optimizer.apply_gradients(zip(tape.gradient(g_loss, variables), variables, strict=True))
        return {"d_loss": d_loss, "g_loss": g_loss}


class DCGAN(Plain):
    outputs = 1
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)

    def d_loss(self, real, fake):
        return self.entropy(tf.ones_like(real), real) + self.entropy(tf.zeros_like(fake), fake)

    def g_loss(self, images, fake):
        return self.entropy(tf.ones_like(fake), fake)


class DMGAN(Plain):
    outputs = 500

    def __init__(self, *networks):
        super().__init__(*networks)
        self.real_center = self.add_weight(shape=(1, 500), initializer="zeros", trainable=False)
        self.fake_center = self.add_weight(shape=(1, 500), initializer="zeros", trainable=False)
        for variable in self.discriminator.trainable_variables:
            variable.constraint = lambda value: keras.ops.clip(value, -0.1, 0.1)

    def d_loss(self, real, fake):
        identity = norm(real - self.real_center) + norm(fake - self.fake_center)
        return tf.reduce_mean(identity) - 1.2 * tf.reduce_mean(norm(fake - real))

    def g_loss(self, images, fake):
        real = tf.stop_gradient(self.discriminator(images, training=True))
        for center, features in ((self.real_center, real), (self.fake_center, fake)):
            count = tf.cast(tf.shape(features)[0], tf.float32)
            center.assign_sub((count * center - tf.reduce_sum(features, 0, keepdims=True)) / (1.0 + count))
        return tf.reduce_mean(norm(fake - real))


def norm(vectors):
    return tf.sqrt(tf.maximum(tf.reduce_sum(tf.square(vectors), -1), 1e-12))


def make_step(scheme, width, batch_size):
    cls = {"dcgan": DCGAN, "dmgan": DMGAN}[scheme]
    model = cls(*networks(width, cls.outputs))
    model.compile()
    images = tf.random.stateless_uniform((batch_size, 32, 32, 3), [0, 0], -1.0, 1.0)
    step = tf.function(model.train_step)
    return lambda: [log.numpy() for log in step(images).values()]


serve(make_step)
