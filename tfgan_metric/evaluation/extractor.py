"""What turns images into features and logits, and says which network it is."""

import abc
import hashlib
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


class Extractor(abc.ABC):
    """A network by which images are measured."""

    name: str
    sha256: str  # of the file, or of the files in the folder, that its weights came from
    resize: str | None = None  # how images are brought to the network's size; None where they are not
    gives_logits: bool = True  # whether the second output means anything
    # Of the Fréchet distance, the kernel distance and the score on its outputs; then of the score's two entropies.
    metric_names: tuple[str, str, str] = ("frechet_distance", "kernel_distance", "classifier_score")
    term_names: tuple[str, str] = ("marginal_entropy", "sample_entropy")

    @abc.abstractmethod
    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Runs the network on uint8 images (B, H, W, C), C 1 or 3: float32 (features (B, D), logits (B, K)).

        Raises:
            InputError: images of a shape that the network cannot take.
        """


def in_parts(images: np.ndarray, size: int) -> Iterator[np.ndarray]:
    """Yields the images, `size` at a time."""
    for start in range(0, len(images), size):
        yield images[start : start + size]


def run_in_parts(
    network: Callable[[np.ndarray], tuple[Any, Any]], images: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """What a network makes of images, `size` at a time: NumPy (features, logits)."""
    features, logits = zip(*map(network, in_parts(images, size)), strict=True)
    return np.concatenate(features), np.concatenate(logits)


def file_sha256(path: str | pathlib.Path) -> str:
    """The SHA-256 of a file, or of a folder's files with their names, in hex."""
    path = pathlib.Path(path)
    digest = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(child for child in path.rglob("*") if child.is_file()):
        if file != path:
            digest.update(file.relative_to(path).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def fingerprint(array: np.ndarray) -> str:
    """The SHA-256 of an array's type, shape and values, in hex."""
    digest = hashlib.sha256(f"{array.dtype} {array.shape}".encode())
    digest.update(array.tobytes())
    return digest.hexdigest()
