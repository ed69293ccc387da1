"""What a classifier's training does to its images."""

import keras
import tensorflow as tf

from tfgan_metric.evaluation.densenet import Preset


def augment(images: tf.Tensor, preset: Preset, mirror: bool) -> tf.Tensor:
    """Shifts each image by whole pixels of its own, and mirrors half of them if the preset does and `mirror` allows.

    Images are float32 (B, H, W, C); `mirror` says whether a mirrored one keeps its class.

    Source: Huang et al. 2017 (arXiv:1608.06993), section 4.1.
    """
    shift = keras.layers.RandomTranslation(
        preset.shift, preset.shift, fill_mode=preset.fill_mode, interpolation="nearest"
    )
    images = shift(images)
    return keras.layers.RandomFlip("horizontal")(images) if mirror and preset.mirror else images
