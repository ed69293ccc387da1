"""The pictures of a run: grids of one noise in every class, and what shows a finished one."""

import numpy as np
import tensorflow as tf

from tfgan_metric import pictures
from tfgan_metric.data.pixels import to_float
from tfgan_metric.data.split import Split
from tfgan_metric.models import AdversarialModel
from tfgan_metric.trainers.recipes.recipe import Recipe
from tfgan_metric.trainers.runs.folder import RunFolder


def sample_grid(model: AdversarialModel, seed: int, rows: int = 10) -> tuple[np.ndarray, int]:
    """Generates a grid's images: of each noise every class, or without labels ten by ten.

    Returns:
        (float32 (rows × columns, H, W, C), columns).
    """
    classes = model.inference_classes
    if classes is None:
        return model.generate(rows * 10, seed=seed), 10
    columns = min(classes, 10)
    latents = model.latent.sample(rows, tf.constant([seed, 0], tf.int64))
    labels = tf.tile(tf.range(columns), [rows])
    return model.generate_from([tf.repeat(latents, columns, axis=0), labels]), columns


def _real_grid(model, split, count):
    """Real images, float (count, H, W, C), as the sample grid lays out generated ones."""
    if model.inference_classes is None:
        return to_float(split.pixels[:count])
    columns = min(model.inference_classes, 10)
    of_class = [split.pixels[split.labels == label][: count // columns] for label in range(columns)]
    return to_float(np.stack(of_class, axis=1).reshape(count, *split.shape))


def write_gallery(model: AdversarialModel, recipe: Recipe, split: Split, run: RunFolder) -> None:
    """Writes real images beside generated ones, the curves of the losses and those of the evaluations on the way."""
    title = f"{recipe.name}: step {model.steps_trained}"
    fake_images, columns = sample_grid(model, recipe.seed)
    real_images = _real_grid(model, split, len(fake_images))
    pictures.write_contact_sheet(run.contact_sheet, real_images, fake_images, columns, title)
    pictures.write_loss_curves(run.loss_curves, run.history(), title)
    evaluations = run.evaluations()
    if evaluations:
        pictures.write_curves(run.evaluation_curves, evaluations, title)
