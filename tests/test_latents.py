"""Latent distributions and the inputs drawn for a generator."""

import numpy as np
import pytest

from tfgan_metric.errors import InputError
from tfgan_metric.latents import NormalLatent, UniformLatent, draw_inputs


def test_uniform():
    sample = UniformLatent(50, low=-1.0, high=3.0).sample(4000, [0, 1]).numpy()
    assert sample.shape == (4000, 50) and sample.min() >= -1 and sample.max() < 3
    assert sample.mean() == pytest.approx(1.0, abs=0.02)  # 5 standard errors: 5·1.15/√200000 = .013
    assert sample.std() == pytest.approx(4 / np.sqrt(12), abs=0.02)


def test_normal():
    sample = NormalLatent(50, scale=2.0).sample(4000, [0, 1]).numpy()
    assert sample.mean() == pytest.approx(0.0, abs=0.03) and sample.std() == pytest.approx(2.0, abs=0.03)


def test_seed_decides():
    latent = UniformLatent(4)
    np.testing.assert_array_equal(latent.sample(3, [5, 1]), latent.sample(3, [5, 1]))
    assert not np.array_equal(latent.sample(3, [5, 1]), latent.sample(3, [5, 2]))


def test_draw_inputs():
    latent = UniformLatent(4)
    latents, labels = draw_inputs(latent, 3, 900, seed=0)
    assert latents.shape == (900, 4)
    assert np.bincount(labels).min() > 240  # 300 expected of each, standard deviation 14
    np.testing.assert_array_equal(draw_inputs(latent, None, 900, seed=0), latents)
    np.testing.assert_array_equal(draw_inputs(latent, 3, 2, seed=0, labels=[2, 1])[1], [2, 1])


@pytest.mark.parametrize(
    "make", [lambda: UniformLatent(0), lambda: UniformLatent(3, 1.0, 1.0), lambda: NormalLatent(3, scale=0.0)]
)
def test_arguments_out_of_range(make):
    with pytest.raises(InputError, match="must be"):
        make()
