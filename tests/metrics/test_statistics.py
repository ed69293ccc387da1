"""Streaming statistics and the Fréchet distance between them."""

import numpy as np
import pytest
import scipy.linalg

from tfgan_metric.errors import InputError
from tfgan_metric.metrics import FeatureStatistics, frechet_distance


def statistics(*batches, protocol=None):
    found = FeatureStatistics(protocol)
    for batch in batches:
        found.update(batch)
    return found


def merged(parts):
    """Merges as a tree, halves first."""
    if len(parts) == 1:
        return statistics(parts[0])
    left, right = merged(parts[: len(parts) // 2]), merged(parts[len(parts) // 2 :])
    left.merge(right)
    return left


def assert_moments(found, features):
    assert found.count == len(features)
    np.testing.assert_allclose(found.mean, features.mean(axis=0), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found.covariance, np.cov(features, rowvar=False), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("sizes", [[40], [1] * 40, [1, 7, 30, 2], [6, 1, 1, 32]])
def test_any_split_gives_the_moments_of_the_whole(sizes):
    """Of 8 dimensions: some splits go through the kept rows, the change to moments, and single rows after it."""
    features = np.random.default_rng(0).normal(size=(40, 8))
    batches = np.split(features, np.cumsum(sizes)[:-1])
    assert_moments(statistics(*batches), features)
    assert_moments(statistics(*batches[::-1]), features)
    assert_moments(merged(batches), features)


def test_few_rows():
    features = np.random.default_rng(0).normal(size=(5, 8))
    assert_moments(statistics(features[:2], features[2:]), features)


def test_a_large_offset_costs_no_precision():
    features = np.random.default_rng(0).normal(size=(1000, 16))
    near, far = statistics(*np.split(features, 10)), statistics(*np.split(features + 1000.0, 10))
    np.testing.assert_allclose(far.covariance, near.covariance, atol=1e-9)


@pytest.mark.parametrize("count", [5, 40])
def test_saved_statistics_come_back(tmp_path, count):
    features = np.random.default_rng(0).normal(size=(count, 8))
    saved = statistics(features, protocol={"extractor": "a", "resize": "tf1"})
    saved.save(tmp_path / "real.npz")
    loaded = FeatureStatistics.load(tmp_path / "real.npz")
    np.testing.assert_array_equal(loaded.mean, saved.mean)
    np.testing.assert_array_equal(loaded.covariance, saved.covariance)
    assert (loaded.count, loaded.protocol) == (saved.count, saved.protocol)


def test_damaged_and_foreign_files_are_refused(tmp_path):
    path = tmp_path / "real.npz"
    statistics(np.ones((40, 8))).save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"real\.npz holds no feature statistics"):
        FeatureStatistics.load(path)
    np.savez(path, weights=np.zeros(3))
    with pytest.raises(InputError, match="it holds weights"):
        FeatureStatistics.load(path)
    with pytest.raises(InputError, match="holds no feature statistics"):
        FeatureStatistics.load(tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (np.zeros(3), r"shape \(N, D\); got \(3,\)"),
        (np.array([[1.0, np.nan], [np.inf, 0.0]]), "2 of 4 values are not"),
        (np.array([["a", "b"]]), "must be numbers"),
        (np.zeros((2, 3)), "statistics of one dimension are comparable; got 2 and 3"),
    ],
)
def test_features_that_cannot_be_taken_in(features, message):
    found = statistics(np.zeros((1, 2)))
    with pytest.raises(InputError, match=message):
        found.update(features)
    assert found.count == 1


def test_too_few_rows_for_a_distance():
    with pytest.raises(InputError, match=r"at least 2 feature row\(s\); got 1"):
        frechet_distance(statistics(np.zeros((1, 2))), statistics(np.zeros((1, 2))))


def test_other_protocols_are_refused():
    first = statistics(np.eye(3), protocol={"resize": "tf1", "split": "train"})
    second = statistics(np.eye(3), protocol={"resize": "clean", "split": "train"})
    with pytest.raises(InputError, match="these differ in resize: 'tf1' and 'clean'"):
        frechet_distance(first, second)


def test_frechet_golden():
    """A number on which several implementations agree (evaluation protocol of the field: NumPy's legacy seed 0)."""
    np.random.seed(0)
    first, second = (np.random.randn(512, 256).astype(np.float32) for _ in range(2))
    assert frechet_distance(statistics(first), statistics(second)) == pytest.approx(65.7427236504, rel=1e-11)


def test_frechet_against_the_matrix_root():
    """SciPy's square root of Σ₁Σ₂, which it finds where Σ₁Σ₂ is far from singular."""
    random = np.random.default_rng(0)
    first, second = random.normal(size=(300, 64)), random.gamma(1.0, size=(200, 64))
    root = np.trace(scipy.linalg.sqrtm(np.cov(first, rowvar=False) @ np.cov(second, rowvar=False)).real)
    traces = first.var(axis=0, ddof=1).sum() + second.var(axis=0, ddof=1).sum()
    expected = ((first.mean(axis=0) - second.mean(axis=0)) ** 2).sum() + traces - 2 * root
    assert frechet_distance(statistics(first), statistics(second)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("count", [300, 1000, 3000])
def test_frechet_of_a_shift_in_2048_dimensions(count):
    """Equal covariances and a mean shift of 1 in each of 2048 dimensions: 2048 · 1². With fewer rows too."""
    features = np.random.default_rng(0).normal(size=(count, 2048))
    distance = frechet_distance(statistics(features), statistics(features + 1.0))
    assert distance == pytest.approx(2048, rel=1e-9)


@pytest.mark.parametrize(("count", "other"), [(300, 300), (300, 1000), (300, 2500)])
def test_frechet_of_few_rows_is_exact(count, other):
    """Tr (Σ₁Σ₂)^½ is the nuclear norm of X₁X₂ᵀ, X centered and divided by √(N-1), computed here for itself."""
    random = np.random.default_rng(1)
    first, second = np.maximum(random.normal(size=(count, 2048)), 0), np.maximum(random.normal(size=(other, 2048)), 0)
    a, b = ((x - x.mean(axis=0)) / np.sqrt(len(x) - 1) for x in (first, second))
    root = np.linalg.svd(a @ b.T, compute_uv=False).sum()
    shift = ((first.mean(axis=0) - second.mean(axis=0)) ** 2).sum()
    expected = shift + (a**2).sum() + (b**2).sum() - 2 * root
    assert frechet_distance(statistics(first), statistics(second)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("count", [50, 400])
def test_frechet_of_scaled_features(count):
    """FID(cX, cY) = c² FID(X, Y)."""
    random = np.random.default_rng(2)
    first, second = random.normal(size=(count, 128)), random.normal(size=(count, 128)) * 1.2 + 0.1
    distance = frechet_distance(statistics(first), statistics(second))
    for scale in (1e-4, 1e-2, 1e3):
        scaled = frechet_distance(statistics(scale * first), statistics(scale * second))
        assert scaled == pytest.approx(scale**2 * distance, rel=1e-6)


@pytest.mark.parametrize("count", [50, 400])
def test_frechet_of_a_set_and_itself(count):
    features = np.random.default_rng(3).normal(size=(count, 128))
    assert 0 <= frechet_distance(statistics(features), statistics(features)) < 1e-6


def test_distance_of_arrays_and_of_another_tools_file(tmp_path):
    """The file has pytorch-fid's names: mean and covariance of the rows, divided by N - 1; nothing else is known."""
    generator = np.random.default_rng(0)
    first, second = generator.normal(size=(50, 3)), generator.normal(1.0, 2.0, size=(60, 3))
    expected = frechet_distance(statistics(first), statistics(second))
    assert frechet_distance(first, second) == frechet_distance(statistics(first), second) == expected
    np.savez(tmp_path / "fid.npz", mu=second.mean(axis=0), sigma=np.cov(second, rowvar=False))
    theirs = FeatureStatistics.load(tmp_path / "fid.npz")
    assert frechet_distance(statistics(first, protocol={"extractor": "any"}), theirs) == pytest.approx(
        expected, rel=1e-9
    )
    wrong = [(np.zeros(3), np.eye(2)), (np.zeros(2), np.ones((2, 3))), (np.zeros(1), [[np.nan]])]
    for mean, covariance in [*wrong, (np.zeros((2, 2)), np.eye(2)), (np.zeros(2), -np.eye(2))]:
        np.savez(tmp_path / "bad.npz", mu=mean, sigma=covariance)
        with pytest.raises(InputError):
            FeatureStatistics.load(tmp_path / "bad.npz")
    with pytest.raises(InputError, match="comparable; got 3 and 2"):
        frechet_distance(first, np.zeros((4, 2)))
