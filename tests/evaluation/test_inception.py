"""Inception: both formats, where it is looked for, how images are resized, and files that are not it."""

import io
import tarfile

import numpy as np
import pytest
import tensorflow as tf
from toy_inception import toy_graph, write_graph

from tfgan_metric.errors import InputError
from tfgan_metric.evaluation import inception
from tfgan_metric.evaluation.cache import cache_folder
from tfgan_metric.evaluation.extractor import file_sha256
from tfgan_metric.evaluation.inception import load_inception
from tfgan_metric.evaluation.resize import resize_for_inception

HUB_FOLDER = "c4be6b55dc0338e82546082d22184ebdc77d76cf"
MATRIX = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]], np.float32)
NOISE = np.random.default_rng(0).integers(0, 256, (7, 8, 9, 3), np.uint8)


class StandIn(tf.Module):
    """pool_3 is the mean of each channel, (B, 3); logits are pool_3 · MATRIX."""

    def __init__(self, pool=lambda means: means):
        super().__init__()
        self.matrix, self.pool = tf.Variable(MATRIX), pool

    @tf.function(input_signature=[tf.TensorSpec((None, 299, 299, 3), tf.float32)])
    def network(self, images):
        means = tf.reduce_mean(images, (1, 2))
        return {"pool_3": self.pool(means), "logits": means @ self.matrix}


def write_saved_model(path, **options):
    stand_in = StandIn(**options)
    tf.saved_model.save(stand_in, str(path), signatures=stand_in.network)
    return path


def write_callable_saved_model(path):
    """As TF-Hub's: the root is called, and there is no signature."""
    root, stand_in = tf.Module(), StandIn()
    root.variables_of, root.__call__ = stand_in, stand_in.network
    tf.saved_model.save(root, str(path))
    return path


def write_archive(path, contents, name="classify_image_graph_def.pb"):
    with tarfile.open(path, "w:gz") as archive:
        for member, data in {"LICENSE": b"Apache", name: contents}.items():
            header = tarfile.TarInfo(member)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return path


@pytest.fixture(autouse=True)
def empty_caches(monkeypatch, tmp_path):
    """No cache but the test's, and no network."""
    monkeypatch.setenv("TFGAN_METRIC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TFHUB_CACHE_DIR", str(tmp_path / "hub"))
    monkeypatch.setattr(inception, "DOWNLOAD", (tmp_path / "no_such_file").as_uri())


@pytest.mark.parametrize("write", [write_saved_model, write_callable_saved_model])
def test_saved_model(tmp_path, write):
    """Pixels of 192, 128, 64 are (p - 128)/128 = .5, 0, -.5; times MATRIX: .5·(1, 2) - .5·(5, 7) = (-2, -2.5)."""
    network = load_inception(write(tmp_path / "network"))
    images = np.tile(np.array([192, 128, 64], np.uint8), (2, 5, 6, 1))
    features, logits = network(images)
    assert features.dtype == logits.dtype == np.float32
    np.testing.assert_allclose(features, [[0.5, 0.0, -0.5]] * 2, atol=1e-5)
    np.testing.assert_allclose(logits, [[-2.0, -2.5]] * 2, atol=1e-5)
    assert (network.name, network.resize) == ("tfgan-inception", "tf1")
    assert network.sha256 == file_sha256(tmp_path / "network")


def test_saved_model_whose_pool_keeps_its_two_sides_of_1(tmp_path):
    path = write_saved_model(tmp_path / "network", pool=lambda means: means[:, None, None])
    assert load_inception(path)(NOISE)[0].shape == (7, 3)


@pytest.mark.parametrize("scaled", [False, True])
def test_frozen_graph_against_a_session(tmp_path, scaled):
    """A session still runs the operations of 2015. The logits are its matrix product, before the biases 0, 100 ..."""
    definition = toy_graph(scaled)
    resized = resize_for_inception(NOISE, "tf1").numpy()
    features, logits = load_inception(write_graph(tmp_path / "toy.pb", definition))(NOISE)
    with tf.compat.v1.Session(graph=tf.Graph()) as session:
        tf.graph_util.import_graph_def(definition, name="")
        for row, image in enumerate(resized):
            pool, product = session.run(["pool_3:0", "softmax/logits/MatMul:0"], {"ExpandDims:0": image[None]})
            np.testing.assert_allclose(features[row], pool[0, 0, 0], rtol=1e-4, atol=1e-5)
            np.testing.assert_allclose(logits[row], product[0], rtol=1e-4, atol=1e-4)
    assert np.ptp(features, axis=0).min() > 1e-3  # the images do differ


