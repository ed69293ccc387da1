"""A classifier of the data set itself: its training, its file, and what it makes of images."""

import functools
import hashlib
import json
import pathlib
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.data.catalog import Data, is_folder
from tfgan_metric.data.pipeline import float_images, shuffled_batches
from tfgan_metric.data.split import Split
from tfgan_metric.errors import MOST_NAMED, InputError, choose, reason, require_positive_int
from tfgan_metric.evaluation.cache import cache_folder
from tfgan_metric.evaluation.densenet import PRESETS, augment, densenet_bc
from tfgan_metric.evaluation.extractor import Extractor, file_sha256, run_in_parts
from tfgan_metric.evaluation.resize import require_images
from tfgan_metric.files import replacing, write_json
from tfgan_metric.metrics.arrays import require_distribution
from tfgan_metric.metrics.inception_score import log_marginal, log_softmax

LEARNING_RATE, MOMENTUM = 0.1, 0.9
WEIGHT_DECAY = 1e-3  # Keras' goes around the momentum, so it is the paper's 1e-4 divided by 1 - 0.9
MIRRORED = ("cifar10", "tiny_imagenet")  # where a mirror image keeps its class, as a digit does not
IMAGES_AT_ONCE = 128
SHIPPED = {"embedded_mnist": pathlib.Path(__file__).with_name("embedded_mnist.keras")}
RECORDED = ("data", "preset", "epochs", "seed", "held_out_accuracy", "train_marginal", "image_shape", "sha256")


class DatasetClassifier(Extractor):
    """A trained classifier of a data set.

    Attributes:
        record: that of its file, which has the keys RECORDED.
        train_marginal: the mean of its probabilities over the training images, float64 (K,).
    """

    def __init__(self, network: keras.Model, record: dict) -> None:
        self.record = record
        self.name = f"{record['preset']} DenseNet-BC of {record['data']}"
        self.sha256 = record["sha256"]
        self.train_marginal = np.array(record["train_marginal"])
        self._run = _inference(network)

    def require_classes_of(self, data: Data) -> None:
        """Raises `InputError` where its classes are not those of a folder's data, in the same order.

        A record of an earlier version has no names: its classes were sorted by their letters.
        """
        if data.class_names is None or not is_folder(data.name):
            return
        known = self.record.get("class_names", sorted(data.class_names))
        if known != data.class_names:
            named = [", ".join(names[:MOST_NAMED]) for names in (data.class_names, known)]
            raise InputError(
                f"a classifier of {data.name} must have its classes, {named[0]}; got {named[1]}: train it again by "
                "`tfgan-metric train-classifier`"
            )

    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        images, shape = require_images(images), self.record["image_shape"]
        if list(images.shape[1:]) != shape:
            takes = f"the classifier of {self.record['data']} takes images of shape (B, {', '.join(map(str, shape))})"
            raise InputError(f"{takes}; got {images.shape}: train one of your data by `tfgan-metric train-classifier`")
        return self._run(images)


def make_classifier(
    data: Data, path: str | pathlib.Path, preset: str, epochs: int, seed: int = 0, callbacks: Sequence = ()
) -> DatasetClassifier:
    """Trains a data set's classifier and leaves it in a file, with its record beside it.

    Args:
        data: with labels and a held-out part.
        path: of the .keras file; the record's is the same but for its ending, .json.
        preset, epochs, seed, callbacks: as `train_classifier`.
    Raises:
        InputError: data without labels or without a held-out part, or as `train_classifier`.
    """
    if data.num_classes is None or data.held_out is None:
        lacks = f"a classifier needs labels and held-out images; data {data.name!r} lack one"
        raise InputError(f"{lacks}: choose others, or hold out a share of a folder with --held-out")
    batch_size = choose("preset", preset, PRESETS).batch_size
    mirror = data.name in MIRRORED
    network, accuracy = train_classifier(
        data.train, data.held_out, data.num_classes, preset, epochs, batch_size, seed, callbacks, mirror
    )
    _, logits = _inference(network)(data.train.pixels)
    record = {
        "data": data.name,
        "preset": preset,
        "epochs": epochs,
        "seed": seed,
        "held_out_accuracy": accuracy,
        "train_marginal": np.exp(log_marginal(log_softmax(logits))).tolist(),
    } | ({"class_names": data.class_names} if data.class_names else {})
    save_classifier(network, path, record)
    return load_classifier(pathlib.Path(path))


