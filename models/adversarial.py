"""The base class: one optimisation iteration of a generator against a discriminator, whatever their losses."""

from typing import NamedTuple

import keras
import tensorflow as tf

from tfgan_metric.constraints import WeightClip
from tfgan_metric.data.pipeline import input_errors
from tfgan_metric.errors import InputError, require_bool, require_positive, require_positive_int
from tfgan_metric.latents import random_stream
from tfgan_metric.models.callbacks import for_both_optimizers
from tfgan_metric.models.fit_data import (
    DEFAULT_BATCH_SIZE,
    fit_keywords,
    too_few_batches,
    training_batches,
    validation_batches,
)
from tfgan_metric.models.generative import GenerativeModel
from tfgan_metric.models.guard import NonFiniteRecord, TerminateOnNonFinite
from tfgan_metric.optimizers import adam_settings
from tfgan_metric.replicas import gather, global_sum, local_rows, replica_count, to_int
from tfgan_metric.variables import add_state

DISCRIMINATOR, GENERATOR = 0, 1


class Batch(NamedTuple):
    """What one update knows; without labels those of the real images are the scheme's `missing_label`."""

    real_images: tf.Tensor  # (B, H, W, C)
    labels: tf.Tensor  # int32 (B,), of the real images
    fake_images: tf.Tensor  # (B, H, W, C)
    fake_labels: tf.Tensor  # int32 (B,), that a conditional generator was given
    seed: tf.Tensor  # int64 (2,), of this update's noise
    real_outputs: tf.Tensor | None = None  # D(x), float32
    fake_outputs: tf.Tensor | None = None  # D(G(z)), float32

    def over_replicas(self):
        """The global batch; see `tfgan_metric.replicas`."""
        return self._replace(**{name: gather(value) for name, value in self._asdict().items() if name != "seed"})


class Player(NamedTuple):
    """One of the two networks as its updates see it."""

    name: str
    optimizer: keras.optimizers.Optimizer
    variables: list


