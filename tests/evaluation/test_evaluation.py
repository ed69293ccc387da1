"""From images to numbers: the pass through an extractor, the cache, the protocol, the callback."""

import json

import numpy as np
import pytest

from conftest import small_model
from tfgan_metric.data.catalog import Data
from tfgan_metric.data.pixels import to_uint8
from tfgan_metric.data.split import Split
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation import EvaluateGAN, Extractor, evaluate, generator_source, image_source
from tfgan_metric.evaluation.extraction import extract
from tfgan_metric.evaluation.protocol import Result, by_what_they_show
from tfgan_metric.evaluation.records import read_evaluations
from tfgan_metric.evaluation.reference import real_reference
from tfgan_metric.metrics import FeatureStatistics, frechet_distance, prdc


class BlockMeans(Extractor):
    """Means of 7×7 pixel blocks as features, and twice the same as logits; counts the images that it saw."""

    name, sha256 = "block means", "0"

    def __init__(self):
        self.seen = 0

    def __call__(self, images):
        self.seen += len(images)
        features = images.reshape(len(images), 4, 7, 4, 7).mean(axis=(2, 4)).reshape(len(images), 16) / 255
        return features.astype(np.float32), 2 * features.astype(np.float32)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_METRIC_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def data(digits, held_out_digits):
    few = {"train": Split(digits.images[:600], digits.labels[:600])}
    few["held_out"] = Split(held_out_digits.images[:200], held_out_digits.labels[:200])
    return Data("few digits", 10, few.get)


def test_extract_keeps_some_and_counts_all(digits):
    batches = [(digits.images[start : start + 64], digits.labels[start : start + 64]) for start in range(0, 256, 64)]
    extraction = extract(batches, 256, BlockMeans(), keep=100)
    everything, logits = BlockMeans()(to_uint8(digits.images[:256]))
    np.testing.assert_array_equal(extraction.features, everything[:100])
    np.testing.assert_array_equal(extraction.images, to_uint8(digits.images[:100]))
    np.testing.assert_array_equal(extraction.logits, logits)
    np.testing.assert_array_equal(extraction.labels, digits.labels[:256])
    np.testing.assert_allclose(extraction.statistics.mean, everything.mean(axis=0), rtol=1e-6)
    assert extraction.statistics.count == 256


def test_extract_refuses_none():
    with pytest.raises(InputError, match="expected 0 images to measure, at least 1; got 0"):
        extract([], 0, BlockMeans())


def test_real_images_are_measured_once(data, cache):
    first, second = BlockMeans(), BlockMeans()
    reference = real_reference(data, "train", first)
    again = real_reference(data, "train", second)
    assert (first.seen, second.seen) == (600, 0)
    np.testing.assert_array_equal(reference.features, again.features)
    np.testing.assert_array_equal(reference.statistics.covariance, again.statistics.covariance)
    assert sum(half.count for half in reference.halves) == reference.statistics.count == 600
    np.testing.assert_array_equal(BlockMeans()(reference.images)[0], reference.features)
    other = BlockMeans()
    other.sha256 = "1"
    real_reference(data, "train", other)
    assert other.seen == 600  # another network's features are another entry
    changed = Data("few digits", 10, {"train": Split(-data.train.images, data.train.labels)}.get)
    real_reference(changed, "train", third := BlockMeans())
    assert third.seen == 600  # other images under the same name too
    entries = list((cache / "real").iterdir())
    assert len(entries) == 3
    assert all(json.loads((entry / "protocol.json").read_text())["real"] == 600 for entry in entries)


def test_a_damaged_cache_is_an_error(data, cache):
    real_reference(data, "train", BlockMeans())
    (entry,) = (cache / "real").iterdir()
    whole = (entry / "features.npy").read_bytes()
    (entry / "features.npy").write_bytes(whole[:50])
    with pytest.raises(InputError, match="is damaged"):
        real_reference(data, "train", BlockMeans())


def test_distances_between_references_are_kept(data, cache):
    train, held_out = (real_reference(data, split, BlockMeans()) for split in ("train", "held_out"))
    expected = [np.linalg.norm(train.features - row, axis=1).min() for row in held_out.features]
    first = np.array(held_out.distances_to(train))
    np.testing.assert_allclose(first, expected, rtol=1e-6, atol=1e-6)
    kept = list((cache / "real").glob("*/distances_to_*.npy"))
    assert len(kept) == 1 and kept[0].parent == held_out.folder
    np.save(kept[0], first + 1)  # what is kept is what is read
    np.testing.assert_array_equal(held_out.distances_to(train), first + 1)


