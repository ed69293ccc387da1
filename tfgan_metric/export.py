"""A generator as a SavedModel that needs neither Keras nor this package."""

import pathlib

import keras
import tensorflow as tf

from tfgan_metric.errors import InputError
from tfgan_metric.files import replacing
from tfgan_metric.latents import Latent, draw_inputs

IMAGES_AT_ONCE = 256


def export_generator(
    generator: keras.Model, path: str | pathlib.Path, latent: Latent, num_classes: int | None = None
) -> None:
    """Writes a SavedModel folder with three endpoints, each also a signature that returns {"images"}.

    - serving_default(latents float32 (B, D)[, labels int32 (B,)]): images of these inputs.
    - sample(n int32, seed int64): n images; labels, where the generator takes them, drawn uniformly.
    - sample_labels(labels int32 (B,), seed int64): one image a label; only where the generator takes labels.

    Images are float32 (B, H, W, C) in [-1, 1] for any batch size, and equal `AdversarialModel.generate`'s for the
    same seed.

    Args:
        generator: z[, labels] -> images.
        path: of the folder to write; a SavedModel there is replaced.
        latent: that z is drawn from.
        num_classes: K of a generator that takes labels, else None.
    Raises:
        InputError: `path` holds something that is not a SavedModel, or cannot be written.
    """
    path = pathlib.Path(path)
    if path.exists() and not (path / "saved_model.pb").is_file():
        raise InputError(f"{path} exists and is not a SavedModel; choose another folder")

    last_class = (num_classes or 1) - 1
    latents, labels = keras.KerasTensor((None, latent.dimension)), keras.KerasTensor((None,), "int32")
    image_shape = generator.compute_output_spec(latents if num_classes is None else [latents, labels]).shape[1:]

    def images(inputs):
        return tf.cast(generator(inputs, training=False), tf.float32)

    def serve(latents):
        return {"images": images(latents)}

    def serve_labels(latents, labels):
        return {"images": images([latents, labels])}

    def sample(n, seed):
        return {"images": _in_parts(images, draw_inputs(latent, num_classes, n, seed), image_shape)}

    def sample_labels(labels, seed):
        message = f"labels must lie in 0..{last_class}"
        tf.debugging.Assert(tf.reduce_all((labels >= 0) & (labels <= last_class)), [message])
        inputs = draw_inputs(latent, num_classes, tf.shape(labels)[0], seed, labels)
        return {"images": _in_parts(images, inputs, image_shape)}

    latents_spec = tf.TensorSpec((None, latent.dimension), tf.float32, name="latents")
    labels_spec = tf.TensorSpec((None,), tf.int32, name="labels")
    count_spec, seed_spec = tf.TensorSpec((), tf.int32, name="n"), tf.TensorSpec((), tf.int64, name="seed")
    archive = keras.export.ExportArchive()
    archive.track(generator)
    archive.track(latent)
    if num_classes is None:
        archive.add_endpoint("serving_default", serve, input_signature=[latents_spec])
    else:
        archive.add_endpoint("serving_default", serve_labels, input_signature=[latents_spec, labels_spec])
        archive.add_endpoint("sample_labels", sample_labels, input_signature=[labels_spec, seed_spec])
    archive.add_endpoint("sample", sample, input_signature=[count_spec, seed_spec])
    with replacing(path) as temporary:
        archive.write_out(str(temporary), verbose=False)


def _in_parts(generate, inputs, image_shape):
    """Generates a few images at a time, so that memory grows by no more than the images themselves."""
    count = tf.shape(tf.nest.flatten(inputs)[0])[0]
    number = -(-count // IMAGES_AT_ONCE)

    def write(index, parts):
        rows = slice(index * IMAGES_AT_ONCE, (index + 1) * IMAGES_AT_ONCE)
        return index + 1, parts.write(index, generate(tf.nest.map_structure(lambda tensor: tensor[rows], inputs)))

    parts = tf.TensorArray(tf.float32, number, infer_shape=False, element_shape=(None, *image_shape))
    _, parts = tf.while_loop(lambda index, _: index < number, write, (0, parts), parallel_iterations=1)
    return parts.concat()
