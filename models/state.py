"""All of a model that training changes, to copy or to compare."""

import keras

from tfgan_metric.errors import InputError
from tfgan_metric.models.generative import PARTS, GenerativeModel


def state_variables(model: GenerativeModel) -> list[keras.Variable]:
    """All variables of an `AdversarialModel`, both optimizers' included."""
    return [*model.variables, *model.generator_optimizer.variables, *model.discriminator_optimizer.variables]


def copy_state(source: GenerativeModel, target: GenerativeModel) -> None:
    """Gives a compiled model the whole state of another one of the same scheme and architecture.

    Raises:
        InputError: the two differ in more than their state.
    """
    if type(source) is not type(target):
        raise InputError(f"expected the state of a {type(target).__name__}; got that of a {type(source).__name__}")
    pairs = list(zip(state_variables(source), state_variables(target), strict=False))
    fits = len(state_variables(source)) == len(state_variables(target))
    if not fits or any(tuple(ours.shape) != tuple(theirs.shape) for ours, theirs in pairs):
        raise InputError(
            f"expected the state of a {type(target).__name__} with the same networks and optimizers; got one whose "
            "weights have other shapes: build the model as it was"
        )
    pairs += zip(source.random_states(), target.random_states(), strict=True)
    for ours, theirs in pairs:
        theirs.assign(keras.ops.convert_to_numpy(ours))


def copy_networks(source: GenerativeModel, target: GenerativeModel) -> str:
    """Gives a model's networks and trained latent the weights of another's, where they have the same shape.

    A weight whose shape depends on the classes or the channels, and is another here, stays as it is.

    Returns:
        How many weights were copied and how many there are.
    Raises:
        InputError: networks of other layers, or none of whose weights fits.
    """
    copied = total = 0
    for name in PARTS:
        ours, theirs = getattr(source, name).weights, getattr(target, name).weights
        if len(ours) != len(theirs) and name != "latent":
            raise InputError(
                f"cannot start from another network: expected a {name} of {len(theirs)} weights; got {len(ours)}"
            )
        for weight, other in zip(ours, theirs, strict=False):
            if tuple(weight.shape) == tuple(other.shape):
                other.assign(keras.ops.convert_to_numpy(weight))
                copied += 1
        total += len(theirs)
    if not copied:
        raise InputError("cannot start from another network: none of its weights has the shape of one here")
    target.restart_average()
    return f"{copied} of {total} weights"
