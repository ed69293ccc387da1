"""The papers' Inception network: found on the machine or fetched, read from either of its two formats."""

import collections.abc
import contextlib
import functools
import gzip
import hashlib
import http.client
import io
import os
import pathlib
import posixpath
import tarfile
import tempfile
import urllib.request
import zlib

import numpy as np
import tensorflow as tf
from google.protobuf.message import DecodeError

from tfgan_metric.errors import InputError, choose, reason
from tfgan_metric.evaluation.cache import cache_folder
from tfgan_metric.evaluation.extractor import Extractor, file_sha256, run_in_parts
from tfgan_metric.evaluation.resize import RESIZE_MODES, SIDE, require_images, resize_for_inception
from tfgan_metric.files import replacing

HANDLE = "https://tfhub.dev/tensorflow/tfgan/eval/inception/1"
DOWNLOAD = f"{HANDLE}?tf-hub-format=compressed"
DOWNLOAD_TIMEOUT = 20  # seconds without a byte
SAVED_MODEL = "saved_model"
GRAPH, ARCHIVE = "classify_image_graph_def.pb", "inception-2015-12-05.tgz"
ACCEPTED = f"a SavedModel folder of TF-GAN's Inception, {GRAPH} or {ARCHIVE}"

IMAGES = tf.TensorSpec((None, SIDE, SIDE, 3), tf.float32, name="images")
INPUT, FEATURES, LOGITS = "ExpandDims", "pool_3", "softmax/logits/MatMul"
IMAGES_AT_ONCE = 64
UNREADABLE = (
    *(OSError, EOFError, ValueError, TypeError, LookupError),
    *(zlib.error, tarfile.TarError, DecodeError, tf.errors.OpError),
)


class Inception(Extractor):
    """Inception v3 of 2015: features are pool_3, logits pool_3 · W without the bias, as the papers have it.

    Args and Raises as `load_inception`.
    """

    resize: str
    metric_names = ("fid", "kid", "inception_score")
    term_names = ("inception_marginal_entropy", "inception_sample_entropy")

    def __init__(self, path: str | pathlib.Path, resize: str, sha256: str | None = None) -> None:
        path = pathlib.Path(path)
        if not path.exists():
            raise InputError(f"{path} does not exist; expected {ACCEPTED}")
        self.resize = resize
        with _reading(path):
            self.sha256 = file_sha256(path)
        if sha256 is not None and sha256.lower() != self.sha256:
            expected = f"{path} must have the SHA-256 {sha256}"
            raise InputError(f"{expected}; got {self.sha256}: name another file, or no hash")
        with _reading(path):
            self.name, network = _read_saved_model(path) if path.is_dir() else _read_frozen_graph(path)
            self._network = tf.function(network, input_signature=[IMAGES], autograph=False)
            shapes = [output.shape for output in self._network(tf.zeros((1, SIDE, SIDE, 3)))]
            if [shape.rank for shape in shapes] != [2, 2]:
                raise ValueError(f"{FEATURES} and logits must be (B, D) and (B, K); got {shapes[0]} and {shapes[1]}")

    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        def run(part):
            return self._network(resize_for_inception(part, self.resize))

        return run_in_parts(run, require_images(images), IMAGES_AT_ONCE)


def load_inception(path: str | pathlib.Path | None = None, resize: str = "tf1", sha256: str | None = None) -> Inception:
    """Loads Inception from `path`, else from TF-Hub's cache, our cache folder or TF-Hub, in this order.

    Args:
        path: a SavedModel folder that maps images (B, 299, 299, 3) in [-1, 1] to {"logits" (B, K), "pool_3" (B, D)},
            `classify_image_graph_def.pb`, or the `inception-2015-12-05.tgz` that holds it; None to look for one.
        resize: how images are brought to 299×299, one of `RESIZE_MODES`.
        sha256: what the file or folder must hash to by `file_sha256`; None for anything.
    Raises:
        InputError: an unknown resize mode, no network to be had, one that cannot be read, or one of another hash.
    """
    choose("resize mode", resize, RESIZE_MODES)
    found = _local_copy() if path is None else pathlib.Path(path)
    return Inception(found or _download(), resize, sha256)


@contextlib.contextmanager
def _reading(path):
    """Makes one line of whatever TensorFlow, protobuf, gzip or tarfile say of a file that they cannot read."""
    try:
        yield
    except UNREADABLE as error:
        damage = f"is damaged: {reason(error)}"
        raise InputError(f"{path} is not {ACCEPTED}, or {damage}; name another or remove it") from error


