"""The pictures of a finished run."""

from tfgan_metric import pictures
from tfgan_metric.data.split import Split
from tfgan_metric.models import AdversarialModel
from tfgan_metric.trainers.recipes.recipe import Recipe
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.grid import real_grid, sample_grid


def write_gallery(model: AdversarialModel, recipe: Recipe, split: Split, run: RunFolder) -> None:
    """Writes real images beside generated ones, the curves of the losses and those of the evaluations on the way."""
    title = f"{recipe.name}: step {model.steps_trained}"
    fake_images, columns = sample_grid(model, recipe.seed)
    real_images = real_grid(model, split, len(fake_images))
    pictures.write_contact_sheet(run.contact_sheet, real_images, fake_images, columns, title)
    pictures.write_loss_curves(run.loss_curves, run.history(), title)
    evaluations = run.evaluations()
    if evaluations:
        pictures.write_curves(run.evaluation_curves, evaluations, title)
