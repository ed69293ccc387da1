"""One optimisation iteration from the papers' formulas alone, to hold `train_step` against.

A replay works on a model of its own. Of the package it has the forward pass of the two networks, the variables to write
the outcome into, and the draws of noise, mixing coefficients and generated images' labels, for randomness is not what
is proved. Gradients come from tf.GradientTape, losses are float64, and optimizers, clip and averages are NumPy.
"""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from tfgan_metric.latents import random_stream
from tfgan_metric.models.augmentation import augment
from tfgan_metric.random import normal, uniform

ROUNDING = 1e-6  # of a network's largest gradient: what float32 leaves where the exact one is 0


def norm(vectors):
    """‖v‖₂ of each row, (m, D) -> (m,); its gradient at 0 is 0."""
    return tf.sqrt(tf.maximum(tf.reduce_sum(tf.square(vectors), axis=1), 1e-12))


def pixels(images):
    """(m, H, W, C) -> float64 (m, H·W·C)."""
    return tf.cast(tf.reshape(images, (len(images), -1)), tf.float64)


def absolute_difference(images, others):
    """‖x - x'‖₁ of each pair, (m,)."""
    return tf.reduce_sum(tf.abs(pixels(images) - pixels(others)), axis=1)


class Update(NamedTuple):
    """What an update of one network sees: x and G(z) (B, H, W, C), a = D(x) and g = D(G(z)) (B, outputs).

    With two generated images a real one, those of x_i are in the rows 2i and 2i+1.
    """

    x: np.ndarray
    y: np.ndarray
    fake: tf.Tensor
    fake_y: np.ndarray
    seed: np.ndarray
    a: tf.Tensor | None = None
    g: tf.Tensor | None = None


class Adam:
    """Kingma & Ba 2015, the last paragraph of section 2: ε stands beside √v, which no bias correction divides."""

    def __init__(self, rate, beta_1, beta_2, epsilon=1e-7):
        self.rate, self.beta_1, self.beta_2, self.epsilon = rate, beta_1, beta_2, epsilon
        self.moments = {}

    def step(self, index, gradient, count):
        """What the `count`-th update takes from variable `index`."""
        m, v = self.moments.get(index, (0.0, 0.0))
        m = self.beta_1 * m + (1 - self.beta_1) * gradient
        v = self.beta_2 * v + (1 - self.beta_2) * gradient**2
        self.moments[index] = m, v
        rate = self.rate * np.sqrt(1 - self.beta_2**count) / (1 - self.beta_1**count)
        return rate * m / (np.sqrt(v) + self.epsilon)


class RMSProp:
    """g / √(v + ε²), v smoothed with .99; WGAN's authors have √v + ε, which differs for slopes as small as ε = 1e-8."""

    def __init__(self, rate):
        self.rate, self.squares = rate, {}

    def step(self, index, gradient, count):
        self.squares[index] = 0.99 * self.squares.get(index, 0.0) + 0.01 * gradient**2
        return self.rate * gradient / np.sqrt(self.squares[index] + 1e-16)


