"""The label schemes as AM-GAN writes them, for `replay`, in H(p, q) = -Σ p log q of whole distributions."""

import numpy as np
import tensorflow as tf
from replay import Replay

mean, log = tf.reduce_mean, tf.math.log


def cross_entropy(targets, distributions):
    """H(p, q) of each row, (m, K) -> (m,)."""
    return -tf.reduce_sum(targets * log(distributions), axis=-1)


def one_hot(y, count):
    return np.eye(count)[np.asarray(y)]


class LabelScheme(Replay):
    """What the family shares; the target y* of a generated image is the given class, or the one nearest to D."""

    rates = 4e-4, 4e-4

    def targets(self, u, class_logits):
        """y*, (m,)."""
        return u.fake_y if self.model.label_mode == "predefined" else class_logits.numpy().argmax(axis=1)


class GANStar(LabelScheme):
    """Eq. 1 + .1 E H(u(y), C(x)) and the generator's of eq. 1; D's outputs are K class logits and a real one."""

    class_weight = 0.1

    def split(self, outputs):
        """[D_r, D_f] (m, 2) and C (m, K)."""
        real = tf.sigmoid(outputs[:, -1])
        return tf.stack([real, 1 - real], axis=1), tf.nn.softmax(outputs[:, :-1])

    def class_loss(self, outputs, y):
        _, classes = self.split(outputs)
        return mean(cross_entropy(one_hot(y, classes.shape[1]), classes))

    def fake_class_loss(self, u):
        return self.class_loss(u.g, self.targets(u, u.g[:, :-1]))

    def discriminator_loss(self, u):
        real, fake = mean(cross_entropy([1, 0], self.split(u.a)[0])), mean(cross_entropy([0, 1], self.split(u.g)[0]))
        return real + fake + self.class_weight * self.class_loss(u.a, u.y)

    def generator_loss(self, u):
        return mean(cross_entropy([1, 0], self.split(u.g)[0]))


class ACGANStar(GANStar):
    """Eqs 6-9."""

    class_weight = 1.0

    def generator_loss(self, u):
        return super().generator_loss(u) + self.fake_class_loss(u)


class ACGANStarPlus(ACGANStar):
    """AC-GAN* + E H(uniform, C(G)) for the discriminator (eq. 20)."""

    def discriminator_loss(self, u):
        _, classes = self.split(u.g)
        count = classes.shape[1]
        return super().discriminator_loss(u) + mean(cross_entropy(np.full(count, 1 / count), classes))


class ACGAN(ACGANStar):
    """AC-GAN* + E H(u(y*), C(G)) for the discriminator (section 2.2)."""

    def discriminator_loss(self, u):
        return super().discriminator_loss(u) + self.fake_class_loss(u)


class LabelGAN(LabelScheme):
    """Eqs 2-3: D is a softmax over K classes and the fake one, whose logit is 0."""

    def distribution(self, class_logits):
        """D, (m, K + 1)."""
        return tf.nn.softmax(tf.concat([class_logits, tf.zeros_like(class_logits[:, :1])], axis=1))

    def discriminator_loss(self, u):
        d, fake = self.distribution(u.a), self.distribution(u.g)[:, -1]
        return mean(cross_entropy(one_hot(u.y, d.shape[1]), d)) - mean(log(fake))

    def generator_loss(self, u):
        return -mean(log(tf.reduce_sum(self.distribution(u.g)[:, :-1], axis=1)))


class AMGAN(LabelGAN):
    """Eqs 14-15, smoothed by eqs 24, 28 and 33, unlabelled images by eqs 34-35."""

    real_smoothing = fake_smoothing = marginal_weight = 0.0

    def real_target(self, y):
        """(1-λ₂) v(y) + λ₂ v(K+1), (m, K + 1)."""
        count = self.model.num_classes
        return (1 - self.real_smoothing) * one_hot(y, count + 1) + self.real_smoothing * one_hot(count, count + 1)

    def fake_target(self):
        """λ₁ spread over the K classes, 1-λ₁ on the fake one, (K + 1,)."""
        count = self.model.num_classes
        return np.array([self.fake_smoothing / count] * count + [1 - self.fake_smoothing])

    def discriminator_loss(self, u):
        d, nearest = self.distribution(u.a), u.a.numpy().argmax(axis=1)
        y = u.y if self.model.label_mode != "none" else np.full_like(u.y, -1)
        loss = mean(cross_entropy(self.fake_target(), self.distribution(u.g)))
        for rows, classes in ((np.where(y >= 0)[0], y), (np.where(y < 0)[0], nearest)):
            if len(rows):
                loss += mean(cross_entropy(self.real_target(classes[rows]), tf.gather(d, rows)))
        return loss + self.marginal_loss(tf.gather(d, np.where(y < 0)[0]))

    def marginal_loss(self, unlabelled):
        """H(uniform, R(E D(x))), R the real classes' shares (eq. 35), for D(x) (n, K + 1)."""
        if not len(unlabelled):
            return 0.0
        shares = mean(unlabelled, axis=0)[:-1]
        uniform = np.full(len(shares), 1 / len(shares))
        return self.marginal_weight * cross_entropy(uniform, shares / tf.reduce_sum(shares))

    def generator_loss(self, u):
        return mean(cross_entropy(self.real_target(self.targets(u, u.g)), self.distribution(u.g)))


class CatGAN(LabelScheme):
    """-H(E p(x)) + E H(p(x)) - E H(p(G)) [+ E H(u(y), p(x))] and E H(p(G)) - H(E p(G)) (Springenberg 2016, eq. 7)."""

    def discriminator_loss(self, u):
        real, fake = tf.nn.softmax(u.a), tf.nn.softmax(u.g)
        loss = mean(self.entropy(real)) - self.entropy(mean(real, axis=0)) - mean(self.entropy(fake))
        labelled = np.where(u.y >= 0)[0]
        if self.model.label_mode == "none" or not len(labelled):
            return loss
        return loss + mean(cross_entropy(one_hot(u.y[labelled], real.shape[1]), tf.gather(real, labelled)))

    def generator_loss(self, u):
        fake = tf.nn.softmax(u.g)
        return mean(self.entropy(fake)) - self.entropy(mean(fake, axis=0))

    def entropy(self, distributions):
        return cross_entropy(distributions, distributions)
