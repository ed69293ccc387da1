"""How a recipe optimizes both networks, as one value."""

import dataclasses

import keras

from tfgan_metric import errors
from tfgan_metric.errors import InputError
from tfgan_metric.models import SCHEMES
from tfgan_metric.optimizers import OptimizerSettings, adam_settings

USUAL = adam_settings(2e-4)
RANGES = {
    errors.require_positive: ("generator_learning_rate", "discriminator_learning_rate"),
    errors.require_non_negative: ("generator_final_share", "discriminator_final_share"),
    errors.require_decay: ("beta_1", "beta_2"),
}


@dataclasses.dataclass(frozen=True)
class Optimization:
    """The optimizers of a run; what is None is that of the scheme's paper, its `paper_optimizers`.

    Attributes:
        optimizer: of both networks: "adam", or "rmsprop" as in WGAN's code.
        generator_learning_rate, discriminator_learning_rate: at the start.
        generator_final_share, discriminator_final_share: of the learning rate, where a cosine decay ends; 1 keeps it.
        halve_every: steps after which the learning rates halve, again and again; 0 for never.
        beta_1, beta_2: of Adam, both networks.
    """

    optimizer: str | None = None
    generator_learning_rate: float | None = None
    discriminator_learning_rate: float | None = None
    generator_final_share: float = 1.0
    discriminator_final_share: float = 1.0
    halve_every: int = 0
    beta_1: float | None = None
    beta_2: float | None = None

    def __post_init__(self) -> None:
        errors.require_ranges(self, RANGES)
        if self.optimizer is not None:
            errors.choose("optimizer", self.optimizer, dict.fromkeys(("adam", "rmsprop")))
        errors.require_positive_int("halve_every", self.halve_every, smallest=0)
        if self.halve_every and (self.generator_final_share, self.discriminator_final_share) != (1.0, 1.0):
            raise InputError("a learning rate either halves (halve_every) or follows a cosine (final_share); got both")

    def falling(self, share: float) -> "Optimization":
        """The same with both learning rates following a cosine to a share of what they start at."""
        return dataclasses.replace(self, generator_final_share=share, discriminator_final_share=share)

    def resolved(self, scheme: str) -> "Optimization":
        """The same with the numbers of the scheme's paper in the place of None; RMSprop's β stay None.

        Raises:
            InputError: a β for RMSprop.
        """
        generator, discriminator = SCHEMES[scheme].paper_optimizers
        betas = USUAL if generator.beta_1 is None else generator
        whole = dataclasses.replace(
            self,
            optimizer=self.optimizer or generator.optimizer,
            generator_learning_rate=self.generator_learning_rate or generator.learning_rate,
            discriminator_learning_rate=self.discriminator_learning_rate or discriminator.learning_rate,
            beta_1=betas.beta_1 if self.beta_1 is None else self.beta_1,
            beta_2=betas.beta_2 if self.beta_2 is None else self.beta_2,
        )
        if whole.optimizer == "adam":
            return whole
        if (whole.beta_1, whole.beta_2) != (USUAL.beta_1, USUAL.beta_2):  # the recipes of 0.1.0 name the usual ones
            raise InputError("beta_1 and beta_2 are Adam's; leave them out with optimizer=rmsprop")
        return dataclasses.replace(whole, beta_1=None, beta_2=None)

    def chosen(self, scheme: str) -> dict:
        """The settings that differ from the usual ones, Adam(2e-4, .5, .999) whose rate stays."""
        usual = adam(USUAL.learning_rate, USUAL.learning_rate)
        pairs = dataclasses.asdict(self.resolved(scheme)).items()
        return {name: value for name, value in pairs if value not in (None, getattr(usual, name))}

    def build(self, scheme: str, steps: int, updates: tuple[int, int]) -> list[keras.optimizers.Optimizer]:
        """Makes the optimizers of the generator and the discriminator.

        Args:
            scheme: a key of SCHEMES.
            steps: of the whole run, at the end of which a cosine ends.
            updates: of the generator and of the discriminator in a step.
        """
        found = self.resolved(scheme)
        rates = (found.generator_learning_rate, found.discriminator_learning_rate)
        shares = (found.generator_final_share, found.discriminator_final_share)
        schedules = map(found._schedule, rates, shares, (steps, steps), updates)
        kind, betas = str(found.optimizer), (found.beta_1, found.beta_2)
        return [OptimizerSettings(kind, schedule, *betas).build() for schedule in schedules]

    def _schedule(self, learning_rate, final_share, steps, updates):
        schedules = keras.optimizers.schedules
        if self.halve_every:
            return schedules.ExponentialDecay(learning_rate, self.halve_every * updates, decay_rate=0.5, staircase=True)
        if final_share != 1.0:
            return schedules.CosineDecay(learning_rate, steps * updates, alpha=final_share)
        return learning_rate


def adam(generator_rate: float, discriminator_rate: float, beta_1: float = 0.5, beta_2: float = 0.999) -> Optimization:
    """Adam with the β that most papers have."""
    return Optimization("adam", generator_rate, discriminator_rate, beta_1=beta_1, beta_2=beta_2)


def rmsprop(generator_rate: float, discriminator_rate: float) -> Optimization:
    """RMSprop as in WGAN's code."""
    return Optimization("rmsprop", generator_rate, discriminator_rate)
