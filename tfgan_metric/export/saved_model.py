"""A generator as a SavedModel."""

import json
import pathlib

import keras
import tensorflow as tf

from tfgan_metric.errors import InputError
from tfgan_metric.export.served import Served
from tfgan_metric.files import replacing
from tfgan_metric.latents import draw_inputs

IMAGES_AT_ONCE = 256
DESCRIPTION = "assets.extra/generator.json"  # a folder that TensorFlow leaves to others


def write_saved_model(served: Served, path: pathlib.Path) -> None:
    """Writes the folder; see `export_generator`."""
    if path.exists() and not (path / "saved_model.pb").is_file():
        raise InputError(f"{path} exists and is not a SavedModel; choose another folder")
    with replacing(path) as temporary:
        _archive(served).write_out(str(temporary), verbose=False)
        description = temporary / DESCRIPTION
        description.parent.mkdir()
        description.write_text(json.dumps(served.description()), encoding="utf-8")


def exported_class_names(path: pathlib.Path) -> list[str] | None:
    """The names of an exported generator's classes; None where it has none."""
    try:
        names = json.loads((path / DESCRIPTION).read_text(encoding="utf-8"))["class_names"]
    except (OSError, ValueError, TypeError, KeyError):  # of another version, or damaged: the names alone are lost
        return None
    return names if isinstance(names, list) else None


def _archive(served: Served) -> keras.export.ExportArchive:
    def sample(n, seed):
        inputs = draw_inputs(served.latent, served.num_classes, n, seed)
        return {"images": _in_parts(served.images, inputs, served.image_shape)}

    def sample_labels(labels, seed):
        labels = served.known_labels(labels)
        inputs = draw_inputs(served.latent, served.num_classes, tf.shape(labels)[0], seed, labels)
        return {"images": _in_parts(served.images, inputs, served.image_shape)}

    count, seed = tf.TensorSpec((), tf.int32, name="n"), tf.TensorSpec((), tf.int64, name="seed")
    archive = keras.export.ExportArchive()
    archive.track(served.generator)
    archive.track(served.latent)
    archive.add_endpoint("serving_default", served.serve, input_signature=served.signature)
    if served.num_classes is not None:
        archive.add_endpoint("sample_labels", sample_labels, input_signature=[served.signature[1], seed])
    archive.add_endpoint("sample", sample, input_signature=[count, seed])
    return archive


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
