"""Which formats there are, and which one a file's name means."""

import pathlib
from collections.abc import Sequence

import keras

from tfgan_metric.errors import InputError, choose
from tfgan_metric.export.conversion import write_litert, write_onnx
from tfgan_metric.export.saved_model import write_saved_model
from tfgan_metric.export.served import Served
from tfgan_metric.latents import Latent

FORMATS = {"tf_saved_model": write_saved_model, "onnx": write_onnx, "litert": write_litert}
ENDINGS = {".onnx": "onnx", ".tflite": "litert"}
OF_OTHERS = (".keras", ".h5", ".pb", ".pt", ".safetensors", ".zip")


def export_generator(
    generator: keras.Model,
    path: str | pathlib.Path,
    latent: Latent,
    num_classes: int | None = None,
    format: str | None = None,
    class_names: Sequence[str] | None = None,
) -> None:
    """Writes a generator for other programs.

    Every format holds serving_default(latents float32 (B, D)[, labels int32 (B,)]), which returns {"images"}, float32
    (B, H, W, C) in [-1, 1], for any batch size; a label outside 0..K-1 ends the call. A SavedModel has two more
    endpoints, each also a signature, whose images equal `AdversarialModel.generate`'s for the same seed:

    - sample(n int32, seed int64): n images; labels, where the generator takes them, drawn uniformly.
    - sample_labels(labels int32 (B,), seed int64): one image a label; only where the generator takes labels.

    The latents' distribution, K, the classes' names and the images' shape are beside it as JSON: ONNX has them as
    metadata, a .tflite file as the generator.json that `unzip` finds in it, a SavedModel as
    assets.extra/generator.json. ONNX and LiteRT are float32, whatever the generator's precision.

    Args:
        generator: z[, labels] -> images.
        path: of the folder or file to write; an earlier export there is replaced.
        latent: that z is drawn from.
        num_classes: K of a generator that takes labels, else None.
        class_names: of these K, if they have any.
        format: a key of FORMATS; None for what the ending of `path` says, .onnx or .tflite, else a SavedModel.
    Raises:
        InputError: an unknown format, or another one than the ending's; `path` holds something else, or cannot be
            written; a generator that the format cannot hold; ONNX without the package tf2onnx.
    """
    path = pathlib.Path(path)
    FORMATS[format_of(path, format)](Served(generator, latent, num_classes, class_names), path)


def format_of(path: str | pathlib.Path, format: str | None = None) -> str:
    """The key of FORMATS that is meant; raises `InputError` as `export_generator`."""
    ending = pathlib.Path(path).suffix.lower()
    if format is not None:
        choose("export format", format, FORMATS)
    if ending in OF_OTHERS:
        expected = f"a folder's name for a SavedModel, or one that ends in {' or '.join(ENDINGS)}"
        raise InputError(f"export writes no {ending} file; expected {expected}")
    meant = ENDINGS.get(ending, format or "tf_saved_model")
    if format not in (None, meant):
        raise InputError(f"{ending} is the ending of {meant!r}; got format {format!r}: leave one of them out")
    return meant
