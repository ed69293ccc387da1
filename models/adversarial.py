"""The base class: one optimisation iteration of a generator against a discriminator, whatever their losses."""

from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.constraints import WeightClip
from tfgan_metric.data.pipeline import check_batches, group_batches, held_out_batches, input_errors, shuffled_batches
from tfgan_metric.errors import (
    InputError,
    require_bool,
    require_decay,
    require_positive,
    require_positive_int,
    require_seed,
)
from tfgan_metric.export import IMAGES_AT_ONCE, export_generator
from tfgan_metric.latents import Latent, UniformLatent, draw_inputs, random_stream
from tfgan_metric.models.callbacks import for_both_optimizers
from tfgan_metric.models.checkpoint import Checkpoint
from tfgan_metric.models.guard import TerminateOnNonFinite
from tfgan_metric.replicas import gather, global_sum, local_rows, replica_count, to_int

PARTS = ("generator", "discriminator", "latent")
RANDOM_STATE = "random_state_"
DISCRIMINATOR, GENERATOR = 0, 1
OF_GENERATOR = 1_000_000  # tensors that `non_finite_tensor` counts from here are the generator's
SMALLEST_LOSS_SCALE = 1.0  # gradients that overflow even at this scale are an error, not float16's
GENERATOR_TAKES_LABELS = ("conditional", "predefined")


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


