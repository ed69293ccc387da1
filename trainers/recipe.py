"""A recipe: everything that decides a run, as data."""

import dataclasses
import json
import pathlib

from tfgan_metric.data.folder import Geometry
from tfgan_metric.errors import (
    InputError,
    choose,
    require_bool,
    require_decay,
    require_non_negative,
    require_positive,
    require_positive_int,
    require_seed,
)
from tfgan_metric.precision import PRECISIONS

EVALUATORS = {"classifier": ("classifier",), "inception": ("inception",), "both": ("classifier", "inception")}


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
        steps: optimisation iterations.
        batch_size: images in a discriminator update.
        width: multiplies the filters of both networks.
        discriminator_width: multiplies the discriminator's instead; None for `width`.
        latent_dimension: of z.
        feature_dimension: of the discriminator's features; None for the scheme's own or a logit.
        optimizer: "adam", or "rmsprop" with the smoothing constant .99 of WGAN's code; of both networks.
        generator_learning_rate, discriminator_learning_rate: at the start.
        generator_final_share, discriminator_final_share: of the learning rate, where a cosine decay ends; 1 keeps it.
        halve_every: steps after which the learning rates halve, again and again; 0 for never.
        beta_1, beta_2: of Adam, both networks.
        seed: of the weights, the data's order and the noise.
        initial_deviation: σ of the N(0, σ²) that both networks' kernels are drawn from; None for the layers' own.
        precision: the networks' dtype policy, a key of PRECISIONS.
        sample_every: steps between two sample grids.
        checkpoint_every: steps between two checkpoints.
        log_every: steps that one row of the history averages.
        gradient_norms: whether the history has the norms of both networks' gradients.
        evaluate_every: steps between two evaluations; 0 for none.
        evaluate_images: generated images of each.
        evaluate_by: "classifier", the data set's own, "inception" or "both".
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
    optimizer: str = "adam"
    generator_learning_rate: float = 2e-4
    discriminator_learning_rate: float = 2e-4
    generator_final_share: float = 1.0
    discriminator_final_share: float = 1.0
    halve_every: int = 0
    beta_1: float = 0.5
    beta_2: float = 0.999
    seed: int = 0
    initial_deviation: float | None = None
    precision: str = "float32"
    sample_every: int = 500
    checkpoint_every: int = 500
    log_every: int = 50
    gradient_norms: bool = False
    evaluate_every: int = 0
    evaluate_images: int = 1000
    evaluate_by: str = "classifier"
    crop: int | None = None
    image_size: int | None = None
    hyperparameters: dict = dataclasses.field(default_factory=dict)

    def __post_init__(self):
        for name in ("steps", "batch_size", "latent_dimension", "sample_every", "checkpoint_every", "log_every"):
            require_positive_int(name, getattr(self, name))
        for name in ("width", "generator_learning_rate", "discriminator_learning_rate"):
            require_positive(name, getattr(self, name))
        for name in ("discriminator_width", "initial_deviation"):
            if getattr(self, name) is not None:
                require_positive(name, getattr(self, name))
        for name in ("beta_1", "beta_2"):
            require_decay(name, getattr(self, name))
        for name in ("generator_final_share", "discriminator_final_share"):
            require_non_negative(name, getattr(self, name))
        choose("precision", self.precision, PRECISIONS)
        choose("evaluate_by", self.evaluate_by, EVALUATORS)
        require_positive_int("evaluate_images", self.evaluate_images, smallest=10)
        require_bool("gradient_norms", self.gradient_norms)
        choose("optimizer", self.optimizer, {"adam": None, "rmsprop": None})
        if self.optimizer == "rmsprop" and (self.beta_1, self.beta_2) != (0.5, 0.999):
            raise InputError("beta_1 and beta_2 are Adam's; leave them out with optimizer=rmsprop")
        for name in ("halve_every", "evaluate_every"):
            if getattr(self, name) != 0:
                require_positive_int(name, getattr(self, name))
        if self.halve_every and (self.generator_final_share, self.discriminator_final_share) != (1.0, 1.0):
            raise InputError("a learning rate either halves (halve_every) or follows a cosine (final_share); got both")
        for name in ("feature_dimension", "crop", "image_size"):
            if getattr(self, name) is not None:
                require_positive_int(name, getattr(self, name))
        require_seed("seed", self.seed)

    @property
    def geometry(self):
        """What is done to each image of a folder."""
        return Geometry(self.crop, self.image_size)

    def with_fields(self, fields):
        """Returns the recipe with some fields, the scheme's own included, set anew.

        Raises:
            InputError: an unknown field (the valid ones are listed), or a value out of its range.
        """
        own = _own_hyperparameters(fields.get("scheme", self.scheme))
        for name in fields:
            choose("recipe field", name, {**FIELDS, **own})
        changed = {name: value for name, value in fields.items() if name in FIELDS}
        kept = self.hyperparameters if changed.get("scheme", self.scheme) == self.scheme else {}
        changed["hyperparameters"] = kept | {name: value for name, value in fields.items() if name in own}
        return dataclasses.replace(self, **changed)

    def as_fields(self):
        """Returns all fields, the scheme's own with their defaults too, in one flat dict: the form of `recipe.json`."""
        fields = dataclasses.asdict(self)
        given = fields.pop("hyperparameters")
        return fields | _own_hyperparameters(self.scheme) | given

    def chosen_fields(self):
        """Returns the fields that differ from their defaults, so one that a later version adds is not among them."""
        defaults = {name: field.default for name, field in FIELDS.items()} | _own_hyperparameters(self.scheme)
        return {name: value for name, value in self.as_fields().items() if value != defaults[name]}

    @classmethod
    def from_fields(cls, fields):
        """The inverse of `as_fields`.

        Raises:
            InputError: a field that is missing, unknown or out of its range.
        """
        required = [field.name for field in dataclasses.fields(cls) if field.default is dataclasses.MISSING]
        missing = [name for name in required if name in FIELDS and name not in fields]
        if missing:
            raise InputError(f"a recipe needs the fields {', '.join(required[:-1])}; missing: {', '.join(missing)}")
        return cls(**{name: fields[name] for name in required if name in FIELDS}).with_fields(fields)


