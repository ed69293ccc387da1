"""A generator as one file of another runtime: ONNX, LiteRT."""

import dataclasses
import io
import json
import pathlib
import tempfile
import zipfile
from collections.abc import Callable

import keras
import tensorflow as tf

from tfgan_metric.errors import InputError, reason
from tfgan_metric.export.served import Served
from tfgan_metric.files import replacing
from tfgan_metric.keras_private import layers_within

OPSET = 18
DESCRIPTION = "generator.json"


def write_onnx(served: Served, path: pathlib.Path) -> None:
    """Writes the file; see `export_generator`."""
    _write(served, path, _onnx_bytes)


def write_litert(served: Served, path: pathlib.Path) -> None:
    """Writes the file; see `export_generator`."""
    _write(served, path, _litert_bytes)


def _write(served: Served, path: pathlib.Path, convert: Callable[[Served], bytes]) -> None:
    if path.is_dir():
        raise InputError(f"{path} is a folder; expected the name of a file to write")
    try:
        content = convert(dataclasses.replace(served, generator=_in_float32(served.generator)))
    except InputError:
        raise
    except Exception as error:  # whatever a converter raises
        raise InputError(f"{path.name} cannot hold this generator: {reason(error)}; export a SavedModel") from error
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def _onnx_bytes(served):
    try:
        import onnx
        import tf2onnx
    except ImportError as error:
        raise InputError("ONNX needs the package tf2onnx: pip install tf2onnx, or this one with [onnx]") from error
    serve = tf.function(served.serve, input_signature=served.signature)
    model, _ = tf2onnx.convert.from_function(serve, served.signature, opset=OPSET)
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    onnx.helper.set_model_props(model, {name: json.dumps(value) for name, value in served.description().items()})
    return model.SerializeToString()


class _StaticUpSampling2D(keras.layers.UpSampling2D):
    """Keras' own repeats by operations of which LiteRT knows no height."""

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        _, height, width, channels = inputs.shape
        rows, columns = self.size
        tall = tf.reshape(tf.tile(inputs[:, :, None], (1, 1, rows, 1, 1)), (-1, rows * height, width, channels))
        wide = tf.tile(tall[:, :, :, None], (1, 1, 1, columns, 1))
        return tf.reshape(wide, (-1, rows * height, columns * width, channels))


def _with_static_maps(generator):
    """The generator, or where it has an enlargement of Keras a copy with ours."""
    if not any(type(layer) is keras.layers.UpSampling2D for layer in generator.layers):
        return generator

    def clone(layer):
        cls = _StaticUpSampling2D if type(layer) is keras.layers.UpSampling2D else type(layer)
        return cls.from_config(layer.get_config())

    copy = keras.models.clone_model(generator, clone_function=clone)
    copy.set_weights(generator.get_weights())
    return copy


def _litert_bytes(served):
    served = dataclasses.replace(served, generator=_with_static_maps(served.generator))
    with tempfile.TemporaryDirectory() as folder:
        archive = keras.export.ExportArchive()
        archive.track(served.generator)
        archive.add_endpoint("serving_default", served.serve, input_signature=served.signature)
        archive.write_out(folder, verbose=False)
        model = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=["serving_default"]).convert()
    # The runtime reads no further than the model's end, where metadata of TensorFlow Lite too are files of a zip.
    content = io.BytesIO(model)
    with zipfile.ZipFile(content, "a") as files:
        files.writestr(DESCRIPTION, json.dumps(served.description()))
    return content.getvalue()


def _in_float32(generator):
    """The generator, or where it computes in half precision a copy that does not; its weights are float32 anyway."""
    if all(layer.compute_dtype == "float32" for layer in layers_within(generator)):
        return generator
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(generator))
    copy.set_weights(generator.get_weights())
    for layer in layers_within(copy):
        layer.dtype_policy = "float32"
    return copy