@pytest.mark.tfgan
def test_every_number_has_its_protocol(data):
    source = image_source(data.held_out, {"step": "final"})
    found = evaluate(source, data, [BlockMeans()], cross_check=True)
    names = [result.metric for result in found.results]
    assert names == [
        "frechet_distance", "kernel_distance", "classifier_score", "marginal_entropy", "sample_entropy",
        "precision", "recall", "density", "coverage", "nearer_to_training",
    ]  # fmt: skip
    for result in found.results:
        assert np.isfinite(result.value)
        needed = {"extractor", "extractor_sha256", "generated", "real", "real_split", "resize", "quantisation", "step"}
        assert needed <= set(result.protocol) and result.protocol["generated"] == 200
        assert {"tensorflow", "keras", "numpy"} <= set(result.protocol["versions"])
        json.dumps(result.as_record())
    by_name = {result.metric: result for result in found.results}
    assert by_name["classifier_score"].protocol["splits"] == 10 and by_name["precision"].protocol["k"] == 5
    assert by_name["nearer_to_training"].value == pytest.approx(0.5)  # the held-out images themselves
    for name in BlockMeans.metric_names:
        assert by_name[name].tfgan == pytest.approx(by_name[name].value, rel=1e-4, abs=1e-9)
    reference = real_reference(data, "train", BlockMeans())
    assert by_name["frechet_distance"].floor == frechet_distance(*reference.halves)
    features, _ = BlockMeans()(to_uint8(data.held_out.images))
    statistics = FeatureStatistics(reference.statistics.protocol)
    statistics.update(features)
    assert by_name["frechet_distance"].value == pytest.approx(
        frechet_distance(reference.statistics, statistics), rel=1e-9
    )


def test_held_out_images_beside_every_number(data):
    """Where the generated images are the held-out ones themselves, each number is its own `real`.

    Only the score depends on their order too, by its ten splits.
    """
    results = evaluate(image_source(data.held_out, {}), data, [BlockMeans()]).results
    sha256 = real_reference(data, "held_out", BlockMeans()).protocol["real_sha256"]
    for result in results:
        tolerance = 1e-2 if result.metric == "classifier_score" else 1e-9
        assert result.real == pytest.approx(result.value, rel=tolerance, abs=1e-12), result.metric
        assert result.protocol["beside"] == {"real_split": "held_out", "real": 200, "real_sha256": sha256}


def test_as_many_held_out_images_as_generated_ones(data):
    """50 generated images: the first 50 of the held-out ones' order; with those that are compared with, none."""
    noise = generator_source(lambda count, labels, seed: np.zeros((count, 28, 28, 1)), data, 50, 0, {})
    found = {result.metric: result for result in evaluate(noise, data, [BlockMeans()]).results}
    order = np.random.default_rng(0).permutation(200)[:50]
    train, first = BlockMeans()(data.train.pixels)[0], BlockMeans()(data.held_out.pixels[order])[0]
    for name, value in prdc(train, first, 5).items():
        assert found[name].real == pytest.approx(value, abs=1e-12) != found[name].value
    assert found["recall"].protocol["beside"]["real"] == 50
    assert {result.real for result in evaluate(noise, data, [BlockMeans()], "held_out").results} == {None}


def test_too_few_held_out_images_stand_beside_nothing(data):
    """Of four the ten splits of the score cannot be made; the memorisation check can."""
    few = Data("few", 10, {"train": data.train, "held_out": Split(data.held_out.images[:4])}.get)
    found = {
        result.metric: result.real for result in evaluate(image_source(data.train, {}), few, [BlockMeans()]).results
    }
    assert found.pop("nearer_to_training") == pytest.approx(0.5) and set(found.values()) == {None}


def test_what_an_earlier_version_kept_is_measured_again(data, cache):
    """It kept no logits."""
    first = np.array(real_reference(data, "train", BlockMeans()).logits)
    (entry,) = (cache / "real").iterdir()
    (entry / "logits.npy").unlink()
    again = real_reference(data, "train", extractor := BlockMeans())
    np.testing.assert_array_equal(again.logits, first)
    np.testing.assert_array_equal(again.logits, BlockMeans()(again.images)[1])
    assert extractor.seen == 600


def test_order_of_the_table():
    """Fidelity, variety, both, copying, class; what no one lists is of the discriminator and stands last."""
    names = ["svm_accuracy", "am_score", "nearer_to_training", "fid", "coverage", "recall", "precision"]
    shown = by_what_they_show([Result(name, 0.0, None, "", {}) for name in names])
    assert [result.metric for _, result in shown] == ["precision", "recall", "coverage", *names[3::-1]]
    assert [shows for shows, _ in shown] == [
        "fidelity",
        "variety",
        "variety",
        "both",
        "copying",
        "class",
        "discriminator",
    ]


def test_nearest_strip_is_the_copy_for_copies(data):
    found = evaluate(image_source(data.train, {}), data, [BlockMeans()])
    np.testing.assert_array_equal(found.nearest, found.generated)
    assert {result.metric: result.value for result in found.results}["nearer_to_training"] > 0.95


