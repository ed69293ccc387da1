"""AM Score and Mode Score: a classifier of the data set itself, and the training data's class proportions."""

import numpy as np

from tfgan_metric.metrics.arrays import require_distribution
from tfgan_metric.metrics.inception_score import log_marginal, log_softmax


def am_score(logits: np.ndarray, train_marginal: np.ndarray) -> float:
    """KL(C̄_train ‖ C̄_G) + E H(C(x)), at least 0, in nats; lower is better.

    The first term asks for the training data's class proportions, the second for images that the classifier is sure
    of. One image a class gives 0: it does not see variety within a class.

    Args:
        logits: of generated images by a classifier of the data set, (N, K).
        train_marginal: C̄_train, the mean of the classifier's probabilities over the training images, (K,).
    Raises:
        InputError: logits that are not finite, or a marginal that is no distribution over K classes.
    Source: AM-GAN, eq. 23.
    """
    return marginal_divergence(logits, train_marginal) + entropy_terms(logits)[1]


def entropy_terms(logits: np.ndarray) -> tuple[float, float]:
    """H(C̄_G) and E H(C(x)), from 0 to ln K, in nats: the Inception Score in one split is exp of their difference.

    Args:
        logits: of generated images by any classifier, (N, K).
    Raises:
        InputError: logits that are not finite.
    Source: AM-GAN, section 6.1 and Figure 3.
    """
    log_p = log_softmax(logits)
    marginal = log_marginal(log_p)
    return float(-np.sum(np.exp(marginal) * marginal)), float(-np.mean(np.sum(np.exp(log_p) * log_p, axis=1)))


def marginal_divergence(logits: np.ndarray, train_marginal: np.ndarray) -> float:
    """KL(C̄_train ‖ C̄_G), the AM Score's first term, at least 0, in nats.

    Args and Raises as `am_score`.
    Source: AM-GAN, eq. 23 and Figure 6.
    """
    log_p = log_softmax(logits)
    train_marginal = require_distribution("train_marginal", train_marginal, log_p.shape[1])
    present = train_marginal > 0
    p, log_q = train_marginal[present], log_marginal(log_p)[present]
    return float(np.sum(p * (np.log(p) - log_q)))


def mode_score(logits: np.ndarray, train_marginal: np.ndarray) -> float:
    """exp(E KL(C(x) ‖ C̄_train) - KL(C̄_G ‖ C̄_train)), from 1 to K; higher is better.

    The training marginal cancels: it equals the Inception Score in one split for any of them (AM-GAN, appendix).

    Args and Raises as `am_score`; every class of the marginal is above 0.
    Source: AM-GAN, eq. 38; Che et al. 2016 (arXiv:1612.02136).
    """
    log_p = log_softmax(logits)
    train_marginal = require_distribution("train_marginal", train_marginal, log_p.shape[1])
    log_train = np.log(np.maximum(train_marginal, np.finfo(np.float64).tiny))
    conditional = np.mean(np.sum(np.exp(log_p) * (log_p - log_train), axis=1))
    marginal = log_marginal(log_p)
    return float(np.exp(conditional - np.sum(np.exp(marginal) * (marginal - log_train))))
