"""What Keras' `fit` takes besides arrays, its own data sets, generators and loaders, as a tf.data.Dataset."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from tfgan_metric.errors import InputError

DICTIONARIES = 'map it: dataset.map(lambda row: (row["image"], row["label"]))'
Elements = Callable[[], Iterator[Any]]


class Source(NamedTuple):
    """Batches, and how many of them are an epoch; None where the dataset itself says so, or nobody does."""

    batches: tf.data.Dataset
    epoch: int | None = None


def is_array(data: Any) -> bool:
    """Whether data are one array of images, or a list of images."""
    return data is None or hasattr(data, "shape") or isinstance(data, list | tuple)


def open_source(data: Any, repeats: bool) -> Source:
    """Opens a tf.data.Dataset, a PyDataset, a generator or another iterable of batches.

    Args:
        data: whose elements are images (B, H, W, C) or (images, labels).
        repeats: whether what can be begun again is, so that it has no end.
    Raises:
        InputError: elements of another form, or none.
    """
    if isinstance(data, tf.data.Dataset):
        return Source(data)
    if isinstance(data, keras.utils.PyDataset):
        count = data.num_batches
        return Source(_dataset(_epochs(lambda: _of_pydataset(data), repeats), repeats), count)
    if isinstance(data, Iterator):
        first = next(data, None)
        if first is None:
            raise InputError("the generator gave no batch: it is empty or used up; make it anew")
        return Source(_dataset(lambda: itertools.chain([first], data), False, first))
    if isinstance(data, Iterable) and not isinstance(data, str | bytes | dict):
        count = len(data) if isinstance(data, Sized) else None
        return Source(_dataset(_epochs(lambda: iter(data), repeats), repeats), count)
    raise InputError(
        "expected images, or a tf.data.Dataset, PyDataset, generator or loader of images or (images, labels); got "
        f"{type(data).__name__}"
    )


def _of_pydataset(data):
    yield from (data[index] for index in (range(data.num_batches) if data.num_batches else itertools.count()))
    data.on_epoch_end()


def _epochs(elements: Elements, repeats: bool) -> Elements:
    return (lambda: itertools.chain.from_iterable(elements() for _ in itertools.count())) if repeats else elements


def _dataset(elements: Elements, endless: bool, first: Any = None) -> tf.data.Dataset:
    """The dataset of elements whose types are those of the first."""
    first = next(elements(), None) if first is None else first
    if first is None:
        raise InputError("the data set is empty: expected at least one batch of images or (images, labels)")
    signature = tf.nest.map_structure(_spec, _arrays(first))
    dataset = tf.data.Dataset.from_generator(lambda: map(_arrays, elements()), output_signature=signature)
    return dataset.apply(tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY)) if endless else dataset


def _arrays(element: Any) -> Any:
    """An element as NumPy's, float64 as float32: an array or a pair."""
    if isinstance(element, dict):
        raise InputError(
            f"expected images or (images, labels); got a dict of {', '.join(map(str, element))}: {DICTIONARIES}"
        )
    parts = element if isinstance(element, list | tuple) else (element,)
    arrays = tuple(np.asarray(part) for part in parts if part is not None)
    arrays = tuple(part.astype(np.float32) if part.dtype == np.float64 else part for part in arrays)
    return arrays if len(arrays) > 1 else arrays[0]


def _spec(array):
    return tf.TensorSpec((None, *array.shape[1:]), array.dtype)