def test_generator_labels_follow_the_training_images(data):
    asked = []

    def generate(count, labels, seed):
        asked.append(labels)
        return np.zeros((count, 28, 28, 1), np.float32)

    source = generator_source(generate, data, 500, seed=3, about={"step": 7})
    for _ in range(2):
        counts = [len(images) for images, _ in source.batches()]
    assert counts == [256, 244] and source.about == {"labels": "as the training images'", "seed": 3, "step": 7}
    np.testing.assert_array_equal(np.concatenate(asked[:2]), np.concatenate(asked[2:]))
    shares = np.bincount(np.concatenate(asked[:2]), minlength=10) / 500
    np.testing.assert_allclose(shares, np.bincount(data.train.labels, minlength=10) / 600, atol=0.06)
    plain = generator_source(generate, data, 10, seed=0, about={}, takes_labels=False)
    assert next(plain.batches())[1] is None and plain.about["labels"] == "none"
    unlabelled = Data("no labels", None, {"train": Split(data.train.images, None)}.get)
    own = generator_source(generate, unlabelled, 10, seed=0, about={})
    assert next(own.batches())[1] is None and own.about["labels"] == "uniformly, by the generator"


def test_too_few_images(data):
    source = generator_source(lambda count, labels, seed: np.zeros((count, 28, 28, 1)), data, 8, 0, {})
    with pytest.raises(InputError, match="10 splits needs at least 10 images; got 8"):
        evaluate(source, data, [BlockMeans()])


def test_progress_is_told_of_every_pass(data):
    """600 and 200 real images by halves of at most 256 a batch; the second pass over the training ones is cached."""
    seen = []

    def progress(batches, total, what):
        batches = list(batches)
        seen.append((what, total, [len(images) for images, _ in batches]))
        return batches

    evaluate(image_source(data.held_out, {}), data, [BlockMeans()], split="held_out", progress=progress)
    assert seen == [
        ("real images, held out", 200, [100, 100]),
        ("generated images", 200, [200]),
        ("real images, train", 600, [256, 44, 256, 44]),
    ]


def test_callback_refuses_too_few_images(data):
    with pytest.raises(InputError, match="count must be a whole number of at least 10; got 9"):
        EvaluateGAN(data, BlockMeans(), count=9)


def test_callback_writes_into_history(data, tmp_path):
    extractor = BlockMeans()
    model = small_model("dmgan")
    callback = EvaluateGAN(data, extractor, every=2, count=40, path=tmp_path / "metrics.json")
    history = model.fit(*data.train, batch_size=16, steps_per_epoch=2, epochs=5, verbose=0, callbacks=[callback])
    measured = {"frechet_distance", "kernel_distance", "classifier_score", "precision", "recall", "density", "coverage"}
    assert measured < set(history.history)
    assert len(history.history["frechet_distance"]) == 3  # after epochs 2, 4 and the last
    assert extractor.seen == 600 + 3 * 40
    written = [evaluation["results"][0] for evaluation in read_evaluations(tmp_path / "metrics.json")]
    assert [first["value"] for first in written] == history.history["frechet_distance"]
    assert [first["protocol"]["step"] for first in written] == [4, 8, 10] and "floor" in written[0]
    assert {result.protocol["step"] for result in callback.results()} == {10}


def test_callback_of_two_extractors(data, tmp_path):
    """The history has each metric once, the first extractor's; metrics.json has both extractors' with their names."""

    class Other(BlockMeans):
        name, metric_names = "other", ("fid", "kid", "inception_score")
        term_names = ("inception_marginal_entropy", "inception_sample_entropy")

        def __call__(self, images):
            features, logits = super().__call__(images)
            return features[:, :3], 3 * logits

    callback = EvaluateGAN(data, [BlockMeans(), Other()], count=40, path=tmp_path / "metrics.json")
    history = small_model("dmgan").fit(
        *data.train, batch_size=16, steps_per_epoch=1, epochs=1, verbose=0, callbacks=[callback]
    )
    assert {"frechet_distance", "fid", "marginal_entropy", "inception_marginal_entropy"} <= set(history.history)
    (evaluation,) = read_evaluations(tmp_path / "metrics.json")
    precision = [result for result in evaluation["results"] if result["metric"] == "precision"]
    assert [result["protocol"]["extractor"] for result in precision] == ["block means", "other"]
    assert history.history["precision"] == [precision[0]["value"]]


def test_callback_writes_into_tensorboard(data, tmp_path):
    pytest.importorskip("tensorboard")
    import keras
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    callbacks = [EvaluateGAN(data, BlockMeans(), count=40), keras.callbacks.TensorBoard(tmp_path / "events")]
    model = small_model("dmgan")
    model.fit(*data.train, batch_size=16, steps_per_epoch=2, epochs=1, verbose=0, callbacks=callbacks)
    events = EventAccumulator(str(tmp_path / "events" / "train"))
    events.Reload()
    assert "epoch_frechet_distance" in events.Tags()["tensors"]