def test_archive_is_the_graph_in_it(tmp_path):
    path = write_graph(tmp_path / "classify_image_graph_def.pb", toy_graph())
    archive = write_archive(tmp_path / "inception-2015-12-05.tgz", path.read_bytes())
    plain, packed = load_inception(path), load_inception(archive)
    np.testing.assert_array_equal(plain(NOISE)[1], packed(NOISE)[1])
    assert plain.name == packed.name == "inception-2015"
    assert packed.sha256 == file_sha256(archive) != plain.sha256


@pytest.mark.parametrize("kind", ["saved_model", "graph"])
def test_loaded_once_and_any_batch(tmp_path, monkeypatch, kind):
    loads = []
    for owner, name in ((tf.saved_model, "load"), (tf.compat.v1, "wrap_function")):
        original = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *a, original=original, **k: loads.append(a) or original(*a, **k))
    monkeypatch.setattr(inception, "IMAGES_AT_ONCE", 4)
    saved = kind == "saved_model"
    path = write_saved_model(tmp_path / "n") if saved else write_graph(tmp_path / "n.pb", toy_graph())
    network = load_inception(path)
    together, alone = network(NOISE), [network(NOISE[row : row + 1]) for row in range(7)]
    for index in range(2):
        separate = np.concatenate([pair[index] for pair in alone])
        np.testing.assert_allclose(together[index], separate, rtol=1e-5, atol=1e-5)
    assert len(loads) == 1


def square():
    """The image 200 40 / 100 250 of two by two pixels, in one channel."""
    return np.array([[200, 40], [100, 250]], np.uint8).reshape(1, 2, 2, 1)


def test_resize_tf1_by_hand():
    """Pixel i is read at 2i/299, between rows ⌊2i/299⌋ and the next, the last row repeated. Row 0 is the image's:
    200 - 160·2j/299. Row 60 lies 120/299 below it: 200 - 100·120/299 = 159.866 in column 0. From i = 150 on, at
    300/299, nothing but the last row is left."""
    resized = resize_for_inception(square(), "tf1")[0, :, :, 0].numpy()
    assert resized[0, 60] == pytest.approx(200 - 160 * 120 / 299)
    assert resized[60, 0] == pytest.approx(200 - 100 * 120 / 299)
    assert resized[150, 150] == resized[298, 298] == 250 and resized[298, 0] == 100


def test_resize_torch_by_hand():
    """Pixel i has its center at 2(i + ½)/299 - ½: -.4967 for i = 0, held at the image's edge; ½ for the middle, 149."""
    resized = resize_for_inception(square(), "torch")[0, :, :, 0].numpy()
    assert resized[0, 0] == 200 and resized[298, 298] == 250
    assert resized[149, 0] == pytest.approx((200 + 100) / 2)
    assert resized[149, 149] == pytest.approx((200 + 40 + 100 + 250) / 4, rel=1e-5)


def test_resize_clean_by_hand():
    """Keys' cubic (a = -½) of the distances to both pixels, scaled to sum 1. Pixel 0 is .49666 from the first and
    1.49666 from the second: weights .56710 and -.06288, so 1.12471 and -.12471. Down column 0 that is
    1.12471·200 - .12471·100 = 212.47; in column 0 of 250 over 40, 276.2, clipped to 255."""
    near, far = 0.5 - 1 / 299, 1.5 - 1 / 299
    weights = np.array([1.5 * near**3 - 2.5 * near**2 + 1, -0.5 * far**3 + 2.5 * far**2 - 4 * far + 2])
    first, second = weights / weights.sum()
    column = np.array([200, 100], np.uint8).reshape(1, 2, 1, 1)
    resized = resize_for_inception(column, "clean")[0, :, 5, 0].numpy()
    assert resized[0] == pytest.approx(first * 200 + second * 100, rel=1e-5) and resized[0] > 212
    assert resized[149] == pytest.approx(150, rel=1e-5)
    steep = np.array([250, 40], np.uint8).reshape(1, 2, 1, 1)
    clipped = resize_for_inception(steep, "clean").numpy()
    assert clipped.max() == 255 and clipped.min() < 40


