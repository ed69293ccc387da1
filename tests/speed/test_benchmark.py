"""Counted operations by hand, the paper's ratios, and the command; no time is tested."""

import json

import keras
import pytest

from conftest import run_command
from tfgan_metric.errors import InputError
from tfgan_metric.layers import WeightNormalization
from tfgan_metric.models import build_model
from tfgan_metric.trainers.papers.tables.dmgan import time_ratios
from tfgan_metric.trainers.speed.benchmark import time_schemes
from tfgan_metric.trainers.speed.flops import forward_flops, step_flops


def test_forward_by_hand():
    """Batch 2. 3×3, 2 -> 5, 8×8 -> 4×4: 2·2·16·90; up again, 3×3, 5 -> 4 from 4×4: 2·2·16·180; dense 256 -> 7."""
    inputs = keras.Input((8, 8, 2))
    x = keras.layers.Conv2D(5, 3, strides=2, padding="same")(inputs)
    x = keras.layers.LeakyReLU()(keras.layers.Conv2DTranspose(4, 3, strides=2, padding="same")(x))
    wrapped = WeightNormalization(keras.layers.Dense(7, use_bias=False))
    network = keras.Model(inputs, wrapped(keras.layers.Flatten()(x)))
    assert forward_flops(network, 2) == [2 * 2 * 16 * 90, 2 * 2 * 16 * 180, 2 * 2 * 256 * 7]


def test_step_by_hand():
    """D: 12 a pass, G: 8 a pass, one layer each. D update 2·(12 + 12), for no gradient reaches images; G update
    12 + 12 through D and 8 to its weights; G forward 8: 88. DMGAN sees D(x) again: 100. Two D updates and fresh noise:
    2·48 + 32 + 3·8. Two generated images a real one: 3·24 + 2·32 + 2·8. Two G updates, each on real images of its own:
    48 + 2·32 + 3·8 + 2·12."""

    class Stub:
        discriminator_steps = generator_steps = 1
        fresh_noise = generator_loss_uses_real = reuse_real_features = fresh_generator_images = False
        fakes_per_real = 1
        discriminator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])

    assert step_flops(Stub(), 1) == 48 + 32 + 8
    Stub.generator_loss_uses_real = True
    assert step_flops(Stub(), 1) == 100
    Stub.generator_loss_uses_real, Stub.discriminator_steps = False, 2
    assert step_flops(Stub(), 1) == 2 * 48 + 32 + 3 * 8
    Stub.discriminator_steps, Stub.fakes_per_real = 1, 2
    assert step_flops(Stub(), 1) == 3 * 24 + 2 * 32 + 2 * 8
    Stub.fakes_per_real, Stub.generator_steps, Stub.fresh_generator_images, Stub.generator_loss_uses_real = (
        1,
        2,
        True,
        True,
    )
    assert step_flops(Stub(), 1) == 48 + 2 * 32 + 3 * 8 + 2 * 12


def test_a_step_of_dmgan_takes_about_64_gigaflops():
    """32×32×3, `metric`, batch 64."""
    model = build_model("dmgan", (32, 32, 3), network="metric")
    assert step_flops(model, 64) / 1e9 == pytest.approx(64, rel=0.05)


def test_paper_ratios():
    """263 / 237 and 259 / 237 ms of DMGAN, Table 3."""
    ratios = time_ratios()
    assert ratios["dmgan"] == pytest.approx(1.110, abs=1e-3) and ratios["wadmgan"] == pytest.approx(259 / 237)
    assert ratios["gan"] == 1.0 and len(ratios) == 8


def test_measured(monkeypatch):
    speeds, peak, memory = time_schemes(["dmgan"], width=0.05, batch_size=4, rounds=4, paper_ratios={"dmgan": 1.1})
    assert [(speed.scheme, speed.paper_ratio) for speed in speeds] == [("gan", None), ("dmgan", 1.1)]
    assert speeds[0].ratio == 1.0
    for speed in speeds:
        assert speed.images_per_second == pytest.approx(4e3 / speed.milliseconds)
        assert speed.share_of_peak == pytest.approx(speed.gflops_per_second / peak)
    assert memory > 100
    with pytest.raises(InputError, match=r"unknown device 'GPU:9'; there are CPU:0"):
        time_schemes([], device="GPU:9")


def test_command(tmp_path):
    options = ("--width", "0.05", "--batch", "4", "--rounds", "4", "--json", "speed.json", "--chart", "speed.png")
    code, output, error = run_command("benchmark", "wadmgan", *options, cwd=tmp_path)
    assert code == 0, error
    assert "wadmgan" in output and "GFLOP/s" in output
    found = json.loads((tmp_path / "speed.json").read_text())
    assert [one["scheme"] for one in found["schemes"]] == ["gan", "wadmgan"]
    assert found["settings"]["batch_size"] == 4 and found["peak"] > 0
    assert (tmp_path / "speed.png").read_bytes().startswith(b"\x89PNG")
    code, _, error = run_command("benchmark", "wadmgan", *options, cwd=tmp_path)
    assert code == 2 and "speed.json exists" in error
