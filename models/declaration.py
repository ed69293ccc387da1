"""What a scheme's class says of itself, before there is a model of it."""

import inspect
from collections.abc import Callable
from typing import Any

from tfgan_metric.errors import InputError, require_bool, require_positive_int
from tfgan_metric.latents import Latent, NormalLatent, UniformLatent
from tfgan_metric.models.label_modes import LABEL_MODES
from tfgan_metric.optimizers import OptimizerSettings, adam_settings


class Declaration:
    """What every scheme says, by default what most do; a scheme's class sets what is otherwise with it."""

    paper = ""
    paper_optimizers: tuple[OptimizerSettings, OptimizerSettings] = (adam_settings(2e-4), adam_settings(2e-4))
    # of the generator and of the discriminator, in the paper
    reconstruction = False  # from another paper's description
    fixed: frozenset[str] = frozenset()  # arguments of a parent that the scheme does not have

    label_modes: tuple[str, ...] = ("none", "conditional")
    loss_uses_labels = False  # of the real images, in the modes that have them
    sees_labels = False  # whether a conditional discriminator takes the labels too, in the paper
    needs_classes = False  # K also where `fit` needs no labels
    accepts_unlabelled = False  # a real image's label may be -1
    missing_label = 0

    outputs = "1 logit"  # of the discriminator
    feature_dimension: int | None = None  # of a metric scheme's features in the paper; the discriminator may give any
    default_network = "dcgan"
    discriminator_batch_norm = True  # False where each output must depend on its own image alone
    generator_loss_uses_real = False  # D(x) after the discriminator's update, at the cost of one more pass
    reuse_real_features = False  # D(x) of before it instead, without that pass
    fakes_per_real = 1  # generated images for each real one of a batch, in neighbouring rows
    fresh_generator_images = False  # each generator update has real images of its own, not the discriminator's last
    latent_learning_rate_ratio = 1.0  # a trained latent's step by that which the generator's optimizer makes

    @staticmethod
    def default_latent(dimension: int) -> Latent:
        """The latent distribution of the scheme's paper; its other arguments are hyper-parameters too."""
        return UniformLatent(dimension, low=-1.0, high=1.0)

    @classmethod
    def output_dimension(cls, num_classes: int | None) -> int | None:
        """How many outputs the discriminator must have for K classes; None for any number."""
        return 1 if cls.feature_dimension is None else None

    @classmethod
    def allows_batch_norm(cls, r1_weight: float, r2_weight: float) -> bool:
        """Whether the discriminator may have BatchNorm, with which an output depends on the other images too."""
        return cls.discriminator_batch_norm and not r1_weight and not r2_weight

    @classmethod
    def choose_network(cls, label_mode: str) -> str:
        """The key of NETWORKS that the scheme's paper has, for a label mode."""
        return cls.default_network

    @classmethod
    def arguments(cls) -> dict[str, Any]:
        """The names and defaults of what the constructor takes; a model has each as an attribute of that name."""
        found: dict[str, Any] = {}
        for parent in cls.__mro__[: cls.__mro__.index(Declaration)]:
            found = named_arguments(parent.__init__) | found  # type: ignore[misc]
        return {name: default for name, default in found.items() if name not in cls.fixed}

    @classmethod
    def resolve_label_mode(cls, num_classes: int | None = None, label_mode: str | None = None) -> str:
        """The label mode that the constructor's arguments mean; raises `InputError` where they do not fit."""
        if num_classes is not None:
            require_positive_int("num_classes", num_classes)
        if label_mode is None:
            wanted = "none" if num_classes is None else "conditional"
            label_mode = wanted if wanted in cls.label_modes else cls.label_modes[0]
        if label_mode not in cls.label_modes:
            raise InputError(f"label_mode of {cls.__name__} must be {' or '.join(cls.label_modes)}; got {label_mode!r}")
        if (label_mode != "none" or cls.needs_classes) and num_classes is None:
            raise InputError(f"{cls.__name__} with label_mode {label_mode!r} needs num_classes; got None")
        return label_mode

    @classmethod
    def resolve_sees_labels(cls, label_mode: str, sees_labels: bool | None = None) -> bool:
        """Whether the discriminator takes labels; raises `InputError` where there are none to take."""
        given = LABEL_MODES[label_mode].given
        if sees_labels and not given:
            raise InputError(f"discriminator_sees_labels needs label_mode 'conditional'; got {label_mode!r}")
        return require_bool(
            "discriminator_sees_labels", cls.sees_labels and given if sees_labels is None else sees_labels
        )


def normal_noise(dimension: int) -> Latent:
    """z from N(0, 1), the `default_latent` of many papers."""
    return NormalLatent(dimension)


def named_arguments(function: Callable) -> dict[str, Any]:
    """The names and defaults of what a function takes by name, `self` aside."""
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    parameters = inspect.signature(function).parameters.values()
    return {one.name: one.default for one in parameters if one.kind in named and one.name != "self"}
