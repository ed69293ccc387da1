"""What a discriminator has learned of real images: its features under a linear classifier, its outputs as a metric."""

import hashlib

import keras
import numpy as np
import tensorflow as tf
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from tfgan_metric.data.catalog import Data
from tfgan_metric.data.split import Split
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation.extraction import BATCH
from tfgan_metric.evaluation.extractor import in_parts
from tfgan_metric.evaluation.protocol import Result, library_versions

GRID = 4
ACTIVATIONS = (keras.layers.LeakyReLU, keras.layers.ReLU, keras.layers.Activation)
REGULARISATIONS = (1e-4, 1e-3, 1e-2)
IMAGES_A_CLASS = 5  # a fifth of which is set aside
NEIGHBOURS = 5
RECALL_RANKS = (1, 2, 4, 8)


def pooled_features(discriminator: keras.Model, images: np.ndarray, raw_pixels: bool = False) -> np.ndarray:
    """Activations of every convolution, each max-pooled to a 4×4 grid, side by side: float32 (N, features).

    A map that is smaller is repeated. The `metric` and `mbgan` networks give 16 · (64 + 128 + 256 + 512) = 15,360
    numbers a 32×32 image at width 1, the paper's 18,432 with the 3,072 raw pixels.

    Args:
        discriminator: a functional model that takes images alone.
        images: float (N, H, W, C) in [-1, 1].
        raw_pixels: append the image itself.
    Raises:
        InputError: no convolution followed by an activation.
    Source: MBGAN, section 4.2, after Radford et al. 2016 (arXiv:1511.06434), section 5.1.
    """
    network = keras.Model(discriminator.inputs, _activation_maps(discriminator))

    @tf.function
    def pool(batch):
        pooled = [_max_pool_to_grid(map_) for map_ in keras.tree.flatten(network(batch, training=False))]
        return tf.concat([*pooled, *([keras.layers.Flatten()(batch)] if raw_pixels else [])], axis=1)

    return _in_batches(pool, images)


def _activation_maps(discriminator):
    maps = [layer.output for layer in discriminator.layers if isinstance(layer, ACTIVATIONS) and layer.output.ndim == 4]
    if not maps:
        raise InputError("the discriminator has no convolution's activation to take features from")
    return maps


def _max_pool_to_grid(maps):
    """(B, H, W, C) -> (B, 16 C): the maximum of each cell; cells of a map smaller than the grid overlap."""
    _, height, width, _ = maps.shape
    cells = [
        tf.reduce_max(maps[:, top:bottom, left:right], axis=(1, 2))
        for top, bottom in _cells(height)
        for left, right in _cells(width)
    ]
    return tf.cast(tf.concat(cells, axis=1), tf.float32)