class AdversarialModel(keras.Model):
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
    reconstruction = False
    label_modes: tuple[str, ...] = ("none", "conditional")
    fixed: frozenset[str] = frozenset()  # hyper-parameters of a parent that the scheme does not have
    outputs = "1 logit"  # of the discriminator
    feature_dimension = None  # of a metric scheme's features in the paper; the discriminator may give any number
    default_network = "dcgan"
    discriminator_batch_norm = True
    sees_labels = False  # whether a conditional discriminator takes the labels too, in the paper
    needs_classes = False  # K also where `fit` needs no labels
    accepts_unlabelled = False  # a real image's label may be -1
    missing_label = 0
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
        self.seed = require_seed("seed", seed)
        if not isinstance(latent, Latent):
            raise InputError(f"latent must be a Latent such as UniformLatent(100); got {latent!r}")
        self.generator, self.discriminator, self.latent = generator, discriminator, latent
        self._check_networks()
        self.averaged_generator = self._copy_generator() if ema_momentum else None
        self.averaged_latent = _copy(latent) if ema_momentum and latent.weights else None
        if weight_clip is not None:
            WeightClip(weight_clip).attach(discriminator)
        self.step = self._add_counter("step", "zeros")
        self.non_finite_step = self._add_counter("non_finite_step", keras.initializers.Constant(-1))
        self.non_finite_tensor = self._add_counter("non_finite_tensor", "zeros")
        self.gradient_norms = []
        self._generate = None
        self.discriminator_loss_mean = keras.metrics.Mean(name="discriminator_loss")
        self.generator_loss_mean = keras.metrics.Mean(name="generator_loss")
        self.built = True

    def _check_networks(self):
        """Shapes of an image and of the discriminator's outputs, from a call of both networks without values."""
        labels = keras.KerasTensor((2,), "int32")
        images = _symbolic_call(self.generator, self.generator_inputs(self._latents_spec(), labels))
        if not isinstance(images, keras.KerasTensor) or len(images.shape) != 4:
            raise InputError(f"the generator must give images (B, height, width, channels); got {images}")
        self.image_shape = tuple(images.shape[1:])
        outputs = _symbolic_call(self.discriminator, self.discriminator_inputs(images, labels))
        self.outputs_shape = keras.tree.map_structure(lambda output: tuple(output.shape[1:]), outputs)
        self.check_outputs(self.outputs_shape)

    def _latents_spec(self):
        return keras.KerasTensor((2, self.latent.dimension))

    def generator_inputs(self, latents, labels):
        """What the generator is called with: z, or [z, labels]."""
        return latents if self.inference_classes is None else [latents, labels]

    def discriminator_inputs(self, images, labels):
        """What the discriminator is called with: images, or [images, labels]."""
        return [images, labels] if self.discriminator_sees_labels else images

    def check_outputs(self, shapes):
        """Raises `InputError` where the discriminator's outputs, of these shapes after the batch, do not fit."""
        size = self.output_dimension(self.num_classes)
        fits = isinstance(shapes, tuple) and len(shapes) == 1 and size in (None, shapes[0])
        if not fits:
            wanted = f"(B, {'D' if size is None else size})"
            got = f"(B, {', '.join(map(str, shapes))})" if isinstance(shapes, tuple) else f"{len(shapes)} of them"
            raise InputError(
                f"{type(self).__name__} needs a discriminator whose outputs are {wanted}, {self.outputs}; got {got}"
            )

    def _copy_generator(self):
        inputs = self.generator_inputs(self._latents_spec(), keras.KerasTensor((2,), "int32"))
        return _copy(self.generator, lambda copy: _symbolic_call(copy, inputs))

    @classmethod
    def output_dimension(cls, num_classes):
        """How many outputs the discriminator must have for K classes; None for any number."""
        return 1 if cls.feature_dimension is None else None

    @classmethod
    def choose_network(cls, label_mode):
        """The key of NETWORKS that the scheme's paper has, for a label mode."""
        return cls.default_network

    def _add_counter(self, name, initializer):
        return self.add_weight(
            shape=(),
            dtype="int64",
            initializer=initializer,
            trainable=False,
            aggregation="only_first_replica",
            name=name,
        )

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
        if (label_mode != "none" or cls.needs_classes) and num_classes is None:
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
    def default_optimizers():
        """New optimizers of the generator and the discriminator, with the settings of the scheme's paper."""
        return tuple(keras.optimizers.Adam(2e-4, beta_1=0.5, beta_2=0.999) for _ in range(2))

    @property
    def uses_labels(self):
        """Whether `fit` needs labels."""
        return self.label_mode != "none"

    @property
    def inference_generator(self):
        """The generator that `generate` and `export` use: the averaged one where there is one."""
        return self.averaged_generator or self.generator

    @property
    def inference_latent(self):
        """The latent that `generate` and `export` draw from: the averaged one where it is trained and averaged."""
        return self.averaged_latent or self.latent

    @property
    def inference_classes(self):
        """K where the generator takes labels, else None."""
        return self.num_classes if self.label_mode in GENERATOR_TAKES_LABELS else None

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

    def discriminator_penalty(self, batch):
        """Returns what a discriminator update lowers too, a mean over images; `batch` is a replica's own part."""
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
            self._update_discriminator(batch)
        real_outputs = self.discriminate(real_images, labels) if self.generator_loss_uses_real else None
        for draw in range(len(groups), len(groups) + self.generator_steps):
            if not shares_noise:
                batch, tape = self._generate_batch(real_images, labels, self._noise_seed(draw))
            batch = self._update_generator(batch._replace(real_outputs=real_outputs), tape)
        self.update_state(batch)
        self.step.assign_add(1)

    def _split(self, data, updates):
        """(images, labels) of each discriminator update, as `group_batches` has joined them."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        if not self.uses_labels:
            labels = tf.fill(tf.shape(images)[:1], self.missing_label)
        pairs = zip(tf.split(images, updates), tf.split(tf.cast(labels, tf.int32), updates), strict=True)
        return list(pairs)

    def test_step(self, data):
        """Both losses on held-out images, the networks as in inference; nothing changes but the metrics."""
        ((real_images, labels),) = self._split(data, 1)
        seed = random_stream(tf.stack([tf.constant(self.seed, tf.int64), self.step.value]), 4)
        batch, _ = self._generate_batch(real_images, labels, seed, training=False)
        batch = batch._replace(
            real_outputs=self.discriminate(real_images, labels, training=False),
            fake_outputs=self.discriminate(batch.fake_images, batch.fake_labels, training=False),
        )
        global_batch = batch.over_replicas()
        loss = self.discriminator_loss(global_batch) + self.discriminator_penalty(batch)
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

    def _update_generator(self, batch, tape):
        with tape:
            outputs = self.discriminate(batch.fake_images, batch.fake_labels)
            batch = batch._replace(fake_outputs=outputs).over_replicas()
            loss = self.generator_loss(batch)
        self._minimize(loss, tape, GENERATOR)
        self.generator_loss_mean.update_state(loss)
        self._update_average()
        return batch

    def _minimize(self, loss, tape, player):
        optimizer, variables = self.players()[player]
        with tape:
            scaled_loss = optimizer.scale_loss(loss / replica_count())
        gradients = tape.gradient(scaled_loss, variables)
        gradients = self._watch(loss, gradients, player)
        if self.gradient_norms:
            self.gradient_norms[player].update_state(_global_norm(gradients, optimizer))
        optimizer.apply(gradients, variables)

    def players(self):
        """The optimizer and the variables of the discriminator and of the generator."""
        return (
            (self.discriminator_optimizer, self.discriminator.trainable_variables),
            (self.generator_optimizer, self.generator_variables),
        )

    def _watch(self, loss, gradients, player):
        """Notes the first tensor that is not finite; returns the gradients.

        With loss scaling an overflow of gradients only lowers the scale, which needs all replicas to see it.
        """
        # A sum is finite only if all its terms are: one scalar a gradient instead of a map of flags.
        zero = tf.zeros(())
        sums = [loss, *(zero if gradient is None else tf.reduce_sum(gradient) for gradient in gradients)]
        failed = ~tf.math.is_finite(global_sum(tf.stack(sums)))
        optimizer, _ = self.players()[player]
        counts = failed
        if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
            overflow = tf.where(tf.reduce_any(failed), np.float32(np.nan), 0.0)
            gradients = [gradient if gradient is None else gradient + overflow for gradient in gradients]
            counts = failed & ((tf.range(len(sums)) == 0) | (optimizer.dynamic_scale <= SMALLEST_LOSS_SCALE))
        first_failure = (self.non_finite_step < 0) & tf.reduce_any(counts)
        index = tf.argmax(tf.cast(counts, tf.int32)) + (0 if player == DISCRIMINATOR else OF_GENERATOR)
        self.non_finite_step.assign(tf.where(first_failure, self.step + 1, self.non_finite_step))
        self.non_finite_tensor.assign(tf.where(first_failure, index, self.non_finite_tensor))
        return gradients

    @property
    def steps_trained(self):
        """How many optimisation iterations the model has had, an int."""
        return to_int(self.step)

    @property
    def is_finite(self):
        """Whether every loss and gradient of this `fit` has been finite."""
        return to_int(self.non_finite_step) < 0

    @property
    def non_finite_name(self):
        """What `non_finite_tensor` stands for: a loss, or the gradient of a weight."""
        player, index = divmod(to_int(self.non_finite_tensor), OF_GENERATOR)
        name = ("discriminator", "generator")[player]
        _, variables = self.players()[player]
        return f"the {name}'s loss" if index == 0 else f"the gradient of {variables[index - 1].path}"

    def _update_average(self):
        if self.averaged_generator is None:
            return
        updates = tf.cast(self.generator_optimizer.iterations.value - 1, tf.float32)
        momentum = tf.minimum(self.ema_momentum, (1.0 + updates) / (4.0 + updates))
        pairs = list(zip(self.averaged_generator.weights, self.generator.weights, strict=True))
        if self.averaged_latent is not None:
            pairs += zip(self.averaged_latent.weights, self.latent.weights, strict=True)
        for average, value in pairs:
            if keras.backend.is_float_dtype(average.dtype):
                average.assign_sub((1.0 - momentum) * (average - value))
            else:
                average.assign(value)

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
        with self.distribute_strategy.scope():
            self._compile(generator_optimizer, discriminator_optimizer, jit_compile, steps_per_execution, run_eagerly)
            names = ("discriminator_gradient_norm", "generator_gradient_norm") if gradient_norms else ()
            self.gradient_norms = [keras.metrics.Mean(name=name) for name in names]

    def _compile(self, generator_optimizer, discriminator_optimizer, jit_compile, steps_per_execution, run_eagerly):
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
        generator_default, discriminator_default = self.default_optimizers()
        if generator_optimizer is not None and generator_optimizer is discriminator_optimizer:
            raise InputError("generator_optimizer and discriminator_optimizer must be two optimizers; got one twice")
        self.generator_optimizer = self._scaled(keras.optimizers.get(generator_optimizer or generator_default))
        self.discriminator_optimizer = self._scaled(
            keras.optimizers.get(discriminator_optimizer or discriminator_default)
        )
        self.generator_optimizer.build(self.generator_variables)
        self.discriminator_optimizer.build(self.discriminator.trainable_variables)

    def _scaled(self, optimizer):
        """The optimizer, with dynamic loss scaling where a network computes in float16."""
        layers = [layer for network in (self.generator, self.discriminator) for layer in network._flatten_layers()]
        in_float16 = any(layer.compute_dtype == "float16" for layer in layers)
        if not in_float16 or isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
            return optimizer
        return keras.optimizers.LossScaleOptimizer(optimizer)

    @property
    def least_batch(self):
        """How many images a batch must have at least."""
        return 2

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
        callbacks = [for_both_optimizers(callback) for callback in keras.tree.flatten(callbacks or [])]
        checkpoints = [callback for callback in callbacks if isinstance(callback, Checkpoint)]
        for checkpoint in checkpoints:
            keywords["initial_epoch"] = max(keywords.get("initial_epoch", 0), checkpoint.restore(self))
        batch_size = 64 if batch_size is None else batch_size
        batches = self._check(self._batches(x, y, batch_size, resumes=bool(checkpoints)))
        if not isinstance(x, tf.data.Dataset) and keywords.get("steps_per_epoch") is None:
            keywords["steps_per_epoch"] = max(1, len(x) // batch_size // self.discriminator_steps)
        batches = group_batches(batches, self.discriminator_steps, self.distribute_strategy.num_replicas_in_sync)
        if keywords.get("validation_split"):
            raise InputError("validation_split is not supported: split the arrays and give validation_data")
        if keywords.get("validation_data") is not None:
            keywords["validation_data"] = self._check(held_out_batches(keywords["validation_data"], batch_size))
        keywords.setdefault("shuffle", False)  # the dataset's own order; Keras warns otherwise
        first_step = self.steps_trained
        with input_errors(), self.distribute_strategy.scope():
            history = super().fit(batches, callbacks=[*callbacks, TerminateOnNonFinite()], **keywords)
        if self.steps_trained == first_step and keywords.get("epochs", 1) > keywords.get("initial_epoch", 0):
            raise InputError(
                f"the dataset is empty: expected at least {self.discriminator_steps} batch(es), "
                f"divisible by the number of replicas, {self.distribute_strategy.num_replicas_in_sync}; got fewer"
            )
        for checkpoint in checkpoints:
            history.history = checkpoint.history
        return history

    def _batches(self, x, y, batch_size, resumes):
        used = self.steps_trained * self.discriminator_steps
        if not isinstance(x, tf.data.Dataset):
            return shuffled_batches(x, y, batch_size, self.seed, used)
        endless = x.cardinality() == tf.data.INFINITE_CARDINALITY
        return x.skip(used) if resumes and endless else x

    def _check(self, batches):
        classes = self.num_classes if self.uses_labels else None
        replicas = self.distribute_strategy.num_replicas_in_sync
        return check_batches(batches, self.image_shape, classes, self.accepts_unlabelled, self.least_batch, replicas)

    def evaluate(self, x=None, y=None, batch_size=None, **keywords):
        """Both losses on held-out data, as keras.Model.evaluate; x and y as in `fit`."""
        if "_use_cached_eval_dataset" not in keywords:  # `fit` has checked what it gives
            x = self._check(held_out_batches(x if y is None else (x, y), batch_size or 64))
        with input_errors():
            return super().evaluate(x, **keywords)

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
        require_seed("seed", seed, largest=2**63 - 1)
        if labels is not None:
            labels = self._check_labels(labels, count)
        return self.generate_from(draw_inputs(self.inference_latent, self.inference_classes, count, seed, labels))

    def generate_from(self, inputs):
        """Generates from what the generator takes, z or [z, labels]; float32 NumPy array (B, H, W, C) in [-1, 1].

        Unlike `predict` it runs on one device, whatever the strategy.
        """
        if self._generate is None:
            self._generate = tf.function(self.__call__, reduce_retracing=True)
        tensors = [tf.convert_to_tensor(tensor) for tensor in keras.tree.flatten(inputs)]
        images = []
        for first in range(0, len(tensors[0]), IMAGES_AT_ONCE):
            chunk = [tensor[first : first + IMAGES_AT_ONCE] for tensor in tensors]
            images.append(self._generate(chunk if isinstance(inputs, list) else chunk[0]).numpy())
        return np.concatenate(images)

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
        export_generator(self.inference_generator, filepath, self.inference_latent, self.inference_classes)

    @property
    def metrics(self):
        return [self.discriminator_loss_mean, self.generator_loss_mean, *self.gradient_norms]

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

    def save_own_variables(self, store):
        super().save_own_variables(store)
        for index, state in enumerate(self.random_states()):
            store[f"{RANDOM_STATE}{index}"] = keras.ops.convert_to_numpy(state)

    def load_own_variables(self, store):
        names = store.keys()  # a store cannot be iterated over itself
        super().load_own_variables({name: store[name] for name in names if not name.startswith(RANDOM_STATE)})
        for index, state in enumerate(self.random_states()):
            state.assign(store[f"{RANDOM_STATE}{index}"])

    def random_states(self):
        """Where dropout and noise layers keep their place in the random sequence; Keras does not save these."""
        networks = (self.generator, self.discriminator)
        weights = {id(weight) for network in networks for weight in network.weights}
        return [state for network in networks for state in network.variables if id(state) not in weights]

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


def _copy(layer, build=lambda copy: None):
    """A layer with its own equal weights, not trained; `build` makes the weights of one restored without them."""
    try:
        copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    except Exception as error:  # whatever Keras raises for a class it cannot find or may not load
        raise InputError(f"ema_momentum needs a copy of {layer.name!r}, which Keras cannot make: {error}") from error
    build(copy)
    copy.trainable = False
    copy.set_weights(layer.get_weights())
    return copy


def _global_norm(gradients, optimizer):
    """The Euclidean norm of all replicas' gradients together, loss scaling taken out."""
    total = tf.add_n([tf.reduce_sum(tf.square(global_sum(tensor))) for tensor in gradients if tensor is not None])
    return tf.sqrt(total) / optimizer.scale_loss(1.0)


def _symbolic_call(network, inputs):
    """What a network gives for inputs without values; makes the weights of one that has none yet."""
    if not isinstance(network, keras.Layer):
        raise InputError(f"a network must be a Keras model; got {network!r}")
    try:
        functional = getattr(network, "inputs", None) is not None
        return network.compute_output_spec(inputs) if functional else network(inputs)
    except Exception as error:  # whatever the network's layers raise
        shapes = ", ".join(str(tuple(tensor.shape)) for tensor in keras.tree.flatten(inputs))
        raise InputError(f"network {network.name!r} cannot take inputs of shapes {shapes}: {error}") from error
