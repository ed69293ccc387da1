"""Starting TensorFlow without its start-up lines."""

import os


def start_tensorflow(deterministic: bool = False) -> None:
    """Imports TensorFlow with its C++ start-up lines sent nowhere.

    They are written before any setting of TensorFlow's is read. Python's errors are raised as ever. If `deterministic`,
    TensorFlow uses only operations that give the same bits each time.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    stderr = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        import keras  # noqa: F401  imports TensorFlow
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)
    if deterministic:
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()


def start_worker(threads: int) -> None:
    """Starts TensorFlow in a process of a pool, with so many threads for its operations."""
    start_tensorflow()
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
