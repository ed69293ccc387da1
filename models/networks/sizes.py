"""Which images a pair can make, and the sides of the maps on the way to them."""

from collections.abc import Mapping

from tfgan_metric.errors import InputError, require_positive_int

Shape = tuple[int, ...]  # (H, W, C) of an image
Side = tuple[int, int]  # height and width of a map
Table = Mapping[int, tuple[int, ...]]  # side of a square image -> sides of its maps, from the first to the image
NAMED = 2  # sizes that a refusal offers


def sides_of(image_shape: Shape, sizes: Table) -> tuple[Side, ...]:
    """The sides of a generator's maps, from the first to the image.

    Images that the table lacks have maps that double both sides, from one whose shorter side is at least the first
    of the table's largest image, and less than its double.

    Args:
        image_shape: (H, W, C).
        sizes: those of the papers.
    Raises:
        InputError: sides that no such doubling reaches; it names the nearest ones that fit.
    """
    if len(image_shape) != 3:
        raise InputError(f"image_shape must be (height, width, channels); got {tuple(image_shape)}")
    for name, value in zip(("height", "width", "channels"), image_shape, strict=True):
        require_positive_int(name, value)
    height, width = image_shape[:2]
    if not _fits(height, width, sizes):
        nearest = ", ".join(f"{high}×{wide}" for high, wide in _nearest(height, width, sizes))
        raise InputError(
            f"this network doubles its maps, never to {height}×{width}; the nearest that it makes: {nearest}"
        )
    if _in_table(height, width, sizes):
        return tuple((side, side) for side in sizes[height])
    first = ((1, 1),) if sizes[max(sizes)][0] == 1 else ()
    return first + tuple((height >> n, width >> n) for n in range(_doublings(height, width, sizes), -1, -1))


def _in_table(height: int, width: int, sizes: Table) -> bool:
    return height == width and height in sizes


def _first_side(sizes: Table) -> int:
    return next(side for side in sizes[max(sizes)] if side > 1)


def _doublings(height: int, width: int, sizes: Table) -> int:
    return (min(height, width) // _first_side(sizes)).bit_length() - 1


def _fits(height: int, width: int, sizes: Table) -> bool:
    doublings = _doublings(height, width, sizes)
    doubled = doublings > 0 and height % 2**doublings == width % 2**doublings == 0
    return doubled or _in_table(height, width, sizes)


def _nearest(height: int, width: int, sizes: Table) -> list[Side]:
    """The nearest sizes that fit, square ones to a square one."""
    smallest = 2 * _first_side(sizes)
    step = 2 ** max(0, _doublings(height, width, sizes) - 1)
    heights, widths = (
        [(max(side, smallest) // step + away) * step for away in range(-4, 6)] for side in (height, width)
    )
    found = {(h, w) for h in [*heights, *sizes] for w in [*widths, *sizes] if _fits(h, w, sizes)}
    alike = [(h, w) for h, w in found if height != width or h == w]
    return sorted(alike, key=lambda size: (abs(size[0] - height) + abs(size[1] - width), size))[:NAMED]