def test_resize_clean_averages_what_shrinks():
    """Columns of 0 and 255, half as wide each as a new pixel: with antialiasing grey, far from 0 and 255."""
    stripes = np.tile(np.array([0, 255], np.uint8), 299).reshape(1, 1, 598, 1)
    middle = {mode: resize_for_inception(stripes, mode)[0, 0, 10:-10, 0].numpy() for mode in ("clean", "tf1")}
    assert np.abs(middle["clean"] - 127.5).max() < 1 and middle["tf1"].max() == 0


@pytest.mark.parametrize("mode", ["tf1", "clean", "torch"])
def test_grey_is_tiled(mode):
    grey = NOISE[..., :1]
    resized = resize_for_inception(grey, mode)
    assert resized.shape == (7, 299, 299, 3) and resized.dtype == tf.float32
    np.testing.assert_array_equal(resized, resize_for_inception(np.repeat(grey, 3, axis=-1), mode))


def test_what_cannot_be_resized_is_refused(tmp_path):
    with pytest.raises(InputError, match="unknown resize mode 'area'; valid: clean, tf1, torch"):
        resize_for_inception(NOISE, "area")
    with pytest.raises(InputError, match="unknown resize mode 'area'"):
        load_inception(tmp_path, resize="area")
    network = load_inception(write_saved_model(tmp_path / "network"))
    for images in (NOISE / 255.0, NOISE[0], NOISE[..., :2], NOISE[:0]):
        with pytest.raises(InputError, match=r"images must be uint8 of shape \(B, H, W, 1\) or .*; got"):
            network(images)


def test_lookup_order(tmp_path):
    """Archive, graph and SavedModel in our folder, TF-Hub's cache, the path: each one added is the one that is used."""
    folder = cache_folder() / "inception"
    folder.mkdir(parents=True)
    graph = toy_graph()
    found = [write_archive(folder / "inception-2015-12-05.tgz", graph.SerializeToString())]
    assert load_inception().sha256 == file_sha256(found[-1])
    for path in ("classify_image_graph_def.pb", "saved_model", tmp_path / "hub" / HUB_FOLDER, tmp_path / "mine"):
        path = folder / path
        found.append(write_graph(path, graph) if path.suffix == ".pb" else write_saved_model(path))
        given = path if path.name == "mine" else None
        assert load_inception(given).sha256 == file_sha256(path)
    assert len({file_sha256(path) for path in found}) == len(found)


