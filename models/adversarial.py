"""The base class: one optimisation iteration of a generator against a discriminator, whatever their losses."""

from typing import Any

import keras
import tensorflow as tf

from tfgan_metric.constraints import WeightClip
from tfgan_metric.data.pipeline import input_errors
from tfgan_metric.errors import require_bool, require_positive, require_positive_int
from tfgan_metric.keras_private import called_by_fit
from tfgan_metric.latents import random_stream
from tfgan_metric.models import fit_data
from tfgan_metric.models.batch import Batch
from tfgan_metric.models.callbacks import OptimizersAverages, RestoringCallback, WarnOfBrightImages, for_both_optimizers
from tfgan_metric.models.fit_data import Data, Labels
from tfgan_metric.models.guard import NonFiniteRecord, TerminateOnNonFinite
from tfgan_metric.models.regularized import DISCRIMINATOR, GENERATOR, RegularizedModel
from tfgan_metric.replicas import results_of, to_int
from tfgan_metric.variables import add_state

Drawn = tuple[Batch, tf.GradientTape]  # under which the images of the batch were generated


class AdversarialModel(RegularizedModel):
    """A generator and a discriminator trained against each other by `fit`.

    A scheme gives `discriminator_loss(batch)` and `generator_loss(batch)`, if it needs one `discriminator_penalty`, and
    if it has state of its own `after_discriminator_update(batch)` or, at the end of a step, `update_state(batch)`.
    Under a tf.distribute strategy their batch is the global one, so an own scheme needs nothing more there. What else
    it says stands in `Declaration`.

    One step is one optimisation iteration: `discriminator_steps` discriminator updates, each on fresh images and
    fresh noise, then `generator_steps` generator updates. With one of each the generator's uses the images of the
    discriminator's, so the generator runs forward once.

    Args:
        generator: Keras model, z (B, latent.dimension)[, labels int (B,)] -> images (B, H, W, C) in [-1, 1].
        discriminator: Keras model, images[, labels] -> (B, outputs).
        latent: a `Latent`.
        num_classes: K, where labels are used.
        label_mode: a row of `LABEL_MODES`. By default "conditional" with `num_classes`, "none" without, as far as the
            scheme has them (`label_modes`), else its first.
        discriminator_steps: discriminator updates a step, n_D >= 1.
        generator_steps: generator updates a step, n_G >= 1.
        fresh_noise: the generator's update always draws its own noise.
        discriminator_sees_labels: a conditional discriminator takes the labels too; None for the scheme's default.
        weight_clip: keeps every trainable discriminator variable in ±weight_clip after each update; None does not.
        ema_momentum: in [0, 1); above 0 the average of the generator's weights over the updates, with this momentum
            (lower at first, (1+t)/(4+t): about the last third of the updates), is what `generate` and `export` use.
        seed: of the noise.
        r1_weight, r2_weight, augment, flip: see `RegularizedModel`.
    Raises:
        InputError: an argument out of its range.
    """

    def __init__(
        self,
        *args: Any,
        discriminator_steps: int = 1,
        generator_steps: int = 1,
        fresh_noise: bool = False,
        weight_clip: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.discriminator_steps = require_positive_int("discriminator_steps", discriminator_steps)
        self.generator_steps = require_positive_int("generator_steps", generator_steps)
        self.fresh_noise = require_bool("fresh_noise", fresh_noise)
        self.weight_clip = None if weight_clip is None else require_positive("weight_clip", weight_clip)
        if weight_clip is not None:
            WeightClip(weight_clip).attach(self.discriminator)
        self.step = add_state(self, "step", dtype="int64")
        self.non_finite = NonFiniteRecord()
        self.gradient_norms: list[keras.metrics.Mean] = []
        self.discriminator_loss_mean = keras.metrics.Mean(name="discriminator_loss")
        self.generator_loss_mean = keras.metrics.Mean(name="generator_loss")

    # Losses: what a scheme is.

    def discriminator_loss(self, batch: Batch) -> tf.Tensor:
        """Returns the float32 scalar that a discriminator update lowers."""
        raise NotImplementedError

    def generator_loss(self, batch: Batch) -> tf.Tensor:
        """Returns the float32 scalar that a generator update lowers."""
        raise NotImplementedError

    def discriminator_penalty(self, batch: Batch, training: bool = True) -> tf.Tensor | float:
        """Returns what a discriminator update lowers too, a mean over images; False for `training` in an evaluation.

        Apart from the loss, for a penalty runs the discriminator again, and that on a replica's own part, `batch`, here
        with the images that D is shown and the outputs of that part.
        """
        return 0.0

    def after_discriminator_update(self, batch: Batch) -> None:
        """Updates the scheme's own variables after a discriminator update, from that update's batch."""
        return None

    def update_state(self, batch: Batch) -> None:
        """Updates the scheme's own variables at the end of a step, from the generator update's batch."""
        return None

    @property
    def least_batch(self) -> int:
        """How many images a batch must have at least; KM-GAN's clusters start at as many."""
        return 2

    # One step.

    def train_step(self, data: Any) -> dict[str, tf.Tensor]:
        # Without these dependencies the counters would also count the batch that an exhausted dataset did not give.
        with tf.control_dependencies(keras.tree.flatten(data)):
            self._iterate(fit_data.split_updates(self, data, self.batches_per_step))
        return results_of(self.metrics)

    def _iterate(self, groups: list[tuple[tf.Tensor, tf.Tensor]]) -> None:
        """One optimisation iteration on one (images, labels) for each update that has images of its own."""
        shares_noise = self.discriminator_steps == self.generator_steps == len(groups) == 1 and not self.fresh_noise
        for draw, (real_images, labels) in enumerate(groups[: self.discriminator_steps]):
            seed = self._noise_seed(draw)
            real_images = self.flipped(real_images, seed)
            batch, tape = self._generate_batch(real_images, labels, seed)
            real_outputs = self._update_discriminator(batch)
        if not self.reuse_real_features:
            real_outputs = None
        for draw in range(self.discriminator_steps, self.discriminator_steps + self.generator_steps):
            seed = self._noise_seed(draw)
            if self.fresh_generator_images:
                (real_images, labels), real_outputs = groups[draw], None
                real_images = self.flipped(real_images, seed)
            if not shares_noise:
                batch, tape = self._generate_batch(real_images, labels, seed)
            if self.generator_loss_uses_real and real_outputs is None:
                real_outputs = self.discriminate(self.shown(batch, GENERATOR).real_images, labels)
            batch = self._update_generator(batch._replace(real_outputs=real_outputs), tape)
        self.update_state(batch)
        self.step.assign_add(1)

    def test_step(self, data: Any) -> dict[str, tf.Tensor]:
        """Both losses on held-out images, the networks as in inference; nothing changes but the metrics.

        A batch's noise depends on its place in the evaluation alone, which the metric has counted.
        """
        ((real_images, labels),) = fit_data.split_updates(self, data, 1)
        place = tf.cast(self.discriminator_loss_mean.count.value, tf.int64)
        seed = random_stream(tf.stack([tf.constant(self.seed, tf.int64), place]), 4)
        batch, _ = self._generate_batch(real_images, labels, seed, training=False)
        real_outputs, fake_outputs, slopes = self.discriminate_both(batch, training=False)
        batch = batch._replace(real_outputs=real_outputs, fake_outputs=fake_outputs)
        global_batch = batch.over_replicas()
        penalty = self.discriminator_penalty(batch, training=False) + slopes
        loss = self.discriminator_loss(global_batch) + penalty
        self.discriminator_loss_mean.update_state(loss)
        self.generator_loss_mean.update_state(self.generator_loss(global_batch))
        return results_of(self.metrics[:2])

    def _noise_seed(self, draw: int) -> tf.Tensor:
        draws = self.discriminator_steps + self.generator_steps
        return tf.stack([tf.constant(self.seed, tf.int64), self.step * draws + draw])

    def _generate_batch(self, images: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor, training: bool = True) -> Drawn:
        with tf.GradientTape() as tape:
            latents, fake_labels = self.draw_partners(labels, seed)
            fake_images = self.generator(self.generator_inputs(latents, fake_labels), training=training)
        return Batch(images, labels, fake_images, fake_labels, seed), tape

    def _update_discriminator(self, batch: Batch) -> Any:
        """Returns D(x) of before the update."""
        with tf.GradientTape() as tape:
            batch = batch._replace(fake_images=tf.stop_gradient(batch.fake_images))
            shown = self.shown(batch, DISCRIMINATOR)
            real_outputs, fake_outputs, slopes = self.discriminate_both(shown)
            outputs = {"real_outputs": real_outputs, "fake_outputs": fake_outputs}
            global_batch = batch._replace(**outputs).over_replicas()
            penalty = self.discriminator_penalty(shown._replace(**outputs)) + slopes
            loss = self.discriminator_loss(global_batch) + penalty
        self.players[0].minimize(loss, tape, self.non_finite, self.step + 1)
        self.discriminator_loss_mean.update_state(loss)
        self.after_discriminator_update(global_batch)
        return real_outputs

    def _update_generator(self, batch: Batch, tape: tf.GradientTape) -> Batch:
        with tape:
            outputs = self.discriminate(self.shown(batch, GENERATOR).fake_images, batch.fake_labels)
            batch = batch._replace(fake_outputs=outputs).over_replicas()
            loss = self.generator_loss(batch)
        self.players[1].minimize(loss, tape, self.non_finite, self.step + 1)
        self.generator_loss_mean.update_state(loss)
        self.update_average(keras.ops.convert_to_tensor(self.generator_optimizer.iterations) - 1)
        return batch

    # Keras.

    def fit(
        self, x: Data = None, y: Labels = None, batch_size: int | None = None, *, callbacks: Any = None, **keywords: Any
    ) -> keras.callbacks.History:
        """Trains; as keras.Model.fit, and a step is one optimisation iteration.

        Args:
            x: images (N, H, W, C), an array or a list; or batches of images or (images, labels): a tf.data.Dataset, a
                PyDataset, a generator or another iterable. Float in [-1, 1], of the generator's shape.
            y: int labels (N,) in 0..K-1, where x is an array.
            batch_size: where x is an array; default 64.
            callbacks: Keras callbacks; a `RestoringCallback` restores before any data is read.
            keywords: the others of keras.Model.fit. Of `validation_data`, a dataset or arrays like x and y, the logs
                get both losses (`val_...`); for measures of image quality see `EvaluateGAN`.
        Raises:
            InputError: data that the scheme cannot train on, or a loss that became non-finite; the model is then
                in its last good state.
        """
        callbacks = [for_both_optimizers(callback) for callback in keras.tree.flatten(callbacks or [])]
        restored = [callback.before_fit(self) for callback in callbacks if isinstance(callback, RestoringCallback)]
        keywords["initial_epoch"] = max([keywords.get("initial_epoch", 0), *restored])
        keywords = fit_data.fit_keywords(self, x, batch_size, keywords)
        brightness = WarnOfBrightImages(self.distribute_strategy.num_replicas_in_sync)
        batches, epoch = fit_data.training_source(self, x, y, batch_size, bool(restored), brightness.darkest)
        if keywords.get("steps_per_epoch") is None:
            keywords["steps_per_epoch"] = epoch
        first_step = self.steps_trained
        with input_errors(), self.distribute_strategy.scope():
            history = super().fit(
                batches, callbacks=[TerminateOnNonFinite(), OptimizersAverages(), brightness, *callbacks], **keywords
            )
        if self.steps_trained == first_step and keywords.get("epochs", 1) > keywords["initial_epoch"]:
            raise fit_data.too_few_batches(self)
        return history

    def evaluate(self, x: Data = None, y: Labels = None, batch_size: int | None = None, **keywords: Any) -> Any:
        """Both losses on held-out data, as keras.Model.evaluate; x and y as in `fit`."""
        if not called_by_fit(keywords):  # which has checked what it gives
            x = fit_data.validation_batches(self, x if y is None else (x, y), batch_size or fit_data.DEFAULT_BATCH_SIZE)
        with input_errors():
            return super().evaluate(x, **keywords)

    @property
    def batches_per_step(self) -> int:
        """How many of `fit`'s batches one step takes."""
        return self.discriminator_steps + (self.generator_steps if self.fresh_generator_images else 0)

    @property
    def steps_trained(self) -> int:
        """How many optimisation iterations the model has had."""
        return to_int(self.step)

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return [self.discriminator_loss_mean, self.generator_loss_mean, *self.gradient_norms]
