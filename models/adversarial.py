"""The base class: one optimisation iteration of a generator against a discriminator, whatever their losses."""

from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.constraints import WeightClip
from tfgan_metric.data.pipeline import check_batches, group_batches, input_errors, shuffled_batches
from tfgan_metric.errors import InputError, require_bool, require_decay, require_positive, require_positive_int
from tfgan_metric.export import IMAGES_AT_ONCE, export_generator
from tfgan_metric.latents import Latent, UniformLatent, draw_inputs
from tfgan_metric.models.guard import KeepLastFiniteState


class Batch(NamedTuple):
    """What one update knows; `labels` (B,) are the real images' and zeros without labels."""

    real_images: tf.Tensor  # (B, H, W, C)
    labels: tf.Tensor
    fake_images: tf.Tensor
    real_outputs: tf.Tensor | None = None  # D(x), float32
    fake_outputs: tf.Tensor | None = None  # D(G(z)), float32


class AdversarialModel(keras.Model):
    """A generator and a discriminator trained against each other by `fit`.

    A scheme gives `discriminator_loss(batch)` and `generator_loss(batch)`, and if it has more state
    `update_state(batch)`, called after the generator's update with that update's batch.

    One step is one optimisation iteration: `discriminator_steps` discriminator updates, each on fresh images and
    fresh noise, then `generator_steps` generator updates. With one of each the generator's uses the images of the
    discriminator's, so the generator runs forward once.

    Args:
        generator: Keras model, z (B, latent.dimension)[, labels int (B,)] -> images (B, H, W, C) in [-1, 1].
        discriminator: Keras model, images[, labels] -> (B, outputs).
        latent: a `Latent`.
        num_classes: K, where labels are used.
        label_mode: "conditional": the generator sees the paired real image's label; "paired": it does not, yet the
            pair shares the label in the loss; "none". By default "conditional" with `num_classes`, "none" without,
            as far as the scheme has them (`label_modes`).
        discriminator_steps: discriminator updates a step, n_D >= 1.
        generator_steps: generator updates a step, n_G >= 1.
        fresh_noise: the generator's update always draws its own noise.
        discriminator_sees_labels: a conditional discriminator takes the labels too; None for the scheme's default.
        weight_clip: keeps every trainable discriminator variable in ±weight_clip after each update; None does not.
        ema_momentum: in [0, 1); above 0 the average of the generator's weights over the updates, with this momentum
            (lower at first, (1+t)/(4+t): about the last third of the updates), is what `generate` and `export` use.
        seed: of the noise.
    Raises:
        InputError: an argument out of its range.
    """

    paper = ""
    reconstruction = False
    label_modes = ("none", "conditional")
    fixed: frozenset[str] = frozenset()  # hyper-parameters of a parent that the scheme does not have
    feature_dimension = None  # of the discriminator's outputs as the paper has them; None: one logit
    default_network = "dcgan"
    sees_labels = False  # whether a conditional discriminator takes the labels too, in the paper
    generator_loss_uses_real = False  # D(x) after the discriminator's update, at the cost of one more pass

    def __init__(
        self,
        generator,
        discriminator,
        latent,
        num_classes=None,
        label_mode=None,
        discriminator_steps=1,
        generator_steps=1,
        fresh_noise=False,
        discriminator_sees_labels=None,
        weight_clip=None,
        ema_momentum=0.0,
        seed=0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.label_mode = self.resolve_label_mode(num_classes, label_mode)
        self.num_classes = None if num_classes is None else int(num_classes)
        self.discriminator_steps = require_positive_int("discriminator_steps", discriminator_steps)
        self.generator_steps = require_positive_int("generator_steps", generator_steps)
        self.fresh_noise = require_bool("fresh_noise", fresh_noise)
        self.discriminator_sees_labels = self.resolve_sees_labels(self.label_mode, discriminator_sees_labels)
        self.weight_clip = None if weight_clip is None else require_positive("weight_clip", weight_clip)
        self.ema_momentum = require_decay("ema_momentum", ema_momentum)
        self.seed = seed
        if not isinstance(latent, Latent):
            raise InputError(f"latent must be a Latent such as UniformLatent(100); got {latent!r}")
        for network in (generator, discriminator):
            if not network.built:
                raise InputError(f"network {network.name!r} has no weights yet: call it once before passing it")
        self.generator, self.discriminator, self.latent = generator, discriminator, latent
        self.averaged_generator = _copy(generator) if ema_momentum else None
        self.image_shape, self.outputs_shape = self._check_networks()
        if weight_clip is not None:
            WeightClip(weight_clip).attach(discriminator)
        self.step = self._add_counter("step", "zeros")
        self.non_finite_step = self._add_counter("non_finite_step", keras.initializers.Constant(-1))
        self.discriminator_loss_mean = keras.metrics.Mean(name="discriminator_loss")
        self.generator_loss_mean = keras.metrics.Mean(name="generator_loss")
        self.built = True

    def _check_networks(self):
        """Shapes of an image and of a discriminator output, from a call of both networks without values."""
        labels = keras.KerasTensor((2,), "int32")
        latents = keras.KerasTensor((2, self.latent.dimension))
        images = _output_spec(self.generator, [latents, labels] if self.inference_classes else latents)
        outputs = _output_spec(self.discriminator, [images, labels] if self.discriminator_sees_labels else images)
        return tuple(images.shape[1:]), tuple(outputs.shape[1:])

    def _add_counter(self, name, initializer):
        return self.add_weight(shape=(), dtype="int64", initializer=initializer, trainable=False, name=name)

    @classmethod
    def resolve_label_mode(cls, num_classes=None, label_mode=None):
        """The label mode that the constructor's arguments mean; raises `InputError` where they do not fit."""
        if num_classes is not None:
            require_positive_int("num_classes", num_classes)
        if label_mode is None:
            wanted = "none" if num_classes is None else "conditional"
            label_mode = wanted if wanted in cls.label_modes else cls.label_modes[0]
        if label_mode not in cls.label_modes:
            raise InputError(f"label_mode of {cls.__name__} must be {' or '.join(cls.label_modes)}; got {label_mode!r}")
        if label_mode != "none" and num_classes is None:
            raise InputError(f"{cls.__name__} with label_mode {label_mode!r} needs num_classes; got None")
        return label_mode

    @classmethod
    def resolve_sees_labels(cls, label_mode, sees_labels=None):
        """Whether the discriminator takes labels; raises `InputError` where there are none to take."""
        if sees_labels and label_mode != "conditional":
            raise InputError(f"discriminator_sees_labels needs label_mode 'conditional'; got {label_mode!r}")
        if sees_labels is None:
            sees_labels = cls.sees_labels and label_mode == "conditional"
        return require_bool("discriminator_sees_labels", sees_labels)

    @staticmethod
    def default_latent(dimension):
        """The latent distribution of the scheme's paper."""
        return UniformLatent(dimension, low=-1.0, high=1.0)

    @staticmethod
    def default_optimizer():
        """A new optimizer with the settings of the scheme's paper."""
        return keras.optimizers.Adam(2e-4, beta_1=0.5, beta_2=0.999)

    @property
    def uses_labels(self):
        """Whether `fit` needs labels."""
        return self.label_mode != "none"

    @property
    def inference_generator(self):
        """The generator that `generate` and `export` use: the averaged one where there is one."""
        return self.averaged_generator or self.generator

    @property
    def inference_classes(self):
        """K where the generator takes labels, else None."""
        return self.num_classes if self.label_mode == "conditional" else None

    @property
    def generator_variables(self):
        return [*self.generator.trainable_variables, *self.latent.trainable_variables]

    # Losses: what a scheme is.

    def discriminator_loss(self, batch):
        """Returns the float32 scalar that a discriminator update lowers."""
        raise NotImplementedError

    def generator_loss(self, batch):
        """Returns the float32 scalar that a generator update lowers."""
        raise NotImplementedError

    def update_state(self, batch):
        """Updates the scheme's own variables at the end of a step."""

    # One step.

    def train_step(self, data):
        # Without these dependencies the counters would also count the batch that an exhausted dataset did not give.
        with tf.control_dependencies(keras.tree.flatten(data)):
            self._iterate(self._split(data))
        return {metric.name: metric.result() for metric in self.metrics}

    def _iterate(self, groups):
        """One optimisation iteration on one (images, labels) for each discriminator update."""
        shares_noise = self.discriminator_steps == self.generator_steps == 1 and not self.fresh_noise
        for draw, (real_images, labels) in enumerate(groups):
            batch, tape = self._generate_batch(real_images, labels, draw)
            self._update_discriminator(batch)
        real_outputs = self._discriminate(real_images, labels) if self.generator_loss_uses_real else None
        for draw in range(len(groups), len(groups) + self.generator_steps):
            if not shares_noise:
                batch, tape = self._generate_batch(real_images, labels, draw)
            batch = self._update_generator(batch._replace(real_outputs=real_outputs), tape)
        self.update_state(batch)
        self.step.assign_add(1)

    def _split(self, data):
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        if self.discriminator_steps == 1:
            images, labels = images[None], None if labels is None else labels[None]
        if not self.uses_labels:
            labels = tf.zeros(tf.shape(images)[:2], tf.int32)
        return [(images[index], tf.cast(labels[index], tf.int32)) for index in range(self.discriminator_steps)]

    def _generate_batch(self, real_images, labels, draw):
        draws = self.discriminator_steps + self.generator_steps
        noise_seed = tf.stack([tf.constant(self.seed, tf.int64), self.step * draws + draw])
        with tf.GradientTape() as tape:
            latents = self.latent.sample(tf.shape(real_images)[0], noise_seed)
            inputs = latents if self.inference_classes is None else [latents, labels]
            fake_images = self.generator(inputs, training=True)
        return Batch(real_images, labels, fake_images), tape

    def _discriminate(self, images, labels):
        inputs = [images, labels] if self.discriminator_sees_labels else images
        outputs = self.discriminator(inputs, training=True)
        return keras.tree.map_structure(lambda output: tf.cast(output, tf.float32), outputs)

    def _update_discriminator(self, batch):
        with tf.GradientTape() as tape:
            real_outputs = self._discriminate(batch.real_images, batch.labels)
            fake_outputs = self._discriminate(tf.stop_gradient(batch.fake_images), batch.labels)
            loss = self.discriminator_loss(batch._replace(real_outputs=real_outputs, fake_outputs=fake_outputs))
        self._minimize(loss, tape, self.discriminator.trainable_variables, self.discriminator_optimizer)
        self.discriminator_loss_mean.update_state(loss)

    def _update_generator(self, batch, tape):
        with tape:
            batch = batch._replace(fake_outputs=self._discriminate(batch.fake_images, batch.labels))
            loss = self.generator_loss(batch)
        self._minimize(loss, tape, self.generator_variables, self.generator_optimizer)
        self.generator_loss_mean.update_state(loss)
        self._update_average()
        return batch

    def _minimize(self, loss, tape, variables, optimizer):
        gradients = tape.gradient(loss, variables)
        optimizer.apply(gradients, variables)
        # A sum is finite only if all its terms are: one scalar a gradient instead of a map of flags.
        total = tf.add_n([loss, *(tf.reduce_sum(gradient) for gradient in gradients if gradient is not None)])
        first_failure = (self.non_finite_step < 0) & ~tf.math.is_finite(total)
        self.non_finite_step.assign(tf.where(first_failure, self.step + 1, self.non_finite_step))

    def _update_average(self):
        if self.averaged_generator is None:
            return
        updates = tf.cast(self.generator_optimizer.iterations.value - 1, tf.float32)
        momentum = tf.minimum(self.ema_momentum, (1.0 + updates) / (4.0 + updates))
        for average, value in zip(self.averaged_generator.weights, self.generator.weights, strict=True):
            average.assign_sub((1.0 - momentum) * (average - value))

    # Keras.

    def compile(
        self,
        generator_optimizer=None,
        discriminator_optimizer=None,
        jit_compile="auto",
        steps_per_execution=1,
        run_eagerly=False,
    ):
        """Sets the optimizers, by default each the paper's.

        Args:
            generator_optimizer: a Keras optimizer, its name or config; None for the scheme's default.
            discriminator_optimizer: likewise.
            jit_compile: True, False, or "auto": only where there is a GPU, for XLA makes convolutions on a CPU slow.
            steps_per_execution: steps in one call of the compiled function.
            run_eagerly: run the step as plain Python, to look into it.
        """
        self.jit_setting = jit_compile
        super().compile(
            optimizer=None,
            jit_compile=bool(tf.config.list_physical_devices("GPU")) if jit_compile == "auto" else jit_compile,
            steps_per_execution=steps_per_execution,
            run_eagerly=run_eagerly,
        )
        self.generator_optimizer = keras.optimizers.get(generator_optimizer or self.default_optimizer())
        self.discriminator_optimizer = keras.optimizers.get(discriminator_optimizer or self.default_optimizer())
        if self.generator_optimizer is self.discriminator_optimizer:
            raise InputError("generator_optimizer and discriminator_optimizer must be two optimizers; got one twice")
        self.generator_optimizer.build(self.generator_variables)
        self.discriminator_optimizer.build(self.discriminator.trainable_variables)

    def fit(self, x=None, y=None, batch_size=None, *, callbacks=None, **keywords):
        """Trains; as keras.Model.fit, and a step is one optimisation iteration.

        Args:
            x: a tf.data.Dataset of images or (images, labels) in batches, or an array of images (N, H, W, C);
                float in [-1, 1], of the generator's shape.
            y: int labels (N,) in 0..K-1, where x is an array.
            batch_size: where x is an array; default 64.
            callbacks: Keras callbacks.
            keywords: the others of keras.Model.fit.
        Returns:
            The Keras History.
        Raises:
            InputError: data that the scheme cannot train on, or a loss that became non-finite; the model is then
                in its last good state.
        """
        keywords.setdefault("shuffle", False)  # the dataset's own order; Keras warns otherwise
        if isinstance(x, tf.data.Dataset):
            batches = x
        else:
            batch_size = 64 if batch_size is None else batch_size
            batches = shuffled_batches(x, y, batch_size, self.seed, int(self.step) * self.discriminator_steps)
            if keywords.get("steps_per_epoch") is None:
                keywords["steps_per_epoch"] = max(1, len(x) // batch_size // self.discriminator_steps)
        classes = self.num_classes if self.uses_labels else None
        dataset = check_batches(batches, self.image_shape, classes)
        if self.discriminator_steps > 1:
            dataset = group_batches(dataset, self.discriminator_steps)
        first_step = int(self.step)
        callbacks = [] if callbacks is None else keras.tree.flatten(callbacks)
        with input_errors():
            history = super().fit(dataset, callbacks=[*callbacks, KeepLastFiniteState()], **keywords)
        if int(self.step) == first_step and keywords.get("epochs", 1) > keywords.get("initial_epoch", 0):
            raise InputError(f"the dataset is empty: expected at least {self.discriminator_steps} batch(es); got fewer")
        return history

    def call(self, inputs, training=False):
        """Generates: z[, labels] -> images, by the generator that `generate` uses."""
        return self.inference_generator(inputs, training=training)

    def generate(self, count, labels=None, seed=0):
        """Generates images.

        Args:
            count: how many, at least 1.
            labels: an int or `count` ints in 0..K-1, for a conditional generator; drawn uniformly if None.
            seed: the same one gives the same images.
        Returns:
            float32 NumPy array (count, H, W, C) in [-1, 1].
        Raises:
            InputError: labels that the generator cannot use.
        """
        require_positive_int("count", count)
        if labels is not None:
            labels = self._check_labels(labels, count)
        inputs = draw_inputs(self.latent, self.inference_classes, count, seed, labels)
        return self.predict(inputs, batch_size=IMAGES_AT_ONCE, verbose=0)

    def _check_labels(self, labels, count):
        if self.inference_classes is None:
            raise InputError("this generator takes no labels: expected labels=None")
        labels = np.broadcast_to(np.asarray(labels), (count,) if np.ndim(labels) == 0 else np.shape(labels))
        valid = labels.shape == (count,) and np.issubdtype(labels.dtype, np.integer)
        if not valid or labels.min() < 0 or labels.max() >= self.inference_classes:
            raise InputError(f"labels must be {count} ints in 0..{self.inference_classes - 1}; got {labels.tolist()}")
        return labels.astype(np.int32)

    def export(self, filepath):
        """Writes the generator as a SavedModel; see `tfgan_metric.export.export_generator`."""
        export_generator(self.inference_generator, filepath, self.latent, self.inference_classes)

    @property
    def metrics(self):
        return [self.discriminator_loss_mean, self.generator_loss_mean]

    def get_config(self):
        names = ("num_classes", "label_mode", "discriminator_steps", "generator_steps", "fresh_noise", "weight_clip")
        return (
            super().get_config()
            | {name: getattr(self, name) for name in (*names, "discriminator_sees_labels", "ema_momentum", "seed")}
            | {name: keras.saving.serialize_keras_object(getattr(self, name)) for name in PARTS}
        )

    @classmethod
    def from_config(cls, config):
        parts = {name: keras.saving.deserialize_keras_object(config[name]) for name in PARTS}
        return cls(**(config | parts))

    def get_compile_config(self):
        return {
            name: keras.saving.serialize_keras_object(getattr(self, name))
            for name in ("generator_optimizer", "discriminator_optimizer")
        } | {"jit_compile": self.jit_setting, "steps_per_execution": self.steps_per_execution}

    def compile_from_config(self, config):
        self.compile(**keras.saving.deserialize_keras_object(config))


def _output_spec(network, inputs):
    try:
        return network.compute_output_spec(inputs)
    except Exception as error:  # whatever the network's layers raise
        shapes = ", ".join(str(tuple(tensor.shape)) for tensor in keras.tree.flatten(inputs))
        raise InputError(f"network {network.name!r} cannot take inputs of shapes {shapes}: {error}") from error


PARTS = ("generator", "discriminator", "latent")


def _copy(network):
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(network))
    copy.trainable = False
    copy.set_weights(network.get_weights())
    return copy
