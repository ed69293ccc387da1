"""Both optimizers of a model as the one that Keras' callbacks ask for."""

from collections.abc import Iterable
from typing import Any

import keras
import numpy as np

from tfgan_metric.errors import InputError

NETWORKS = "generator", "discriminator"


class LearningRates:
    """Two learning rates as one number: the generator's, with which the discriminator's keeps its proportion."""

    shape = ()

    def __init__(self, optimizers: Iterable[keras.optimizers.Optimizer]) -> None:
        self._optimizers = tuple(optimizers)

    def numpy(self) -> np.float32:
        return np.float32(learning_rate_of(self._optimizers[0]))

    def __float__(self) -> float:
        return float(self.numpy())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.numpy(), dtype)

    def __repr__(self) -> str:
        return repr(tuple(learning_rate_of(optimizer) for optimizer in self._optimizers))

    def assign(self, value: Any) -> None:
        """Sets the generator's rate and multiplies the discriminator's by as much; from 0 on both are the value.

        Raises:
            InputError: a rate that follows a schedule.
        """
        value, before = float(value), float(self)
        rates = [value * learning_rate_of(one) / before if before else value for one in self._optimizers]
        for optimizer, rate in zip(self._optimizers, rates, strict=True):
            try:
                optimizer.learning_rate = rate
            except TypeError as error:
                raise InputError(
                    f"the learning rate of {optimizer.name} follows a schedule and cannot be set: compile with a number"
                ) from error


def learning_rate_of(optimizer: keras.optimizers.Optimizer) -> float:
    """The learning rate that an optimizer's next update has."""
    return float(keras.ops.convert_to_numpy(optimizer.learning_rate))


class OptimizerPair:
    """What `model.optimizer` is: the generator's and the discriminator's, which are saved with the model, not with it.

    Attributes:
        optimizers: the generator's, then the discriminator's, without their loss scaling; Keras' callbacks serve each,
            and log it by its name, which is its network's.
    """

    built = True
    name = "optimizer_pair"

    def __init__(self, generator: keras.optimizers.Optimizer, discriminator: keras.optimizers.Optimizer) -> None:
        self._pair = generator, discriminator
        self.optimizers = [getattr(optimizer, "inner_optimizer", optimizer) for optimizer in self._pair]
        for optimizer, network in zip(self.optimizers, NETWORKS, strict=True):
            optimizer.name = network

    @property
    def learning_rate(self) -> LearningRates:
        return LearningRates(self.optimizers)

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        self.learning_rate.assign(value)

    @property
    def iterations(self) -> Any:
        """The generator's updates."""
        return self._pair[0].iterations

    @property
    def use_ema(self) -> bool:
        """Whether one of them averages its network's weights."""
        return any(optimizer.use_ema for optimizer in self.optimizers)

    @property
    def variables(self) -> list[keras.Variable]:
        return [variable for optimizer in self._pair for variable in optimizer.variables]

    def get_config(self) -> dict[str, Any]:
        """The settings of both, flat, each name with its network's before it."""
        pairs = zip(NETWORKS, self._pair, strict=True)
        return {f"{network}_{key}": value for network, one in pairs for key, value in one.get_config().items()}

    def build(self, variables: Any) -> None:
        """Nothing: `compile` has built both."""
        return None
