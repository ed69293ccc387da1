"""AM Score and Mode Score: a classifier of the data set itself, and the training data's class proportions."""

import numpy as np

from tfgan_metric.metrics.arrays import require_distribution
from tfgan_metric.metrics.inception_score import log_marginal, log_softmax


def am_score(logits, train_marginal):
    """KL(C̄_train ‖ C̄_G) + E H(C(x)), at least 0; lower is better.

    The first term asks for the training data's class proportions, the second for images that the classifier is sure
    of. One image a class gives 0: it does not see variety within a class.

    Args:
        logits: of generated images by a classifier of the data set, (N, K).
        train_marginal: C̄_train, the mean of the classifier's probabilities over the training images, (K,).
    Returns:
        float, in nats.
    Raises:
        InputError: logits that are not finite, or a marginal that is no distribution over K classes.
    Source: AM-GAN, eq. 23.
    """
    terms = score_terms(logits, train_marginal)
    return terms["marginal_divergence"] + terms["sample_entropy"]


def score_terms(logits, train_marginal):
    """What the Inception Score, exp(H(C̄_G) - E H(C(x))), and the AM Score are made of.

    Args:
        logits, train_marginal: as `am_score`.
    Returns:
        dict of floats in nats: `marginal_entropy` H(C̄_G), `sample_entropy` E H(C(x)), `marginal_divergence`
        KL(C̄_train ‖ C̄_G).
    Raises:
        InputError: as `am_score`.
    Source: AM-GAN, Figures 3 and 6.
    """
    log_p = log_softmax(logits)
    train_marginal = require_distribution("train_marginal", train_marginal, log_p.shape[1])
    marginal = log_marginal(log_p)
    return {
        "marginal_entropy": float(-np.sum(np.exp(marginal) * marginal)),
        "sample_entropy": float(-np.mean(np.sum(np.exp(log_p) * log_p, axis=1))),
        "marginal_divergence": float(_divergence(train_marginal, marginal)),
    }


def mode_score(logits, train_marginal):
    """exp(E KL(C(x) ‖ C̄_train) - KL(C̄_G ‖ C̄_train)); higher is better.

    The training marginal cancels: it equals the Inception Score in one split for any of them (AM-GAN, appendix).

    Args:
        logits: of generated images by a classifier of the data set, (N, K).
        train_marginal: C̄_train, (K,), every class above 0.
    Returns:
        float, from 1 to K.
    Raises:
        InputError: as `am_score`.
    Source: AM-GAN, eq. 38; Che et al. 2016 (arXiv:1612.02136).
    """
    log_p = log_softmax(logits)
    train_marginal = require_distribution("train_marginal", train_marginal, log_p.shape[1])
    log_train = np.log(np.maximum(train_marginal, np.finfo(np.float64).tiny))
    conditional = np.mean(np.sum(np.exp(log_p) * (log_p - log_train), axis=1))
    marginal = log_marginal(log_p)
    return float(np.exp(conditional - np.sum(np.exp(marginal) * (marginal - log_train))))


def _divergence(p, log_q):
    present = p > 0
    return np.sum(p[present] * (np.log(p[present]) - log_q[present]))
