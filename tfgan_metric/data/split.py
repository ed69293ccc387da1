"""Images of one split and their labels, kept as 8-bit pixels where they came as such."""

from collections.abc import Iterator

import numpy as np

from tfgan_metric.data.pixels import to_float, to_uint8


class Split:
    """Images and their labels; unpacks as (images, labels).

    Args:
        images: (N, H, W, C), uint8 0..255 or float in [-1, 1].
        labels: int32 (N,), or None.
    """

    def __init__(self, images: np.ndarray, labels: np.ndarray | None = None) -> None:
        self._images, self.labels = images, labels

    @property
    def images(self) -> np.ndarray:
        """float32 (N, H, W, C) in [-1, 1]; made anew at each call from 8-bit pixels, four times their size."""
        return to_float(self._images) if self._images.dtype == np.uint8 else self._images

    @property
    def pixels(self) -> np.ndarray:
        """uint8 (N, H, W, C)."""
        return self._images if self._images.dtype == np.uint8 else to_uint8(self._images)

    @property
    def shape(self) -> tuple[int, ...]:
        """(H, W, C)."""
        return tuple(self._images.shape[1:])

    def __len__(self) -> int:
        return len(self._images)

    def __iter__(self) -> Iterator[np.ndarray | None]:
        return iter((self.images, self.labels))
