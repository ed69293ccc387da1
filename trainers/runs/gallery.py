"""The pictures of a run: grids of one noise in every class, and what shows a finished one."""

import numpy as np
import tensorflow as tf

from tfgan_metric import pictures
from tfgan_metric.data.catalog import Data
from tfgan_metric.data.pixels import to_float
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
    """Real images, float (count, H, W, C), laid out as the sample grid's; black where a class has fewer."""
    if model.inference_classes is None:
        return to_float(split.pixels[:count])
    columns = min(model.inference_classes, 10)
    rows = np.zeros((count // columns, columns, *split.shape), np.uint8)
    for label in range(columns):
        of_class = split.pixels[split.labels == label][: len(rows)]
        rows[: len(of_class), label] = of_class
    return to_float(rows.reshape(count, *split.shape))


def write_gallery(model: AdversarialModel, recipe: Recipe, data: Data, run: RunFolder) -> None:
    """Writes real images beside generated ones, the curves of the losses and those of the evaluations on the way."""
    title = f"{recipe.name}: step {model.steps_trained}"
    with pictures.decorating(run.loss_curves):
        pictures.write_loss_curves(run.loss_curves, run.history(), title)
    with pictures.decorating(run.evaluation_curves):
        evaluations = run.evaluations()
        if evaluations:
            pictures.write_curves(run.evaluation_curves, evaluations, title)
    with pictures.decorating(run.contact_sheet):
        fake_images, columns = sample_grid(model, recipe.seed)
        real_images = _real_grid(model, data.train, len(fake_images))
        names = (data.class_names or [])[:columns] if model.inference_classes else []
        pictures.write_contact_sheet(run.contact_sheet, real_images, fake_images, columns, title, names)