def _own_hyperparameters(scheme):
    """What a scheme takes beyond the recipe's fields; the recipe's seed is the model's."""
    from tfgan_metric.models import hyperparameters

    return {name: default for name, default in hyperparameters(scheme).items() if name != "seed"}


FIELDS = {field.name: field for field in dataclasses.fields(Recipe) if field.name != "hyperparameters"}


def load_recipe(name):
    """Loads a recipe by its name, or from a `recipe.json`.

    Args:
        name: a name from `RECIPES`, or the path of a JSON file as a run writes it.
    Returns:
        A `Recipe`.
    Raises:
        InputError: an unknown name (the valid ones are listed), or a file that is not a recipe.
    """
    from tfgan_metric.trainers.recipes import RECIPES

    path = pathlib.Path(name)
    if path.suffix != ".json":
        return choose("recipe", name, RECIPES)
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read the recipe {path}: {error}; expected the recipe.json of a run") from error
    if not isinstance(fields, dict):
        raise InputError(f"{path} is not a recipe: expected a JSON object; got {type(fields).__name__}")
    return Recipe.from_fields(fields)


def parse_fields(assignments):
    """Turns ("field=value", ...) into a dict; a value is a number, true, false or null in any case, or a word.

    Raises:
        InputError: one without "=".
    """
    fields = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise InputError(f"expected field=value; got {assignment!r}")
        fields[name] = _parse_value(value)
    return fields


def _parse_value(text):
    words = {"true": True, "false": False, "null": None}
    if text.lower() in words:
        return words[text.lower()]
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text
