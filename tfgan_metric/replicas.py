"""The global batch, of which each replica of a tf.distribute strategy holds a part; on one replica all is the identity.

Every replica computes the loss of the whole batch from all replicas' outputs, so what is no mean over images (an
entropy of a mean, a constraint, pairs, centers) needs no care. Networks run on a replica's own part alone. As the
gradients of all replicas are summed, each takes that of its share of the loss, 1 / `replica_count()`.
"""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from tfgan_metric.keras_private import on_several_machines


def replica_count() -> int:
    """How many replicas the strategy in scope trains on, an int."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def gather(structure: Any) -> Any:
    """Joins all replicas' tensors along the first axis, in the replicas' order; gradients flow back to each.

    Nested tensors (B, ...), equally long on all replicas, become (replicas × B, ...); None stays.
    """
    if replica_count() == 1:
        return structure
    return keras.tree.map_structure(lambda tensor: None if tensor is None else _gather(tensor), structure)


def _gather(tensor):
    context = tf.distribute.get_replica_context()
    count, before = tf.shape(tensor)[0], context.replica_id_in_sync_group
    after = context.num_replicas_in_sync - 1 - before
    rows = tf.stack([before * count, after * count])[None]
    padded = tf.pad(tensor, tf.pad(rows, [[0, tensor.shape.rank - 1], [0, 0]]))
    return context.all_reduce(tf.distribute.ReduceOp.SUM, padded)


def local_rows(draw: Callable[[int], tf.Tensor], count: int) -> tf.Tensor:
    """Draws for the global batch and keeps this replica's rows, so noise does not depend on the number of replicas.

    `draw` makes a tensor of so many rows; `count` of them are one replica's.
    """
    if replica_count() == 1:
        return draw(count)
    first = tf.distribute.get_replica_context().replica_id_in_sync_group * count
    return draw(count * replica_count())[first : first + count]


def global_sum(tensor: tf.Tensor) -> tf.Tensor:
    """The sum over replicas."""
    if replica_count() == 1:
        return tensor
    return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, tensor)


def global_mean(tensor: tf.Tensor) -> tf.Tensor:
    """The mean over replicas."""
    return global_sum(tensor) / replica_count()


def results_of(metrics: list[keras.metrics.Metric]) -> dict[str, tf.Tensor]:
    """The metrics' results by name; on several machines as vectors of one entry, over which Keras averages."""
    shape = (1,) if on_several_machines() else ()
    return {metric.name: tf.reshape(metric.result(), shape) for metric in metrics}


def is_chief() -> bool:
    """Whether this process writes files; of several machines one does."""
    resolver = tf.distribute.get_strategy().cluster_resolver
    return resolver is None or not resolver.task_id


def to_int(variable: keras.Variable) -> int:
    """The value of a scalar variable, on one replica or many, as an int."""
    return int(keras.ops.convert_to_numpy(variable))
