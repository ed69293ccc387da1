"""Label losses: the discriminator knows the classes, and real or fake by a real logit against a fake one fixed at 0.

`class_logits` are l, float32 (B, K); a real logit is r, float32 (B,); images are `selected` by bool (B,). A
discriminator without a real logit of its own has r = logsumexp(l): its K logits and the fake one are then a softmax
over K + 1 classes (LabelGAN, AM-GAN).
"""

import tensorflow as tf

UNLABELLED = -1
FAR_BELOW = -1e9  # a log-probability of nothing; an infinite one would make the gradient NaN


def overall_real_logit(class_logits: tf.Tensor) -> tf.Tensor:
    """The real logit of a discriminator that has only class logits, r = logsumexp(l), float32 (B,).

    Source: AM-GAN, section 2.1: D_r = Σ_k D_k, which with the fake logit at 0 is sigmoid(r).
    """
    return tf.reduce_logsumexp(class_logits, axis=-1)


def dynamic_labels(class_logits: tf.Tensor) -> tf.Tensor:
    """The class that each image is nearest to, argmax_k l_k, int32 (B,): a target for images that were given none.

    Source: AM-GAN, section 5.1.
    """
    return tf.argmax(class_logits, axis=-1, output_type=tf.int32)


def real_or_fake_cross_entropy(real_logits: tf.Tensor, real_share: float) -> tf.Tensor:
    """Cross-entropy of [r, 0] against the target [t, 1-t], float32 (B,), at least 0, in nats.

    Args:
        real_logits: r, float32 (B,).
        real_share: t in [0, 1]; 1 says real, 0 fake, a number between smooths.
    Source: AM-GAN, eq. 24.
    """
    return real_share * tf.nn.softplus(-real_logits) + (1.0 - real_share) * tf.nn.softplus(real_logits)


def class_cross_entropy(class_logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    """Cross-entropy of softmax(l) against each image's class, float32 (B,), >= 0, in nats; 0 for an unlabelled image.

    Args:
        labels: int (B,) in 0..K-1, or -1 for unlabelled.
    Source: AM-GAN, section 2.2 (the auxiliary classifier).
    """
    targets = tf.one_hot(labels, class_logits.shape[-1])  # all 0 where unlabelled
    return -tf.reduce_sum(targets * tf.nn.log_softmax(class_logits), axis=-1)


def uniform_cross_entropy(class_logits: tf.Tensor) -> tf.Tensor:
    """Cross-entropy of softmax(l) against the uniform distribution, float32 (B,), at least ln K, in nats.

    Source: AM-GAN, eq. 20.
    """
    return -tf.reduce_mean(tf.nn.log_softmax(class_logits), axis=-1)


def _log_mean_prediction(class_logits, selected):
    """ln R(E D(x)) over the selected images, (K,): D(x) is the softmax over [l, 0], R normalises over the K classes."""
    log_probabilities = class_logits - tf.nn.softplus(overall_real_logit(class_logits))[:, None]  # (B, K)
    chosen = log_probabilities + tf.where(selected, 0.0, FAR_BELOW)[:, None]
    return tf.nn.log_softmax(tf.reduce_logsumexp(chosen, axis=0))  # the count cancels


def mean_prediction(class_logits: tf.Tensor, selected: tf.Tensor) -> tf.Tensor:
    """The selected images' mean prediction over the K real classes, a reference for `marginal_cross_entropy`.

    Returns:
        float32 (K,) of sum 1, through which no gradient flows; uniform where none is selected.
    Source: AM-GAN, appendix C.2, whose mean is over all labelled data.
    """
    prediction = tf.exp(_log_mean_prediction(class_logits, selected))
    return tf.stop_gradient(tf.where(tf.reduce_any(selected), prediction, 1.0 / class_logits.shape[-1]))


def marginal_cross_entropy(
    class_logits: tf.Tensor, selected: tf.Tensor, reference: tf.Tensor | None = None
) -> tf.Tensor:
    """Cross-entropy of the selected images' mean prediction over the K classes against a reference distribution.

    The prediction is D(x), the softmax over [l, 0]; its mean is normalised over the K real classes afterwards.

    Args:
        reference: p_ref, float32 (K,) of sum 1; uniform by default.
    Returns:
        A float32 scalar, at least the reference's entropy (ln K of the uniform one), in nats; 0 where none is selected.
    Source: AM-GAN, eq. 35.
    """
    logs = _log_mean_prediction(class_logits, selected)
    cross_entropy = -tf.reduce_mean(logs) if reference is None else -tf.reduce_sum(reference * logs)
    return tf.where(tf.reduce_any(selected), cross_entropy, 0.0)


def mean_over(values: tf.Tensor, selected: tf.Tensor) -> tf.Tensor:
    """Mean of the selected values (B,), a scalar; 0 where none is selected."""
    chosen = tf.cast(selected, tf.float32)
    return tf.math.divide_no_nan(tf.reduce_sum(chosen * values), tf.reduce_sum(chosen))


def entropy(class_logits: tf.Tensor) -> tf.Tensor:
    """Entropy of softmax(l), float32 (B,), from 0 to ln K, in nats."""
    return -tf.reduce_sum(tf.nn.softmax(class_logits) * tf.nn.log_softmax(class_logits), axis=-1)


def marginal_entropy(class_logits: tf.Tensor) -> tf.Tensor:
    """Entropy of the batch's mean prediction, H(E p), a scalar from 0 to ln K, in nats."""
    logs = tf.reduce_logsumexp(tf.nn.log_softmax(class_logits), axis=0)  # (K,); log_softmax takes the count away
    return entropy(logs[None])[0]


def catgan_discriminator_loss(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
    """Real images certain of a class, all classes used alike, fake ones uncertain: -H(E p) + E H(p) - E_G H(p).

    Args:
        real_logits, fake_logits: l of real and of fake images, float32 (B, K).
    Returns:
        From -2 ln K to 0, in nats.
    Source: Springenberg 2016 (arXiv:1511.06390), section 3.
    """
    certain = tf.reduce_mean(entropy(real_logits)) - marginal_entropy(real_logits)
    return certain - tf.reduce_mean(entropy(fake_logits))


def catgan_generator_loss(fake_logits: tf.Tensor) -> tf.Tensor:
    """Fake images certain of a class, all classes used alike: E H(p) - H(E p), from -ln K to 0, in nats.

    Args:
        fake_logits: l of fake images, float32 (B, K).
    Source: Springenberg 2016 (arXiv:1511.06390), section 3.
    """
    return tf.reduce_mean(entropy(fake_logits)) - marginal_entropy(fake_logits)
