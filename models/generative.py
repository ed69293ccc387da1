"""A generator, its discriminator and its noise as one Keras model: labels, shapes, generating, saving; no training."""

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.errors import InputError, require_bool, require_decay, require_positive_int, require_seed
from tfgan_metric.export import IMAGES_AT_ONCE, export_generator
from tfgan_metric.latents import Latent, UniformLatent, draw_inputs
from tfgan_metric.models.averaging import averaging_copy, move_average

PARTS = ("generator", "discriminator", "latent")
RANDOM_STATE = "random_state_"
GENERATOR_TAKES_LABELS = ("conditional", "predefined")


class GenerativeModel(keras.Model):
    """What every scheme has whatever its training; see `AdversarialModel`."""

    label_modes: tuple[str, ...] = ("none", "conditional")
    modes_without_labels: tuple[str, ...] = ("none",)  # in which `fit` needs none
    outputs = "1 logit"  # of the discriminator
    feature_dimension = None  # of a metric scheme's features in the paper; the discriminator may give any number
    default_network = "dcgan"
    discriminator_batch_norm = True
    sees_labels = False  # whether a conditional discriminator takes the labels too, in the paper
    needs_classes = False  # K also where `fit` needs no labels

    def __init__(
        self,
        generator,
        discriminator,
        latent,
        num_classes=None,
        label_mode=None,
        discriminator_sees_labels=None,
        ema_momentum=0.0,
        seed=0,
        **kwargs,
    ):
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
        self._generate = None
        self.built = True

    # What it is made of.

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

    @classmethod
    def output_dimension(cls, num_classes):
        """How many outputs the discriminator must have for K classes; None for any number."""
        return 1 if cls.feature_dimension is None else None

    @classmethod
    def choose_network(cls, label_mode):
        """The key of NETWORKS that the scheme's paper has, for a label mode."""
        return cls.default_network

    @staticmethod
    def default_latent(dimension):
        """The latent distribution of the scheme's paper."""
        return UniformLatent(dimension, low=-1.0, high=1.0)

    @property
    def uses_labels(self):
        """Whether `fit` needs labels."""
        return self.label_mode not in self.modes_without_labels

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

    def generator_inputs(self, latents, labels):
        """What the generator is called with: z, or [z, labels]."""
        return latents if self.inference_classes is None else [latents, labels]

    def discriminator_inputs(self, images, labels):
        """What the discriminator is called with: images, or [images, labels]."""
        return [images, labels] if self.discriminator_sees_labels else images

    def _check_networks(self):
        """Shapes of an image and of the discriminator's outputs, from a call of both networks without values."""
        images = self._call_symbolically(self.generator)
        if not isinstance(images, keras.KerasTensor) or len(images.shape) != 4:
            raise InputError(f"the generator must give images (B, height, width, channels); got {images}")
        self.image_shape = tuple(images.shape[1:])
        inputs = self.discriminator_inputs(images, keras.KerasTensor((2,), "int32"))
        outputs = _symbolic_call(self.discriminator, inputs)
        self.outputs_shape = keras.tree.map_structure(lambda output: tuple(output.shape[1:]), outputs)
        self.check_outputs(self.outputs_shape)

    def _call_symbolically(self, generator):
        latents, labels = keras.KerasTensor((2, self.latent.dimension)), keras.KerasTensor((2,), "int32")
        return _symbolic_call(generator, self.generator_inputs(latents, labels))

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

    def restart_average(self):
        """Puts the averaged generator, where there is one, where the trained one is."""
        for average, layer in ((self.averaged_generator, self.generator), (self.averaged_latent, self.latent)):
            if average is not None:
                average.set_weights(layer.get_weights())

    def update_average(self, updates):
        """Moves the averaged generator, where there is one, after an update that `updates` others came before."""
        if self.averaged_generator is not None:
            move_average(self.averaged_generator, self.generator, self.ema_momentum, updates)
        if self.averaged_latent is not None:
            move_average(self.averaged_latent, self.latent, self.ema_momentum, updates)

    # Generating.

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
            labels = self.check_labels(labels, count)
        return self.generate_from(draw_inputs(self.inference_latent, self.inference_classes, count, seed, labels))

    def generate_from(self, inputs):
        """Generates from what the generator takes, z or [z, labels]; float32 NumPy array (B, H, W, C) in [-1, 1].

        Unlike `predict` it runs on one device, whatever the strategy.
        """
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

    def check_labels(self, labels, count):
        """Labels as int32 (count,); raises `InputError` where the generator cannot use them."""
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

    # Saving.

    def get_config(self):
        names = ("num_classes", "label_mode", "discriminator_sees_labels", "ema_momentum", "seed")
        return (
            super().get_config()
            | {name: getattr(self, name) for name in names}
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
        """Where Keras' own dropout and noise layers keep their place in the random sequence; Keras saves none."""
        networks = (self.generator, self.discriminator)
        weights = {id(weight) for network in networks for weight in network.weights}
        return [state for network in networks for state in network.variables if id(state) not in weights]


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
