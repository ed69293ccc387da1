"""Images between two noise vectors."""

import numpy as np
import tensorflow as tf

from tfgan_metric.errors import require_positive_int, require_seed
from tfgan_metric.latents import draw_inputs
from tfgan_metric.models import AdversarialModel


def interpolate(
    model: AdversarialModel, rows: int = 8, columns: int = 10, labels: int | list[int] | None = None, seed: int = 0
) -> tuple[np.ndarray, int]:
    """Generates rows of images G(z_m), z_m = λ z_l + (1 - λ) z_r, λ from 1 at the left to 0 at the right.

    Args:
        rows: pairs z_l, z_r, at least 1.
        columns: images in a row, at least 2.
        labels: an int or the class of each row, ints (rows,), for a conditional generator; 0, 1, ... in turn if None.
        seed: of the pairs.
    Returns:
        (float32 images (rows × columns, H, W, C) row by row, columns).
    Raises:
        InputError: an argument out of its range, or labels that the generator cannot use.
    Source: MBGAN, section 4.4.
    """
    require_positive_int("rows", rows)
    require_positive_int("columns", columns, smallest=2)
    require_seed("seed", seed)
    classes = model.inference_classes
    of_rows = None if labels is None else model.check_labels(labels, rows)
    ends = tf.convert_to_tensor(draw_inputs(model.inference_latent, None, 2 * rows, seed))  # (2 rows, D)
    left, right = ends[:rows], ends[rows:]
    share = tf.linspace(1.0, 0.0, columns)[None, :, None]
    between = share * left[:, None] + (1.0 - share) * right[:, None]  # (rows, columns, D)
    latents = tf.reshape(between, (rows * columns, -1))
    if classes is None:
        return model.generate_from(latents), columns
    of_rows = np.arange(rows) % classes if of_rows is None else of_rows
    return model.generate_from([latents, tf.constant(np.repeat(of_rows, columns), tf.int32)]), columns
