"""AM-GAN's synthetic study of mode dropping: what the Inception Score says of a generator that keeps few classes."""

import numpy as np

CLASSES, DROPPINGS = 100, 1000
SEED = 12345  # of the authors' script


def uniform_density(classes: int = CLASSES) -> np.ndarray:
    """The same share of each class, (N,)."""
    return np.full(classes, 1.0 / classes)


def gaussian_density(classes: int = CLASSES) -> np.ndarray:
    """Shares in proportion to the sizes of normal draws, as the authors' script has it, in rising order, (N,)."""
    density = np.sort(np.abs(np.random.RandomState(SEED).randn(classes)))
    return density / density.sum()


def kept_divergences(density: np.ndarray, kept: int, droppings: int = DROPPINGS, seed: int = SEED) -> np.ndarray:
    """E KL(C(x) ‖ C̄_G) of a generator that keeps some classes at random, each point certain of its own class.

    Of certain points the divergence is -ln of their class's share among those kept, so its mean is the shares' entropy.

    Args:
        density: share of each class, float (N,).
        kept: how many classes are kept, from 1 to N.
        droppings: how often they are chosen anew.
        seed: of the choices.
    Returns:
        float64 (droppings,) from 0 to ln `kept`, in nats; its exp is the Inception Score in one split.
    Source: AM-GAN, section 6.3 and Figure 5.
    """
    random = np.random.default_rng([seed, kept])
    chosen = np.argsort(random.random((droppings, len(density))), axis=1)[:, :kept]
    shares = density[chosen]
    shares /= shares.sum(axis=1, keepdims=True)
    return -np.sum(shares * np.log(shares), axis=1)