def _cells(side):
    return [(cell * side // GRID, -(-(cell + 1) * side // GRID)) for cell in range(GRID)]


def _in_batches(function, images):
    return np.concatenate([function(tf.constant(batch)).numpy() for batch in in_parts(images, BATCH)])


def svm_accuracy(
    train_features: np.ndarray,
    train_labels: np.ndarray,
    test_features: np.ndarray,
    test_labels: np.ndarray,
    seed: int = 0,
) -> tuple[float, float]:
    """Test accuracy of a linear L2-SVM (squared hinge) on standardised features.

    Its regularisation C is the best of 1e-4, 1e-3 and 1e-2 on a fifth of the training images set aside; then all train.
    Time grows with images times features: 4,000 images of 3,840 features take four minutes of a core. Returns the
    accuracy in [0, 1] and C.
    """

    def fitted(regularisation, features, labels):
        # of 4,000 images with 3,840 features the dual took 15 and 69 s at the first two C, the primal 107 and 183
        machine = LinearSVC(C=regularisation, dual=True, random_state=seed, max_iter=5000)
        return make_pipeline(StandardScaler(), machine).fit(features, labels)

    parts = train_test_split(train_features, train_labels, test_size=0.2, random_state=seed, stratify=train_labels)
    fit_features, check_features, fit_labels, check_labels = parts
    scores = {c: fitted(c, fit_features, fit_labels).score(check_features, check_labels) for c in REGULARISATIONS}
    best = max(scores, key=lambda c: scores[c])
    return fitted(best, train_features, train_labels).score(test_features, test_labels), best


def embedding_scores(
    train_embeddings: np.ndarray, train_labels: np.ndarray, test_embeddings: np.ndarray, test_labels: np.ndarray
) -> dict[str, float]:
    """How well distances between a discriminator's outputs tell classes apart.

    Returns:
        `knn_accuracy`, of 5 nearest training images' majority; `recall_at_k`, k = 1, 2, 4, 8: the share of test
        images with one of their class among the k nearest other test images.
    Source: recall as in Oh Song et al. 2016 (arXiv:1511.06452), section 6.
    """
    neighbours = KNeighborsClassifier(NEIGHBOURS).fit(train_embeddings, train_labels)
    scores = {"knn_accuracy": neighbours.score(test_embeddings, test_labels)}
    _, nearest = NearestNeighbors(n_neighbors=max(RECALL_RANKS)).fit(test_embeddings).kneighbors()  # not itself
    same = test_labels[nearest] == test_labels[:, None]
    return scores | {f"recall_at_{rank}": same[:, :rank].any(axis=1).mean() for rank in RECALL_RANKS}


def require_discriminator(asked: bool, raw_pixels: bool, svm_images: int | None) -> None:
    """Raises `InputError` where settings of its linear classifier are given and it is not asked for."""
    if (raw_pixels or svm_images is not None) and not asked:
        raise InputError("--raw-pixels and --svm-images are for the discriminator's features: add --discriminator")


def require_measurable(discriminator: keras.Model, data: Data, svm_images: int | None = None) -> Split:
    """Returns the held-out images, or raises the `InputError` of `discriminator_results` without its work."""
    if data.held_out is None or data.train.labels is None or data.num_classes is None:
        raise InputError(f"the discriminator's features need labels and held-out images; {data.name} lacks them")
    if len(discriminator.inputs) != 1:
        raise InputError("the discriminator takes labels: its features would give them away; choose another model")
    _activation_maps(discriminator)
    needed = IMAGES_A_CLASS * data.num_classes
    if svm_images is not None and svm_images < needed:
        raise InputError(f"the SVM needs {IMAGES_A_CLASS} images a class, {needed} in all; got svm_images={svm_images}")
    return data.held_out


def discriminator_results(
    discriminator: keras.Model, data: Data, about: dict, raw_pixels: bool = False, svm_images: int | None = None
) -> list[Result]:
    """Trains and tests on a discriminator's view of real images: svm_accuracy, knn_accuracy and recall_at_1, 2, 4, 8.

    Args:
        discriminator: a functional model that takes images alone.
        data: with labels and held-out images, which are the test.
        about: what else the protocol must say, such as the step.
        raw_pixels: give the SVM the pixels too.
        svm_images: training images that the SVM and the neighbours get, each class by its share; None for all.
    Raises:
        InputError: data without labels or held-out images, a discriminator that takes labels or has no convolution
            followed by an activation, or too few svm_images.
    """
    held_out = require_measurable(discriminator, data, svm_images)
    train = _stratified(data.train, svm_images)
    weights = hashlib.sha256(b"".join(weight.tobytes() for weight in discriminator.get_weights())).hexdigest()
    protocol = about | {
        "extractor": "discriminator",
        "extractor_sha256": weights,
        "real_data": data.name,
        "real": f"{len(train)} train, {len(held_out)} test",
        "versions": library_versions(),
    }
    both, test_labels = (train.images, held_out.images), np.asarray(held_out.labels)
    features = [pooled_features(discriminator, images, raw_pixels) for images in both]
    accuracy, regularisation = svm_accuracy(features[0], train.labels, features[1], test_labels)
    details = {"regularisation": regularisation, "raw_pixels": raw_pixels, "features": features[0].shape[1]}
    results = [Result("svm_accuracy", float(accuracy), None, "higher", protocol | details)]
    embed = tf.function(lambda batch: discriminator(batch, training=False))
    embedded = [_in_batches(embed, images) for images in both]
    scores = embedding_scores(embedded[0], train.labels, embedded[1], test_labels)
    return results + [Result(name, float(value), None, "higher", protocol) for name, value in scores.items()]


def _stratified(split, count, seed=0):
    if count is None or count >= len(split):
        return split
    chosen, _ = train_test_split(np.arange(len(split)), train_size=count, random_state=seed, stratify=split.labels)
    return Split(split.pixels[chosen], split.labels[chosen])