class Replay:
    """What all schemes share; a scheme gives its losses, and what else it has.

    Class attributes are the papers' values, and options of the same names replace them.
    """

    rates = 2e-4, 2e-4  # of the generator's and the discriminator's Adam
    betas = 0.5, 0.999
    discriminator_steps = generator_steps = 1
    fakes_per_real = 1
    fresh_generator_images = False
    weight_clip = None
    features_after_update = False  # the generator's loss has D(x) of the updated D
    fresh_noise = False
    ema_momentum = 0.0
    r1_weight = r2_weight = 0.0
    augment, flip = None, False

    def __init__(self, model, **options):
        self.model = model
        for name, value in options.items():
            setattr(self, name, value)
        self.optimizers = self.new_optimizers()
        self.updates = [0, 0]  # of the generator and the discriminator
        self.losses = {"generator_loss": [], "discriminator_loss": []}
        self.steps = 0
        self.driven = set()  # ids of the variables whose gradient was more than rounding

    def new_optimizers(self):
        return [Adam(rate, *self.betas) for rate in self.rates]

    def discriminator_loss(self, update):
        raise NotImplementedError

    def generator_loss(self, update):
        raise NotImplementedError

    def after_discriminator_update(self, update):
        """The scheme's own variables after each discriminator update."""

    def end_step(self, update):
        """The scheme's own variables after the last generator update."""

    def step(self, images, labels):
        """n_D discriminator updates, each on its own images and noise, then n_G generator updates.

        With one of each the generator's keeps the noise (DMGAN, algorithm 1), else each draws its own (MBGAN's); for
        OT-GAN each has images of its own too.
        """
        first, last = self.discriminator_steps, self.discriminator_steps + self.generator_steps
        count = last if self.fresh_generator_images else first
        parts = list(zip(np.split(images, count), np.split(labels, count), strict=True))
        for draw, (x, y) in enumerate(parts[:first]):
            update, tape = self.generate(x, y, draw)
            x = self.mirrored(x, update.seed)
            update = update._replace(x=x)
            self.update_discriminator(update)
        a = None
        for draw in range(first, last):
            if self.fresh_generator_images:
                x, y, a = *parts[draw], None
            if self.fresh_noise or self.fresh_generator_images or last > 2:
                update, tape = self.generate(x, y, draw)
            if self.fresh_generator_images:
                x = self.mirrored(x, update.seed)
            if a is None and self.features_after_update:
                a = self.discriminate(self.shown(x, update.seed, 26), y)
            update = self.update_generator(update._replace(a=a), tape)
        self.end_step(update)
        self.steps += 1

    def generate(self, x, y, draw):
        seed = np.array([self.model.seed, self.steps * (self.discriminator_steps + self.generator_steps) + draw])
        fake_y, sees_labels = np.repeat(y, self.fakes_per_real), self.model.label_mode in ("conditional", "predefined")
        if self.model.label_mode == "predefined":
            stream = random_stream(seed, 3)
            fake_y = tf.random.stateless_uniform(y.shape, stream, 0, self.model.num_classes, tf.int32, alg="philox")
        with tf.GradientTape() as tape:
            z = self.noise(len(fake_y), seed)
            fake = self.model.generator([z, tf.convert_to_tensor(fake_y)] if sees_labels else z, training=True)
        return Update(x, y, fake, fake_y, seed), tape

    def noise(self, count, seed):
        return self.model.latent.sample(count, seed)

    def discriminate(self, images, labels):
        images, labels = tf.convert_to_tensor(images), tf.convert_to_tensor(labels)
        inputs = [images, labels] if self.model.discriminator_sees_labels else images
        outputs = self.model.discriminator(inputs, training=True)
        return tf.nest.map_structure(lambda output: tf.cast(output, tf.float64), outputs)

    def mirrored(self, x, seed):
        """Each image mirrored where its number is below ½."""
        numbers = uniform((len(x),), random_stream(seed, 16)).numpy()
        return np.stack(
            [image[:, ::-1] if self.flip and u < 0.5 else image for image, u in zip(x, numbers, strict=True)]
        )

    def shown(self, images, seed, stream):
        """What D is shown; test_regularized holds `augment` to its paper."""
        return (
            augment(tf.convert_to_tensor(images), self.augment, random_stream(seed, stream)) if self.augment else images
        )

    def half_squared_slope(self, images, labels, seed, stream):
        """½E‖∇_x v·h‖² of D's outputs h; v is 1 for a single one, else N(0, I) (Mescheder et al. 2018, eqs 9-10)."""
        images = tf.convert_to_tensor(images)
        with tf.GradientTape() as tape:
            tape.watch(images)
            h = self.discriminate(images, labels)
            v = 1.0 if h.shape[1] == 1 else tf.cast(normal(h.shape, random_stream(seed, stream)), tf.float64)
            projected = tf.reduce_sum(v * h)
        return tf.reduce_mean(tf.reduce_sum(tf.square(pixels(tape.gradient(projected, images))), axis=1)) / 2

    def penalty(self, u):
        """γ₁R1 + γ₂R2."""
        penalty = 0.0
        if self.r1_weight:
            penalty += self.r1_weight * self.half_squared_slope(u.x, u.y, u.seed, 17)
        if self.r2_weight:
            penalty += self.r2_weight * self.half_squared_slope(u.fake, u.fake_y, u.seed, 18)
        return penalty

    def update_discriminator(self, update):
        variables = self.model.discriminator.trainable_variables
        with tf.GradientTape() as tape:
            x, fake = self.shown(update.x, update.seed, 24), self.shown(update.fake, update.seed, 25)
            a, g = self.discriminate(x, update.y), self.discriminate(fake, update.fake_y)
            loss = self.discriminator_loss(update._replace(a=a, g=g))
            loss += self.penalty(update._replace(x=x, fake=fake))
        self.losses["discriminator_loss"].append(float(loss))
        self.descend(1, loss, tape, variables)
        if self.weight_clip:
            for variable in variables:
                variable.assign(np.clip(variable.numpy(), -self.weight_clip, self.weight_clip))
        self.after_discriminator_update(update._replace(a=a, g=g))

    def update_generator(self, update, tape):
        with tape:
            update = update._replace(g=self.discriminate(self.shown(update.fake, update.seed, 27), update.fake_y))
            loss = self.generator_loss(update)
        self.losses["generator_loss"].append(float(loss))
        self.descend(0, loss, tape, [*self.model.generator.trainable_variables, *self.model.latent.trainable_variables])
        if self.ema_momentum:
            self.average(self.model.averaged_generator, self.model.generator)
            if self.model.averaged_latent:
                self.average(self.model.averaged_latent, self.model.latent)
        return update

    def descend(self, player, loss, tape, variables):
        self.updates[player] += 1
        gradients = tape.gradient(loss, variables, unconnected_gradients="zero")
        gradients = [gradient.numpy().astype(np.float64) for gradient in gradients]
        largest = max(abs(gradient).max() for gradient in gradients)
        for index, (variable, gradient) in enumerate(zip(variables, gradients, strict=True)):
            variable.assign(variable.numpy() - self.optimizers[player].step(index, gradient, self.updates[player]))
            if abs(gradient).max() > ROUNDING * largest:
                self.driven.add(id(variable))

    def average(self, average, trained):
        """a ← m a + (1-m) w for all weights, m = min(momentum, (1+t)/(4+t)) with t updates before this one."""
        earlier = self.updates[0] - 1
        momentum = min(self.ema_momentum, (1 + earlier) / (4 + earlier))
        for mean, weight in zip(average.weights, trained.weights, strict=True):
            mean.assign(momentum * mean.numpy() + (1 - momentum) * weight.numpy())