class AdversarialModel(GenerativeModel):
    """A generator and a discriminator trained against each other by `fit`.

    A scheme gives `discriminator_loss(batch)` and `generator_loss(batch)`, if it needs one `discriminator_penalty`, and
    if it has state of its own `after_discriminator_update(batch)` or, at the end of a step, `update_state(batch)`.
    Under a tf.distribute strategy their batch is the global one, so an own scheme needs nothing more there.

    One step is one optimisation iteration: `discriminator_steps` discriminator updates, each on fresh images and
    fresh noise, then `generator_steps` generator updates. With one of each the generator's uses the images of the
    discriminator's, so the generator runs forward once.

    Args:
        generator: Keras model, z (B, latent.dimension)[, labels int (B,)] -> images (B, H, W, C) in [-1, 1].
        discriminator: Keras model, images[, labels] -> (B, outputs).
        latent: a `Latent`.
        num_classes: K, where labels are used.
        label_mode: "conditional": the generator sees the paired real image's label; "paired": it does not, yet the
            pair shares the label in the loss; "predefined": it sees a label drawn uniformly; "dynamic": it sees none
            and the discriminator finds each image's class; "none": `fit` needs no labels. By default "conditional"
            with `num_classes`, "none" without, as far as the scheme has them (`label_modes`), else its first.
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
    paper_optimizers = (adam_settings(2e-4), adam_settings(2e-4))  # of the generator and the discriminator
    reconstruction = False
    fixed: frozenset[str] = frozenset()  # hyper-parameters of a parent that the scheme does not have
    accepts_unlabelled = False  # a real image's label may be -1
    missing_label = 0
    generator_loss_uses_real = False  # D(x) after the discriminator's update, at the cost of one more pass
    reuse_real_features = False  # D(x) of before it instead, without that pass

    def __init__(self, *args, discriminator_steps=1, generator_steps=1, fresh_noise=False, weight_clip=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.discriminator_steps = require_positive_int("discriminator_steps", discriminator_steps)
        self.generator_steps = require_positive_int("generator_steps", generator_steps)
        self.fresh_noise = require_bool("fresh_noise", fresh_noise)
        self.weight_clip = None if weight_clip is None else require_positive("weight_clip", weight_clip)
        if weight_clip is not None:
            WeightClip(weight_clip).attach(self.discriminator)
        self.step = add_state(self, "step", dtype="int64")
        self.non_finite = NonFiniteRecord(name="non_finite")
        self.gradient_norms = []
        self.discriminator_loss_mean = keras.metrics.Mean(name="discriminator_loss")
        self.generator_loss_mean = keras.metrics.Mean(name="generator_loss")

    @classmethod
    def default_optimizers(cls):
        """New optimizers of the generator and the discriminator, with the settings of the scheme's paper."""
        return tuple(settings.build() for settings in cls.paper_optimizers)

    @property
    def least_batch(self):
        """How many images a batch must have at least."""
        return 2

    # Losses: what a scheme is.

    def discriminator_loss(self, batch):
        """Returns the float32 scalar that a discriminator update lowers."""
        raise NotImplementedError

    def generator_loss(self, batch):
        """Returns the float32 scalar that a generator update lowers."""
        raise NotImplementedError

    def discriminator_penalty(self, batch, training=True):
        """Returns what a discriminator update lowers too, a mean over images; `batch` is a replica's own part.

        `training` is what it runs the discriminator with, False in an evaluation.
        """
        return 0.0

    def after_discriminator_update(self, batch):
        """Updates the scheme's own variables after a discriminator update, from that update's batch."""
        return

    def update_state(self, batch):
        """Updates the scheme's own variables at the end of a step, from the generator update's batch."""
        return

    # One step.

    def train_step(self, data):
        # Without these dependencies the counters would also count the batch that an exhausted dataset did not give.
        with tf.control_dependencies(keras.tree.flatten(data)):
            self._iterate(self._split(data, self.discriminator_steps))
        return self._logs(self.metrics)

    def _logs(self, metrics):
        """Their results; on several machines as vectors of one entry, over which Keras averages."""
        several = self.distribute_strategy.extended._in_multi_worker_mode()
        return {metric.name: tf.reshape(metric.result(), (1,) if several else ()) for metric in metrics}

    def _maybe_symbolic_build(self, *args, **kwargs):
        """Nothing: the model is built, and what Keras does here to see that fails on several machines."""

    def _iterate(self, groups):
        """One optimisation iteration on one (images, labels) for each discriminator update."""
        shares_noise = self.discriminator_steps == self.generator_steps == 1 and not self.fresh_noise
        for draw, (real_images, labels) in enumerate(groups):
            batch, tape = self._generate_batch(real_images, labels, self._noise_seed(draw))
            seen_outputs = self._update_discriminator(batch)
        real_outputs = self._real_outputs(real_images, labels, seen_outputs) if self.generator_loss_uses_real else None
        for draw in range(len(groups), len(groups) + self.generator_steps):
            if not shares_noise:
                batch, tape = self._generate_batch(real_images, labels, self._noise_seed(draw))
            batch = self._update_generator(batch._replace(real_outputs=real_outputs), tape)
        self.update_state(batch)
        self.step.assign_add(1)

    def _real_outputs(self, real_images, labels, seen_outputs):
        """D(x) for the generator's loss; `seen_outputs` are those of before the discriminator's last update."""
        return self.discriminate(real_images, labels)

    def _split(self, data, updates):
        """(images, labels) of each discriminator update, as `group_batches` has joined them."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        if not self.uses_labels:
            labels = tf.fill(tf.shape(images)[:1], self.missing_label)
        pairs = zip(tf.split(images, updates), tf.split(tf.cast(labels, tf.int32), updates), strict=True)
        return list(pairs)

    def test_step(self, data):
        """Both losses on held-out images, the networks as in inference; nothing changes but the metrics.

        A batch's noise depends on its place in the evaluation alone, which the metric has counted.
        """
        ((real_images, labels),) = self._split(data, 1)
        place = tf.cast(self.discriminator_loss_mean.count.value, tf.int64)
        seed = random_stream(tf.stack([tf.constant(self.seed, tf.int64), place]), 4)
        batch, _ = self._generate_batch(real_images, labels, seed, training=False)
        batch = batch._replace(
            real_outputs=self.discriminate(real_images, labels, training=False),
            fake_outputs=self.discriminate(batch.fake_images, batch.fake_labels, training=False),
        )
        global_batch = batch.over_replicas()
        loss = self.discriminator_loss(global_batch) + self.discriminator_penalty(batch, training=False)
        self.discriminator_loss_mean.update_state(loss)
        self.generator_loss_mean.update_state(self.generator_loss(global_batch))
        return self._logs(self.metrics[:2])

    def _noise_seed(self, draw):
        draws = self.discriminator_steps + self.generator_steps
        return tf.stack([tf.constant(self.seed, tf.int64), self.step * draws + draw])

    def _generate_batch(self, real_images, labels, noise_seed, training=True):
        with tf.GradientTape() as tape:
            latents = local_rows(lambda rows: self.latent.sample(rows, noise_seed), tf.shape(real_images)[0])
            fake_labels = self._fake_labels(labels, noise_seed)
            fake_images = self.generator(self.generator_inputs(latents, fake_labels), training=training)
        return Batch(real_images, labels, fake_images, fake_labels, noise_seed), tape

    def _fake_labels(self, labels, noise_seed):
        if self.label_mode != "predefined":
            return labels
        stream = random_stream(noise_seed, 3)
        return local_rows(
            lambda rows: tf.random.stateless_uniform((rows,), stream, 0, self.num_classes, tf.int32, alg="philox"),
            tf.shape(labels)[0],
        )

    def discriminate(self, images, labels, training=True):
        """D's outputs, float32."""
        outputs = self.discriminator(self.discriminator_inputs(images, labels), training=training)
        return keras.tree.map_structure(lambda output: tf.cast(output, tf.float32), outputs)

    def _update_discriminator(self, batch):
        with tf.GradientTape() as tape:
            batch = batch._replace(fake_images=tf.stop_gradient(batch.fake_images))
            real_outputs = self.discriminate(batch.real_images, batch.labels)
            fake_outputs = self.discriminate(batch.fake_images, batch.fake_labels)
            global_batch = batch._replace(real_outputs=real_outputs, fake_outputs=fake_outputs).over_replicas()
            loss = self.discriminator_loss(global_batch) + self.discriminator_penalty(batch)
        self._minimize(loss, tape, DISCRIMINATOR)
        self.discriminator_loss_mean.update_state(loss)
        self.after_discriminator_update(global_batch)
        return real_outputs

    def _update_generator(self, batch, tape):
        with tape:
            outputs = self.discriminate(batch.fake_images, batch.fake_labels)
            batch = batch._replace(fake_outputs=outputs).over_replicas()
            loss = self.generator_loss(batch)
        self._minimize(loss, tape, GENERATOR)
        self.generator_loss_mean.update_state(loss)
        self.update_average(self.generator_optimizer.iterations.value - 1)
        return batch

    def _minimize(self, loss, tape, index):
        _, optimizer, variables = self.players[index]
        with tape:
            scaled_loss = optimizer.scale_loss(loss / replica_count())
        gradients = tape.gradient(scaled_loss, variables)
        # Keras' optimizers square the rows of a sparse gradient before they add those of one index.
        gradients = [gradient if gradient is None else tf.convert_to_tensor(gradient) for gradient in gradients]
        first_index = 0 if index == DISCRIMINATOR else 1 + len(self.players[DISCRIMINATOR].variables)
        gradients = self.non_finite.watch(loss, gradients, optimizer, self.step + 1, first_index)
        if self.gradient_norms:
            self.gradient_norms[index].update_state(_global_norm(gradients, optimizer))
        optimizer.apply(gradients, variables)

    @property
    def players(self):
        """The discriminator and the generator."""
        return (
            Player("discriminator", self.discriminator_optimizer, self.discriminator.trainable_variables),
            Player("generator", self.generator_optimizer, self.generator_variables),
        )

    def watched_names(self):
        """What each number of `NonFiniteRecord.tensor` stands for: a loss, or the gradient of a weight."""
        return [
            name
            for player in self.players
            for name in (
                f"the {player.name}'s loss",
                *(f"the gradient of {variable.path}" for variable in player.variables),
            )
        ]

    @property
    def steps_trained(self):
        """How many optimisation iterations the model has had, an int."""
        return to_int(self.step)

    # Keras.

    def compile(
        self,
        generator_optimizer=None,
        discriminator_optimizer=None,
        jit_compile="auto",
        steps_per_execution=1,
        run_eagerly=False,
        gradient_norms=False,
    ):
        """Sets the optimizers, by default each the paper's.

        Args:
            generator_optimizer: a Keras optimizer, its name or config; None for the scheme's default.
            discriminator_optimizer: likewise.
            jit_compile: True, False, or "auto": only where there is a GPU, for XLA makes convolutions on a CPU slow.
            steps_per_execution: steps in one call of the compiled function.
            run_eagerly: run the step as plain Python, to look into it.
            gradient_norms: also log the Euclidean norm of each network's gradient, as MBGAN, Fig. 6, does.
        Raises:
            InputError: one optimizer for both, or what Keras cannot do on several replicas.
        """
        if generator_optimizer is not None and generator_optimizer is discriminator_optimizer:
            raise InputError("generator_optimizer and discriminator_optimizer must be two optimizers; got one twice")
        with self.distribute_strategy.scope():
            self._compile_step(jit_compile, steps_per_execution, run_eagerly)
            generator_default, discriminator_default = self.default_optimizers()
            self.generator_optimizer = self._scaled(generator_optimizer or generator_default)
            self.discriminator_optimizer = self._scaled(discriminator_optimizer or discriminator_default)
            for player in self.players:
                player.optimizer.build(player.variables)
            names = [f"{player.name}_gradient_norm" for player in self.players] if gradient_norms else []
            self.gradient_norms = [keras.metrics.Mean(name=name) for name in names]

    def _compile_step(self, jit_compile, steps_per_execution, run_eagerly):
        if replica_count() > 1 and (jit_compile is True or steps_per_execution != 1 or run_eagerly):
            raise InputError(
                "on several replicas Keras can neither use XLA nor run several steps at once nor run eagerly: expected "
                f"jit_compile=False, steps_per_execution=1 and run_eagerly=False; got {jit_compile}, "
                f"{steps_per_execution} and {run_eagerly}"
            )
        self.jit_setting = jit_compile
        on_gpu = replica_count() == 1 and bool(tf.config.list_physical_devices("GPU"))
        super().compile(
            optimizer=None,
            jit_compile=on_gpu if jit_compile == "auto" else jit_compile,
            steps_per_execution=steps_per_execution,
            run_eagerly=run_eagerly,
        )

    def _scaled(self, optimizer):
        """The Keras optimizer, with dynamic loss scaling where a network computes in float16."""
        optimizer = keras.optimizers.get(optimizer)
        layers = [layer for network in (self.generator, self.discriminator) for layer in network._flatten_layers()]
        in_float16 = any(layer.compute_dtype == "float16" for layer in layers)
        if not in_float16 or isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
            return optimizer
        return keras.optimizers.LossScaleOptimizer(optimizer)

    def fit(self, x=None, y=None, batch_size=None, *, callbacks=None, **keywords):
        """Trains; as keras.Model.fit, and a step is one optimisation iteration.

        Args:
            x: a tf.data.Dataset of images or (images, labels) in batches, or an array of images (N, H, W, C);
                float in [-1, 1], of the generator's shape.
            y: int labels (N,) in 0..K-1, where x is an array.
            batch_size: where x is an array; default 64.
            callbacks: Keras callbacks.
            keywords: the others of keras.Model.fit. Of `validation_data`, a dataset or arrays like x and y, the logs
                get both losses (`val_...`); for measures of image quality see `EvaluateGAN`.
        Returns:
            The Keras History.
        Raises:
            InputError: data that the scheme cannot train on, or a loss that became non-finite; the model is then
                in its last good state.
        """
        batch_size = DEFAULT_BATCH_SIZE if batch_size is None else batch_size
        callbacks = [for_both_optimizers(callback) for callback in keras.tree.flatten(callbacks or [])]
        restoring = [callback for callback in callbacks if hasattr(callback, "before_fit")]
        for callback in restoring:
            keywords["initial_epoch"] = max(keywords.get("initial_epoch", 0), callback.before_fit(self))
        batches = training_batches(self, x, y, batch_size, resumes=bool(restoring))
        keywords = fit_keywords(self, x, batch_size, keywords)
        first_step = self.steps_trained
        with input_errors(), self.distribute_strategy.scope():
            history = super().fit(batches, callbacks=[*callbacks, TerminateOnNonFinite()], **keywords)
        if self.steps_trained == first_step and keywords.get("epochs", 1) > keywords.get("initial_epoch", 0):
            raise too_few_batches(self)
        return history

    def evaluate(self, x=None, y=None, batch_size=None, **keywords):
        """Both losses on held-out data, as keras.Model.evaluate; x and y as in `fit`."""
        if "_use_cached_eval_dataset" not in keywords:  # `fit` has checked what it gives
            x = validation_batches(self, x if y is None else (x, y), batch_size or DEFAULT_BATCH_SIZE)
        with input_errors():
            return super().evaluate(x, **keywords)

    @property
    def metrics(self):
        return [self.discriminator_loss_mean, self.generator_loss_mean, *self.gradient_norms]

    def get_config(self):
        names = ("discriminator_steps", "generator_steps", "fresh_noise", "weight_clip")
        return super().get_config() | {name: getattr(self, name) for name in names}

    def get_compile_config(self):
        return {
            name: keras.saving.serialize_keras_object(getattr(self, name))
            for name in ("generator_optimizer", "discriminator_optimizer")
        } | {
            "jit_compile": self.jit_setting,
            "steps_per_execution": self.steps_per_execution,
            "gradient_norms": bool(self.gradient_norms),
        }

    def compile_from_config(self, config):
        self.compile(**keras.saving.deserialize_keras_object(config))


def _global_norm(gradients, optimizer):
    """The Euclidean norm of all replicas' gradients together, loss scaling taken out."""
    total = tf.add_n([tf.reduce_sum(tf.square(global_sum(tensor))) for tensor in gradients if tensor is not None])
    return tf.sqrt(total) / optimizer.scale_loss(1.0)
