"""What is compared in an evaluation: the real images, and those that something generates or that are there already."""

from typing import Any

from tfgan_metric.data.archive import is_archive
from tfgan_metric.data.catalog import Data, is_folder, load_data
from tfgan_metric.data.folder import WHOLE, Geometry, load_folder
from tfgan_metric.errors import InputError
from tfgan_metric.evaluation import Source, generator_source, image_source
from tfgan_metric.trainers.runs.best import selection
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.opening import load_sampler


def require_source(run: RunFolder, data: str | None, held_out: float | None, geometry: Geometry) -> None:
    """Raises `InputError` where there is nothing at `run`'s path, or it is not said which images are the real ones.

    So it does for `held_out` and `geometry` where no folder is given that they are for.
    """
    if not run.path.exists():
        raise InputError(f"{run.path} does not exist; expected a run, a .keras file, an exported SavedModel or images")
    if data is None and not run.holds_run:
        raise InputError(f"{run.path} is no run that names its data; name the real images to compare with: --data NAME")
    if data is None and held_out is not None:
        raise InputError(
            f"{run.path} has its own held_out={run.recipe().held_out}; --held-out is for a folder given by --data"
        )

    if geometry != WHOLE and not _holds_images(run) and not is_folder(data or ""):
        raise InputError(f"--crop, --image-size and --background are for a folder of images; {run.path} is none")


def _holds_images(run):
    opens = (run.path / "saved_model.pb").is_file() or run.holds_run
    return (run.path.is_dir() or is_archive(run.path)) and not opens


def real_images(run: RunFolder, data: str | None, held_out: float | None, geometry: Geometry) -> Data:
    """Opens a data set by its name or path, or what a run trained on; raises `InputError` as `load_data`.

    Args:
        held_out, geometry: of a folder.
    """
    if data is None:
        return run.open_data(run.recipe())
    return load_data(data, geometry if is_folder(data) else WHOLE, held_out or 0.0)


def generated_images(
    run: RunFolder, data: Data | None, count: int, seed: int, checkpoint: str, geometry: Geometry
) -> Source:
    """Images of a run, a .keras file or an exported generator, or all of a folder.

    Args:
        data: the real images, whose labels are drawn from; None for labels that the generator draws.
        count, seed, checkpoint: of what generates.
        geometry: of a folder's images.
    Raises:
        InputError: nothing of the kind at the path, or a damaged one.
    """
    if checkpoint == "final" and _holds_images(run):
        given = {"generated_data": str(run.path), "step": "unknown: images given"}
        return image_source(load_folder(run.path, geometry)[0], given)
    sampler = load_sampler(run.path, checkpoint)
    about: dict[str, Any] = {"step": sampler.step if sampler.step is not None else "unknown: exported"}
    if checkpoint == "best":
        about |= {"checkpoint": "best", "selected": selection(run, sampler.step)}
    elif run.holds_run:
        about["checkpoint"] = "final" if sampler.step == run.recipe().steps else "unfinished"
    return generator_source(sampler.generate, data, count, seed, about, sampler.takes_labels)
