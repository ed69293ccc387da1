"""Pictures of a run: sample grids, real beside generated, loss curves."""

import contextlib
import pathlib
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tfgan_metric.data.pixels import to_float, to_uint8
from tfgan_metric.errors import reason
from tfgan_metric.files import replacing

GRIDS_ACROSS = 5


@contextlib.contextmanager
def decorating(path: str | pathlib.Path) -> Iterator[None]:
    """Says on stderr that a picture could not be drawn, and goes on: what shows a result must not cost it."""
    try:
        yield
    except Exception as error:  # whatever a generator, matplotlib, Pillow and the disk raise
        print(f"{path} is not drawn: {reason(error)}", file=sys.stderr)


def image_grid(images: np.ndarray, columns: int, scale: int = 1) -> np.ndarray:
    """Lays images out row by row on black, with a gap of one pixel: uint8 (height, width, C).

    Args:
        images: float (N, H, W, C) in [-1, 1].
        columns: images in a row.
        scale: side of the square that a pixel becomes.
    """
    pixels = to_uint8(images)
    count, height, width, channels = pixels.shape
    rows = -(-count // columns)
    grid = np.zeros((rows, height + 1, columns, width + 1, channels), np.uint8)
    for index, image in enumerate(pixels):
        grid[index // columns, :-1, index % columns, :-1] = image
    grid = grid.reshape(rows * (height + 1), columns * (width + 1), channels)[:-1, :-1]
    return grid.repeat(scale, axis=0).repeat(scale, axis=1)


def write_png(path: str | pathlib.Path, pixels: np.ndarray) -> None:
    """Writes uint8 (H, W, 1 or 3) as a PNG, whole or not at all."""
    with replacing(path) as temporary:
        _to_picture(pixels).save(temporary, format="PNG")


def _to_picture(pixels):
    from PIL import Image

    return Image.fromarray(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels)


def write_contact_sheet(
    path: str | pathlib.Path,
    real_images: np.ndarray,
    fake_images: np.ndarray,
    columns: int,
    title: str,
    names: Sequence[str] = (),
) -> None:
    """Writes a PNG of real images on the left and generated ones on the right, `columns` in a row of each half.

    Both are float (N, H, W, C) in [-1, 1]; `names` stand above the columns.
    """
    drawn, axes = figure(1, 2, width=11, height=6)
    for axis, images, label in zip(axes[0], (real_images, fake_images), ("real", "generated"), strict=True):
        show_grid(axis, images, columns)
        axis.set_title(label, pad=24 if names else None)
        for index, name in enumerate(names):
            middle = (index + 0.5) * (images.shape[2] + 1)
            axis.text(middle, -1, name, fontsize=6, rotation=30, ha="left", va="bottom", parse_math=False)
    drawn.suptitle(title)
    save(drawn, path)


def write_neighbours(path: str | pathlib.Path, real: np.ndarray, generated: np.ndarray, nearest: np.ndarray) -> None:
    """Writes a PNG of three strips, uint8 (N, H, W, C): real images, generated ones, each one's nearest in training."""
    drawn, axes = figure(3, 1, width=8, height=3.2)
    strips = {"real": real, "generated": generated, "nearest in training": nearest}
    for axis, (label, images) in zip(axes[:, 0], strips.items(), strict=True):
        show_grid(axis, to_float(images), len(images))
        axis.set_title(label, loc="left", fontsize=9)
    save(drawn, path)


def write_curves(path: str | pathlib.Path, rows: list[dict], title: str) -> None:
    """Writes a PNG of every number of an evaluation over the steps, from rows with step and the same names in each."""
    names = [name for name in rows[0] if name != "step"]
    drawn, axes = figure(-(-len(names) // 2), 2, width=9, height=2.2 * -(-len(names) // 2))
    for axis in axes.flat[len(names) :]:
        axis.axis("off")
    for axis, name in zip(axes.flat, names, strict=False):
        axis.plot([row["step"] for row in rows], [row[name] for row in rows], marker=".")
        axis.set_title(name.replace("_", " "), fontsize=9)
        axis.grid(alpha=0.3)
    for axis in axes[-1]:
        axis.set_xlabel("step")
    drawn.suptitle(title)
    save(drawn, path)


def write_loss_curves(path: str | pathlib.Path, history: list[dict], title: str) -> None:
    """Writes a PNG of both losses over the steps, from rows with step, discriminator_loss and generator_loss."""
    drawn, axes = figure(2, 1, width=8, height=6)
    steps = [row["step"] for row in history]
    for axis, name in zip(axes[:, 0], ("discriminator_loss", "generator_loss"), strict=True):
        axis.plot(steps, [row[name] for row in history])
        axis.set_ylabel(name.replace("_", " "))
        axis.grid(alpha=0.3)
    axes[-1, 0].set_xlabel("step")
    drawn.suptitle(title)
    save(drawn, path)


def figure(rows: int, columns: int, width: float, height: float) -> tuple[Any, np.ndarray]:
    """(a matplotlib figure of so many inches, its axes (rows, columns))."""
    from matplotlib.figure import Figure  # not pyplot: no window system, no global state

    made = Figure(figsize=(width, height), layout="constrained")
    return made, made.subplots(rows, columns, squeeze=False)


def show_grid(axis: Any, images: np.ndarray, columns: int) -> None:
    """Draws float images (N, H, W, C) in [-1, 1] on a matplotlib axis, row by row, pixel by pixel."""
    axis.imshow(image_grid(images, columns).squeeze(), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    axis.axis("off")


def draw_grids(grids: Sequence[tuple[str, np.ndarray, int]], height: float = 3.6) -> Any:
    """A matplotlib figure of grids side by side, each a title, float images (N, H, W, C) in [-1, 1] and its columns.

    Args:
        height: of each grid with its title, in inches.
    """
    across = max(1, min(GRIDS_ACROSS, len(grids)))
    down = max(1, -(-len(grids) // across))
    drawn, axes = figure(down, across, width=1 + 3.2 * across, height=0.6 + height * down)
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, (title, images, columns) in zip(axes.flat, grids, strict=False):
        show_grid(axis, images, columns)
        axis.set_title(title, fontsize=9)
    return drawn


def save(figure: Any, path: str | pathlib.Path) -> None:
    """Writes a matplotlib figure as a PNG, whole or not at all."""
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png", dpi=110)


def write_images(path: pathlib.Path, images: np.ndarray, columns: int) -> None:
    """Writes float images (N, H, W, C) in [-1, 1]: .png a grid, .npz an array `images`, no ending a folder of PNGs."""
    with replacing(path) as temporary:
        if path.suffix == ".png":
            _to_picture(image_grid(images, columns, scale=2)).save(temporary)
        elif path.suffix == ".npz":
            np.savez(temporary, images=images)
        else:
            temporary.mkdir()
            for index, pixels in enumerate(to_uint8(images)):
                _to_picture(pixels).save(temporary / f"{index:06d}.png")