def _read_saved_model(path):
    """(name, function from images float32 (B, 299, 299, 3) in 0..255 to (features, logits))."""
    root = tf.saved_model.load(str(path))
    call = root if callable(root) else functools.partial(_serve, root)

    def network(images):
        outputs = call((images - 128.0) / 128.0)
        if not isinstance(outputs, collections.abc.Mapping) or not {FEATURES, "logits"} <= set(outputs):
            raise ValueError(f"it must return {FEATURES} and logits by name")
        features, logits = (tf.cast(outputs[name], tf.float32) for name in (FEATURES, "logits"))
        return (tf.squeeze(features, (1, 2)) if features.shape.rank == 4 else features), logits

    return "tfgan-inception", network


def _serve(root, images):
    if "serving_default" not in root.signatures:
        raise ValueError("it can neither be called nor has it the signature serving_default")
    signature = root.signatures["serving_default"]
    _, inputs = signature.structured_input_signature
    if len(inputs) != 1:
        raise ValueError(f"it must take images alone; it takes {', '.join(inputs)}")
    return signature(**{name: images for name in inputs})


def _read_frozen_graph(path):
    """As `_read_saved_model`; the graph scales the pixels itself."""
    graph = tf.compat.v1.GraphDef.FromString(_graph_bytes(path))
    nodes = {node.name: node for node in graph.node}
    missing = {INPUT, FEATURES, LOGITS} - set(nodes)
    if missing:
        raise ValueError(f"it has no node {' and no node '.join(sorted(missing))}")
    weights = nodes[LOGITS].input[1]
    wanted = [f"{FEATURES}:0", weights if ":" in weights else f"{weights}:0"]
    _replace_old_batch_norms(graph)

    def network(images):
        # Mapped instead of fed, for the graph fixes the batch at 1.
        pool, matrix = tf.graph_util.import_graph_def(graph, {f"{INPUT}:0": images}, wanted)
        features = tf.squeeze(pool, (1, 2))
        return features, tf.matmul(features, matrix)

    wrapped = tf.compat.v1.wrap_function(network, [IMAGES])
    return "inception-2015", wrapped.prune(wrapped.inputs, wrapped.outputs)


def _graph_bytes(path):
    if path.suffix == ".pb":
        return path.read_bytes()
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(path.read_bytes()))) as archive:
        for member in archive:
            if member.isfile() and posixpath.basename(member.name) == GRAPH:
                return archive.extractfile(member).read()  # type: ignore[union-attr]
    raise ValueError(f"it holds no {GRAPH}")


def _replace_old_batch_norms(graph):
    """Says batch normalization by the operation of today: TensorFlow runs the one of 2015 in sessions alone."""
    for node in [node for node in graph.node if node.op == "BatchNormWithGlobalNormalization"]:
        images, mean, variance, offset, scale = node.input
        dtype, epsilon = node.attr["T"], node.attr["variance_epsilon"]
        if not node.attr["scale_after_normalization"].b:
            scale = f"{node.name}/no_scale"
            graph.node.add(name=scale, op="OnesLike", input=[variance], attr={"T": dtype})
        attributes = {"T": dtype, "U": dtype, "epsilon": epsilon, "is_training": tf.compat.v1.AttrValue(b=False)}
        inputs = [images, scale, offset, mean, variance]
        node.CopyFrom(tf.compat.v1.NodeDef(name=node.name, op="FusedBatchNormV3", input=inputs, attr=attributes))


def _local_copy():
    hub = os.environ.get("TFHUB_CACHE_DIR") or os.path.join(tempfile.gettempdir(), "tfhub_modules")
    hub_copy = pathlib.Path(hub) / hashlib.sha1(HANDLE.encode()).hexdigest()
    candidates = [hub_copy, *(cache_folder() / "inception" / name for name in (SAVED_MODEL, GRAPH, ARCHIVE))]
    return next((path for path in candidates if path.exists()), None)


def _download():
    folder = cache_folder() / "inception" / SAVED_MODEL
    try:
        with urllib.request.urlopen(DOWNLOAD, timeout=DOWNLOAD_TIMEOUT) as response, replacing(folder) as temporary:
            with tarfile.open(fileobj=response, mode="r|gz") as archive:
                archive.extractall(temporary, filter="data")
            if not (temporary / "saved_model.pb").is_file():
                raise tarfile.TarError("it holds no SavedModel")
    except (OSError, EOFError, http.client.HTTPException, zlib.error, tarfile.TarError) as error:
        lacking = f"no Inception network in {folder.parent}, and its download failed: {error}"
        mend = f"put TF-GAN's SavedModel there as {SAVED_MODEL}, or {GRAPH} or {ARCHIVE}; or name one: --inception PATH"
        raise InputError(f"{lacking}; {mend}") from error
    return folder