def test_cache_folder(monkeypatch, tmp_path):
    assert cache_folder() == tmp_path / "cache"
    monkeypatch.delenv("TFGAN_METRIC_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "tfgan_metric"


def pack(folder, path):
    with tarfile.open(path, "w:gz") as archive:
        archive.add(folder, ".")
    return path


def test_download_is_kept(tmp_path, monkeypatch):
    packed = pack(write_saved_model(tmp_path / "network"), tmp_path / "network.tar.gz")
    monkeypatch.setattr(inception, "DOWNLOAD", packed.as_uri())
    first = load_inception()
    packed.unlink()
    again = load_inception()
    assert first.sha256 == again.sha256 == file_sha256(tmp_path / "network")
    assert [path.name for path in (cache_folder() / "inception").iterdir()] == ["saved_model"]


@pytest.mark.parametrize("served", ["nothing", "a page", "half", "something else"])
def test_failing_download_is_one_error_and_leaves_nothing(tmp_path, monkeypatch, served):
    file = tmp_path / "served"
    if served == "a page":
        file.write_text("<html>log in</html>")
    if served == "half":
        whole = pack(write_saved_model(tmp_path / "network"), file).read_bytes()
        file.write_bytes(whole[: len(whole) // 2])
    if served == "something else":
        write_archive(file, b"")
    monkeypatch.setattr(inception, "DOWNLOAD", file.as_uri())
    with pytest.raises(InputError) as caught:
        load_inception()
    message = str(caught.value)
    for part in ("SavedModel", "classify_image_graph_def.pb", "inception-2015-12-05.tgz", "--inception PATH"):
        assert part in message
    assert str(cache_folder() / "inception") in message and "\n" not in message
    assert not (cache_folder() / "inception").exists() or not list((cache_folder() / "inception").iterdir())


def test_sha256(tmp_path):
    path = write_graph(tmp_path / "toy.pb", toy_graph())
    found = file_sha256(path)
    assert load_inception(path, sha256=found.upper()).sha256 == found
    with pytest.raises(InputError, match=f"must have the SHA-256 {'0' * 64}; got {found}"):
        load_inception(path, sha256="0" * 64)


def refusal(path):
    """The message, one line that names the path, with which a file is refused."""
    with pytest.raises(InputError) as caught:
        load_inception(path)
    message = str(caught.value)
    assert str(path) in message and "\n" not in message
    return message


def test_damaged_and_foreign_graphs_are_refused(tmp_path):
    assert "does not exist; expected a SavedModel folder" in refusal(tmp_path / "missing.pb")
    graph = toy_graph()
    whole = write_graph(tmp_path / "toy.pb", graph).read_bytes()
    (tmp_path / "half.pb").write_bytes(whole[: len(whole) // 2])
    assert "or is damaged" in refusal(tmp_path / "half.pb")
    empty = tmp_path / "empty.pb"
    empty.write_bytes(b"")
    assert "it has no node ExpandDims and no node pool_3 and no node softmax/logits/MatMul" in refusal(empty)
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(1000))
    assert "Not a gzipped file" in refusal(tmp_path / "photo.jpg")

    packed = write_archive(tmp_path / "toy.tgz", whole).read_bytes()
    (tmp_path / "half.tgz").write_bytes(packed[: len(packed) // 2])
    assert "Compressed file ended before" in refusal(tmp_path / "half.tgz")
    other = write_archive(tmp_path / "other.tgz", whole, "graph.pb")
    assert "it holds no classify_image_graph_def.pb" in refusal(other)

    for node in graph.node:
        node.name = node.name.replace("softmax/logits", "logits")
        node.input[:] = [name.replace("softmax/logits", "logits") for name in node.input]
    assert "it has no node softmax/logits/MatMul;" in refusal(write_graph(tmp_path / "renamed.pb", graph))


def test_damaged_and_foreign_saved_models_are_refused(tmp_path):
    assert "or is damaged" in refusal(tmp_path)
    half = write_saved_model(tmp_path / "half")
    weights = next((half / "variables").glob("*.data*"))
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    assert "or is damaged" in refusal(half)
    half = write_saved_model(tmp_path / "half_graph") / "saved_model.pb"
    half.write_bytes(half.read_bytes()[: half.stat().st_size // 2])
    assert "or is damaged" in refusal(half.parent)

    module = tf.Module()
    module.network = tf.function(lambda images: {"predictions": images}, input_signature=[inception.IMAGES])
    tf.saved_model.save(module, str(tmp_path / "other"), signatures=module.network)
    assert "it must return pool_3 and logits by name" in refusal(tmp_path / "other")
    tf.saved_model.save(tf.Module(), str(tmp_path / "silent"))
    assert "it can neither be called nor has it the signature serving_default" in refusal(tmp_path / "silent")
    flat = write_saved_model(tmp_path / "flat", pool=tf.reduce_sum)
    assert "pool_3 and logits must be (B, D) and (B, K)" in refusal(flat)


def test_a_damaged_copy_in_the_cache_is_no_reason_for_another(tmp_path):
    """The next candidate would hide the damage."""
    (tmp_path / "hub" / HUB_FOLDER).mkdir(parents=True)
    (cache_folder() / "inception").mkdir(parents=True)
    write_graph(cache_folder() / "inception" / "classify_image_graph_def.pb", toy_graph())
    with pytest.raises(InputError, match=HUB_FOLDER):
        load_inception()
