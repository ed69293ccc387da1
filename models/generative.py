"""A generator, its discriminator and its noise as one Keras model: labels, shapes, generating, saving; no training."""

import pathlib
from collections.abc import Sequence
from typing import Any, Self

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.errors import InputError, require_decay, require_positive_int, require_seed
from tfgan_metric.export import export_generator
from tfgan_metric.export.saved_model import IMAGES_AT_ONCE
from tfgan_metric.keras_private import BuiltModel
from tfgan_metric.latents import Latent, draw_inputs, random_stream
from tfgan_metric.models.arguments import checked_inputs, checked_labels, symbolic_call
from tfgan_metric.models.averaging import averaging_copy, move_average, refuse_shipping
from tfgan_metric.models.declaration import Declaration
from tfgan_metric.models.label_modes import LABEL_MODES
from tfgan_metric.precision import require_usual_settings
from tfgan_metric.replicas import local_rows

PARTS = ("generator", "discriminator", "latent")
RANDOM_STATE = "random_state_"


class GenerativeModel(Declaration, BuiltModel):
    """What every scheme has whatever its training; see `AdversarialModel`."""

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        latent: Latent,
        num_classes: int | None = None,
        label_mode: str | None = None,
        discriminator_sees_labels: bool | None = None,
        ema_momentum: float = 0.0,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        require_usual_settings()
        super().__init__(**kwargs)
        self.label_mode = self.resolve_label_mode(num_classes, label_mode)
        self.num_classes = None if num_classes is None else int(num_classes)
        self.discriminator_sees_labels = self.resolve_sees_labels(self.label_mode, discriminator_sees_labels)
        self.ema_momentum = require_decay("ema_momentum", ema_momentum)
        self.seed = require_seed("seed", seed)
        if not isinstance(latent, Latent):
            raise InputError(f"latent must be a Latent such as UniformLatent(100); got {latent!r}")
        self.generator, self.discriminator, self.latent = generator, discriminator, latent
        self._check_networks()
        self.averaged_generator = self.averaged_latent = None
        if ema_momentum:
            self.averaged_generator = averaging_copy(generator, self._call_symbolically)
            self.averaged_latent = averaging_copy(latent) if latent.weights else None
            refuse_shipping(generator)
        self._generate: tf.types.experimental.PolymorphicFunction | None = None
        self.built = True

    # What it is made of.

    @property
    def needs_labels(self) -> bool:
        """Whether `fit` needs labels."""
        return LABEL_MODES[self.label_mode].needs_labels(self.loss_uses_labels)

    @property
    def inference_generator(self) -> keras.Model:
        """The generator that `generate` and `export` use: the averaged one where there is one."""
        return self.averaged_generator or self.generator

    @property
    def inference_latent(self) -> Latent:
        """The latent that `generate` and `export` draw from: the averaged one where it is trained and averaged."""
        return self.averaged_latent or self.latent

    @property
    def inference_classes(self) -> int | None:
        """K where the generator takes labels, else None."""
        return self.num_classes if LABEL_MODES[self.label_mode].generator_sees else None

    @property
    def generator_variables(self) -> list[keras.Variable]:
        return [*self.generator.trainable_variables, *self.latent.trainable_variables]

    def generator_inputs(self, latents: tf.Tensor, labels: tf.Tensor) -> tf.Tensor | list[tf.Tensor]:
        """What the generator is called with: z, or [z, labels]."""
        return latents if self.inference_classes is None else [latents, labels]

    def discriminator_inputs(self, images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor | list[tf.Tensor]:
        """What the discriminator is called with: images, or [images, labels]."""
        return [images, labels] if self.discriminator_sees_labels else images

    def _check_networks(self) -> None:
        """Shapes of an image and of the discriminator's outputs, from a call of both networks without values."""
        images = self._call_symbolically(self.generator)
        if not isinstance(images, keras.KerasTensor) or len(images.shape) != 4:
            raise InputError(f"the generator must give images (B, height, width, channels); got {images}")
        self.image_shape = tuple(images.shape[1:])
        inputs = self.discriminator_inputs(images, keras.KerasTensor((2,), "int32"))
        outputs = symbolic_call(self.discriminator, inputs)
        self.outputs_shape = keras.tree.map_structure(lambda output: tuple(output.shape[1:]), outputs)
        self.check_outputs(self.outputs_shape)

    def _call_symbolically(self, generator: keras.Model) -> Any:
        latents, labels = keras.KerasTensor((2, self.latent.dimension)), keras.KerasTensor((2,), "int32")
        return symbolic_call(generator, self.generator_inputs(latents, labels))

    def check_outputs(self, shapes: Any) -> None:
        """Raises `InputError` where the discriminator's outputs, of these shapes after the batch, do not fit.

        EBGAN alone says this anew, for its outputs are two, one of an image's shape.
        """
        size = self.output_dimension(self.num_classes)
        fits = isinstance(shapes, tuple) and len(shapes) == 1 and size in (None, shapes[0])
        if not fits:
            wanted = f"(B, {'D' if size is None else size})"
            got = f"(B, {', '.join(map(str, shapes))})" if isinstance(shapes, tuple) else f"{len(shapes)} of them"
            raise InputError(
                f"{type(self).__name__} needs a discriminator whose outputs are {wanted}, {self.outputs}; got {got}"
            )

    def restart_average(self) -> None:
        """Puts the averaged generator, where there is one, where the trained one is."""
        for average, layer in ((self.averaged_generator, self.generator), (self.averaged_latent, self.latent)):
            if average is not None:
                average.set_weights(layer.get_weights())

    def update_average(self, updates: tf.Tensor) -> None:
        """Moves the averaged generator, where there is one, after an update that `updates` others came before."""
        if self.averaged_generator is not None:
            move_average(self.averaged_generator, self.generator, self.ema_momentum, updates)
        if self.averaged_latent is not None:
            move_average(self.averaged_latent, self.latent, self.ema_momentum, updates)

    def discriminate(self, images: tf.Tensor, labels: tf.Tensor, training: bool = True) -> Any:
        """D's outputs, float32."""
        outputs = self.discriminator(self.discriminator_inputs(images, labels), training=training)
        return keras.tree.map_structure(lambda output: tf.cast(output, tf.float32), outputs)

    def draw_partners(self, labels: tf.Tensor, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Draws z and a label for the partners of real images with `labels` (B,), by an int64 seed (2,).

        Both have B · `fakes_per_real` rows, the partners of one image in neighbouring ones.
        """
        if self.fakes_per_real > 1:
            labels = tf.repeat(labels, self.fakes_per_real)
        count = tf.shape(labels)[0]
        latents = local_rows(lambda rows: self.latent.sample(rows, seed), count)
        if not LABEL_MODES[self.label_mode].drawn:
            return latents, labels
        stream, classes = random_stream(seed, 3), self.num_classes
        return latents, local_rows(
            lambda rows: tf.random.stateless_uniform((rows,), stream, 0, classes, tf.int32, alg="philox"), count
        )

    # Generating.

    def call(self, inputs: tf.Tensor | list[tf.Tensor], training: bool = False) -> tf.Tensor:
        """Generates: z[, labels] -> images, by the generator that `generate` uses."""
        return self.inference_generator(inputs, training=training)

    def generate(self, count: int, labels: int | list[int] | np.ndarray | None = None, seed: int = 0) -> np.ndarray:
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
            labels = self.check_labels(labels, count)
        return self.generate_from(draw_inputs(self.inference_latent, self.inference_classes, count, seed, labels))

    def generate_from(self, inputs: Any) -> np.ndarray:
        """Generates from what the generator takes, z or [z, labels]; float32 NumPy array (B, H, W, C) in [-1, 1].

        Unlike `predict` it runs on one device, whatever the strategy. Raises `InputError` for other inputs.
        """
        inputs = checked_inputs(inputs, self.latent.dimension, self.inference_classes)
        latents = tf.TensorSpec((None, self.latent.dimension))
        specs = self.generator_inputs(latents, tf.TensorSpec((None,), tf.int32))
        if self._generate is None:
            self._generate = tf.function(self.__call__, input_signature=[specs])
        inputs = keras.tree.map_structure(lambda tensor, spec: tf.convert_to_tensor(tensor, spec.dtype), inputs, specs)
        images = []
        for first in range(0, len(keras.tree.flatten(inputs)[0]), IMAGES_AT_ONCE):
            rows = slice(first, first + IMAGES_AT_ONCE)
            chunk = keras.tree.map_structure(lambda tensor, rows=rows: tensor[rows], inputs)
            images.append(self._generate(chunk).numpy())
        return np.concatenate(images)

    def check_labels(self, labels: int | list[int] | np.ndarray, count: int) -> np.ndarray:
        """Labels as int32 (count,); raises `InputError` where the generator cannot use them."""
        return checked_labels(labels, count, self.inference_classes)

    def export(
        self, filepath: str | pathlib.Path, format: str | None = None, class_names: Sequence[str] | None = None
    ) -> None:
        """Writes the generator that `generate` uses, in a format; see `tfgan_metric.export.export_generator`."""
        of_generator = (self.inference_latent, self.inference_classes)
        export_generator(self.inference_generator, filepath, *of_generator, format, class_names)

    # Saving.

    def get_config(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in self.arguments()}
        parts = {name: keras.saving.serialize_keras_object(own[name]) for name in PARTS}
        return super().get_config() | own | parts

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        parts = {name: keras.saving.deserialize_keras_object(config[name]) for name in PARTS}
        return cls(**(config | parts))

    def save_own_variables(self, store: Any) -> None:
        super().save_own_variables(store)
        for index, state in enumerate(self.random_states()):
            store[f"{RANDOM_STATE}{index}"] = keras.ops.convert_to_numpy(state)

    def load_own_variables(self, store: Any) -> None:
        names = store.keys()  # a store cannot be iterated over itself
        super().load_own_variables({name: store[name] for name in names if not name.startswith(RANDOM_STATE)})
        for index, state in enumerate(self.random_states()):
            state.assign(store[f"{RANDOM_STATE}{index}"])

    def random_states(self) -> list[keras.Variable]:
        """Where Keras' own dropout and noise layers keep their place in the random sequence; Keras saves none."""
        networks = (self.generator, self.discriminator)
        weights = {id(weight) for network in networks for weight in network.weights}
        return [state for network in networks for state in network.variables if id(state) not in weights]
