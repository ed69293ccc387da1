"""Who uses labels, in every label mode of every scheme."""

import pytest

from conftest import small_model
from tfgan_metric.models import GAN, SCHEMES
from tfgan_metric.models.label_modes import LABEL_MODES

MODES = [(scheme, mode) for scheme, cls in SCHEMES.items() for mode in cls.label_modes]


@pytest.mark.parametrize(("scheme", "mode"), MODES)
def test_fit_needs_labels(scheme, mode):
    """Everywhere but without any, and where GAN and its like, whose loss has none, draw the generator's themselves."""
    cls = SCHEMES[scheme]
    expected = mode != "none" and not (mode == "predefined" and issubclass(cls, GAN))
    assert LABEL_MODES[mode].needs_labels(cls.loss_uses_labels) == expected


@pytest.mark.parametrize("mode", LABEL_MODES)
def test_networks_see_labels(mode):
    """The generator where it is given a class, drawn or the real image's; GAN's discriminator then too."""
    scheme = {"paired": "dmgan", "dynamic": "acgan"}.get(mode, "gan")
    model = small_model(scheme, num_classes=10, label_mode=mode)
    assert len(model.generator.inputs) == (2 if mode in ("conditional", "predefined") else 1)
    assert len(model.discriminator.inputs) == (2 if mode == "conditional" else 1)
    assert (model.inference_classes == 10) == (mode in ("conditional", "predefined"))
