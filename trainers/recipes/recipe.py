"""A recipe: everything that decides a run, as data."""

import dataclasses
import json
import pathlib
import types
from collections.abc import Mapping
from typing import Any

from tfgan_metric import errors
from tfgan_metric.data.folder import Geometry
from tfgan_metric.data.picture import require_colour
from tfgan_metric.errors import InputError, choose
from tfgan_metric.models import SCHEMES, hyperparameters
from tfgan_metric.models.networks.spectral import SPECTRAL_NORMS
from tfgan_metric.precision import PRECISIONS
from tfgan_metric.trainers.recipes.optimizers import Optimization
from tfgan_metric.trainers.recipes.selection import require_selectable

EVALUATORS = {"classifier": ("classifier",), "inception": ("inception",), "both": ("classifier", "inception")}
RANGES = {
    errors.require_positive: ("width", "discriminator_width", "initial_deviation"),
    errors.require_positive_int: (
        *("steps", "batch_size", "sample_every", "checkpoint_every", "log_every"),
        *("latent_dimension", "feature_dimension", "crop", "image_size"),
    ),
    errors.require_seed: ("seed",),
    errors.require_decay: ("held_out",),
    errors.require_bool: ("gradient_norms",),
}
OF_THE_PAPER = Optimization()


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Everything that decides a run.

    Attributes:
        name: of the recipe.
        scheme: a key of SCHEMES.
        source: the paper and place that the numbers come from, or how they were found.
        network: a key of NETWORKS.
        data: a key of the data catalog.
        crop, image_size: sides of the square cut from the middle of each image of a folder, and of the one that it is
            scaled to; None for neither.
        background: the colour that shows through where an image of a folder is transparent.
        held_out: share of a folder's images that does not train, each by a hash of its pixels.
        steps: optimisation iterations.
        batch_size: images in a discriminator update.
        width: multiplies the filters of both networks.
        discriminator_width: multiplies the discriminator's instead; None for `width`.
        latent_dimension: of z.
        feature_dimension: of the discriminator's features; None for the scheme's own or a logit.
        optimization: of both networks; in JSON and `with_fields` its settings stand beside the other fields.
        seed: of the weights, the data's order and the noise.
        initial_deviation: σ of the N(0, σ²) that both networks' kernels are drawn from; None for the layers' own.
        spectral_norm: of which network's layers, a key of SPECTRAL_NORMS.
        precision: the networks' dtype policy, a key of PRECISIONS.
        log_every: steps that one row of the history averages; all that happens on the way happens at the end of a row.
        sample_every, checkpoint_every: steps between two sample grids and two checkpoints.
        gradient_norms: whether the history has the norms of both networks' gradients.
        evaluate_every: steps between two evaluations; 0 for none.
        evaluate_images: generated images of each.
        evaluate_by: "classifier", the data set's own, "inception" or "both".
        keep_best: a metric of these evaluations, by which the best step's model is kept too; None for the last alone.
        hyperparameters: the scheme's own; in JSON and `with_fields` they stand beside the other fields.
    """

    name: str
    scheme: str
    source: str
    network: str
    data: str
    steps: int
    batch_size: int = 64
    width: float = 1.0
    discriminator_width: float | None = None
    latent_dimension: int = 100
    feature_dimension: int | None = None
    optimization: Optimization = OF_THE_PAPER
    seed: int = 0
    initial_deviation: float | None = None
    spectral_norm: str = "none"
    precision: str = "float32"
    sample_every: int = 500
    checkpoint_every: int = 500
    log_every: int = 50
    gradient_norms: bool = False
    evaluate_every: int = 0
    evaluate_images: int = 1000
    evaluate_by: str = "classifier"
    keep_best: str | None = None
    crop: int | None = None
    image_size: int | None = None
    background: str = "white"
    held_out: float = 0.0
    hyperparameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hyperparameters", types.MappingProxyType(dict(self.hyperparameters)))
        errors.require_ranges(self, RANGES)
        choose("precision", self.precision, PRECISIONS)
        choose("spectral_norm", self.spectral_norm, SPECTRAL_NORMS)
        choose("evaluate_by", self.evaluate_by, EVALUATORS)
        require_colour("background", self.background)
        errors.require_positive_int("evaluate_every", self.evaluate_every, smallest=0)
        errors.require_positive_int("evaluate_images", self.evaluate_images, smallest=10)
        require_selectable(self.keep_best, self.evaluate_every, EVALUATORS[self.evaluate_by])

    @property
    def geometry(self) -> Geometry:
        """What is done to each image of a folder."""
        return Geometry(self.crop, self.image_size, self.background)

    @property
    def row_steps(self) -> int:
        """Steps of a row of the history: `log_every`, or fewer where something is to happen more often.

        Where `sample_every` and the like are no multiple of it, they are rounded up to one; the last row of a run may
        be shorter.
        """
        return min(self.log_every, self.sample_every, self.checkpoint_every, self.evaluate_every or self.log_every)

    def ends_row(self, step: int) -> bool:
        """Whether a row of the history ends with a step."""
        return step % self.row_steps == 0 or step == self.steps

    def with_fields(self, fields: Mapping[str, Any]) -> "Recipe":
        """Returns the recipe with some fields, the optimizers' and the scheme's own included, set anew.

        With another scheme every hyper-parameter that the recipe sets must be set anew, or be None to be left out; the
        source then says that it was changed.

        Raises:
            InputError: an unknown field (the valid ones are listed), a value out of its range, or a hyper-parameter
                left over from another scheme.
        """
        scheme = fields.get("scheme", self.scheme)
        if scheme != self.scheme:
            return self._with_other_scheme(scheme, fields)
        own = _own_hyperparameters(scheme)
        for name in fields:
            choose("recipe field", name, {**FIELDS, **OPTIMIZATION, **own})
        changed = {name: value for name, value in fields.items() if name in FIELDS}
        of_optimizers = {name: value for name, value in fields.items() if name in OPTIMIZATION}
        changed["optimization"] = dataclasses.replace(self.optimization, **of_optimizers)
        changed["hyperparameters"] = {**self.hyperparameters, **{name: fields[name] for name in fields if name in own}}
        return dataclasses.replace(self, **changed)

    def with_scheme(self, scheme: str) -> "Recipe":
        """Returns the recipe of another scheme on the same data and networks, without this one's hyper-parameters."""
        if scheme == self.scheme:
            return self
        choose("scheme", scheme, SCHEMES)
        source = f"changed to {scheme}; with {self.scheme}: {self.source}"
        name = f"{self.name}_with_{scheme}"
        return dataclasses.replace(self, name=name, scheme=scheme, source=source, hyperparameters={})

    def _with_other_scheme(self, scheme, fields):
        changed = self.with_scheme(scheme)
        left = [name for name in self.hyperparameters if name not in fields]
        if left:
            raise InputError(
                f"{self.name} sets {', '.join(left)} for {self.scheme}: with scheme={scheme} set each anew, or to null "
                f"to leave it out, such as --set {left[0]}=null"
            )
        own = _own_hyperparameters(scheme)
        left_out = {name for name in self.hyperparameters if fields[name] is None and name not in own}
        return changed.with_fields({name: value for name, value in fields.items() if name not in left_out})

    def as_fields(self) -> dict[str, Any]:
        """Returns all fields in one flat dict, the form of `recipe.json`: what a default stands for is written out."""
        fields = {name: getattr(self, name) for name in FIELDS}
        fields |= dataclasses.asdict(self.optimization.resolved(self.scheme))
        return fields | _own_hyperparameters(self.scheme) | dict(self.hyperparameters)

    def chosen_fields(self) -> dict[str, Any]:
        """Returns the fields that differ from their defaults, so one that a later version adds is not among them."""
        defaults = {name: field.default for name, field in FIELDS.items()} | _own_hyperparameters(self.scheme)
        fields = {name: value for name, value in self.as_fields().items() if name not in OPTIMIZATION}
        chosen = {name: value for name, value in fields.items() if value != defaults[name]}
        return chosen | self.optimization.chosen(self.scheme)

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> "Recipe":
        """The inverse of `as_fields`.

        Raises:
            InputError: a field that is missing, unknown or out of its range.
        """
        missing = [name for name in REQUIRED if name not in fields]
        if missing:
            raise InputError(f"a recipe needs the fields {', '.join(REQUIRED)}; missing: {', '.join(missing)}")
        return cls(**{name: fields[name] for name in REQUIRED}).with_fields(fields)


FIELDS = {
    field.name: field for field in dataclasses.fields(Recipe) if field.name not in ("optimization", "hyperparameters")
}
OPTIMIZATION = {field.name: field for field in dataclasses.fields(Optimization)}
REQUIRED = [name for name, field in FIELDS.items() if field.default is dataclasses.MISSING]


def _own_hyperparameters(scheme):
    """What a scheme takes beyond the recipe's fields; the recipe's seed is the model's."""
    return {name: default for name, default in hyperparameters(scheme).items() if name != "seed"}


def read_recipe(path: str | pathlib.Path) -> Recipe:
    """Reads the `recipe.json` of a run, of this version or an earlier one.

    Raises:
        InputError: a file that cannot be read or is no recipe.
    """
    try:
        fields = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read the recipe {path}: {error}; expected the recipe.json of a run") from error
    if not isinstance(fields, dict):
        raise InputError(f"{path} is not a recipe: expected a JSON object; got {type(fields).__name__}")
    return Recipe.from_fields(fields)