def train_classifier(
    train: Split,
    held_out: Split,
    num_classes: int,
    preset: str,
    epochs: int,
    batch_size: int = 64,
    seed: int = 0,
    callbacks: Sequence = (),
    mirror: bool = False,
) -> tuple[keras.Model, float]:
    """Trains a DenseNet-BC on augmented images, by SGD whose learning rate decays to 0.

    Args:
        train: images (N, H, W, C) with labels in 0..K-1.
        held_out: what the accuracy is measured on; it has no other use.
        preset: a key of `PRESETS`.
        epochs: how often each image is used.
        batch_size: of a step; an epoch has N // batch_size.
        seed: of weights, order and shifts; Keras' global seed is set to it.
        mirror: whether a mirrored image keeps its class; a preset that mirrors does so only then.
    Returns:
        (network, accuracy): what `densenet_bc` builds, and the share of held-out images, rounded to uint8, that it
        recognises.
    Raises:
        InputError: an unknown preset, or images, labels or numbers that do not fit.
    Source: Huang et al. 2017 (arXiv:1608.06993), section 4.2; the decay is a cosine instead of two steps, and what
        cannot be mirrored is shifted all the same, where they leave SVHN as it is.
    """
    size = choose("preset", preset, PRESETS)
    shape = train.shape
    if held_out.shape != shape:
        raise InputError(f"held-out images must have the shape of training ones, {shape}; got {held_out.shape}")
    batches = float_images(shuffled_batches(train.pixels, train.labels, batch_size, seed))
    steps_an_epoch = len(train) // batch_size
    steps = require_positive_int("epochs", epochs) * steps_an_epoch
    keras.utils.set_random_seed(seed)
    network = densenet_bc(shape, num_classes, size.depth, size.growth)
    images = keras.Input(shape)
    model = keras.Model(images, network(augment(images, size, mirror))[1], name="training")
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.SGD(rate, MOMENTUM, nesterov=True, weight_decay=WEIGHT_DECAY)
    model.compile(optimizer, loss, jit_compile=False)  # on a CPU XLA gains less than it compiles
    keywords = {"epochs": epochs, "steps_per_epoch": steps_an_epoch, "shuffle": False}
    model.fit(batches, verbose=0, callbacks=list(callbacks), **keywords)
    _, logits = _inference(network)(held_out.pixels)
    return network, float(np.mean(logits.argmax(axis=1) == held_out.labels))


def _inference(network):
    """The network as a function of uint8 images, in parts -> NumPy (features, logits)."""

    @tf.function(input_signature=[tf.TensorSpec(network.input_shape, tf.uint8)], autograph=False)
    def run(images):
        # In the graph TensorFlow multiplies by the reciprocal, so `to_float` would change the outputs' last bits.
        return network(tf.cast(images, tf.float32) / 127.5 - 1.0, training=False)

    return functools.partial(run_in_parts, run, size=IMAGES_AT_ONCE)


def save_classifier(network: keras.Model, path: str | pathlib.Path, record: dict) -> None:
    """Writes a classifier's .keras file, then its record beside it: each whole or not at all.

    Args:
        network: what `densenet_bc` builds.
        path: of the .keras file; the record's is the same but for its ending, .json.
        record: of data, preset, epochs, seed, held_out_accuracy and train_marginal.
    Raises:
        InputError: a name that does not end in .keras, or a folder that cannot be written to.
    """
    path = pathlib.Path(path)
    if path.suffix != ".keras":
        raise InputError(f"a classifier's file must end in .keras; got {str(path)!r}")
    with replacing(path) as temporary:
        network.save(temporary)
    record = record | {"image_shape": list(network.input_shape[1:]), "sha256": file_sha256(path)}
    write_json(path.with_suffix(".json"), record)


def classifier_file(data_name: str) -> pathlib.Path:
    """The path in the cache folder where the classifier of a data set belongs; a folder's has a hash of its place."""
    if is_folder(data_name):
        folder = pathlib.Path(data_name).resolve()
        data_name = f"{folder.name}-{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"
    return cache_folder() / "classifiers" / f"{data_name}.keras"


def load_classifier(data_name_or_path: str | pathlib.Path) -> DatasetClassifier:
    """Loads a data set's classifier from the cache folder, else the one that ships with the package, or any by path.

    Args:
        data_name_or_path: a data set's name, or the path of a .keras file with its record beside it.
    Raises:
        InputError: no such file, one that is damaged or holds something else, or one that its record does not match.
    """
    path = _find(data_name_or_path)
    record_file = path.with_suffix(".json")
    again = "train it again by `tfgan-metric train-classifier`"
    try:
        record = json.loads(record_file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{record_file} is not the record of a classifier: {error}; {again}") from error
    if not isinstance(record, dict) or not record.keys() >= set(RECORDED):
        raise InputError(f"{record_file} is not the record of a classifier, with {', '.join(RECORDED)}; {again}")
    found = file_sha256(path)
    if found != record["sha256"]:
        raise InputError(f"{path} must have the SHA-256 of its record, {record['sha256']}; got {found}: {again}")
    try:
        network = keras.saving.load_model(path, compile=False)
        shapes = [tuple(output.shape[1:]) for output in network.outputs]
    except Exception as error:  # Keras, zipfile, h5py and json each raise their own
        raise InputError(f"{path} is damaged or no classifier: {reason(error)}; {again}") from error
    if list(network.input_shape[1:]) != record["image_shape"] or [len(shape) for shape in shapes] != [1, 1]:
        raise InputError(f"{path} must take images {record['image_shape']} to features and logits; {again}")
    require_distribution(f"train_marginal in {record_file}", record["train_marginal"], shapes[1][0])
    return DatasetClassifier(network, record)


def _find(data_name_or_path):
    path, name = pathlib.Path(data_name_or_path), str(data_name_or_path)
    if path.suffix == ".keras":
        name = path.stem
    else:
        path = classifier_file(name)
        path = path if path.is_file() else SHIPPED.get(name, path)
    if not path.is_file():
        raise InputError(f"there is no classifier at {path}; make it by `tfgan-metric train-classifier --data {name}`")
    return path
