"""What `fit` refuses, in one line that says what came and how to mend it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from conftest import small_model
from tfgan_metric.errors import InputError
from tfgan_metric.models import Checkpoint, guard
from tfgan_metric.models.checkpoint import CheckpointFolder
from tfgan_metric.models.guard import NonFiniteLossError

IMAGES = np.zeros((8, 28, 28, 1), np.float32)
LABELS = np.arange(8, dtype=np.int32)


@pytest.fixture(scope="module")
def conditional():
    return small_model("dmgan", num_classes=10)


def batched(*arrays, size=4):
    return tf.data.Dataset.from_tensor_slices(arrays if len(arrays) > 1 else arrays[0]).batch(size)


def unshaped(images, labels=LABELS):
    """A dataset whose elements' shapes are not known before they come."""
    spec = (tf.TensorSpec(None, tf.float32), tf.TensorSpec(None, tf.int32))
    return tf.data.Dataset.from_generator(lambda: batched(images, labels), output_signature=spec)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (batched(IMAGES[..., 0], LABELS), r"images must have shape \(batch, 28, 28, 1\); got \(None, 28, 28\)"),
        (batched(np.zeros((8, 32, 32, 3), np.float32), LABELS), r"got \(None, 32, 32, 3\)"),
        (batched(IMAGES.astype(np.uint8), LABELS), "must be float.*got uint8: divide 0..255 by 127.5 .*float_images"),
        (batched(IMAGES + 255, LABELS), "must lie in -1 .. 1 .*; this batch holds 255 to 255"),
        (batched(IMAGES + np.nan, LABELS), "must lie in -1 .. 1 .*; this batch holds nan to nan"),
        (batched(IMAGES), r"must yield \(images, labels\); got images alone"),
        (batched(IMAGES, LABELS + 3), "labels must lie in 0 .. 9; this batch holds 7 to 10"),
        (batched(IMAGES, LABELS - 1), "labels must lie in 0 .. 9; this batch holds -1 to 2"),
        (batched(IMAGES, LABELS.astype(np.float32)), "labels must be ints"),
        (batched(IMAGES, np.eye(10)[LABELS]), "labels must be ints"),
        (batched(IMAGES, LABELS, size=7), "at least 2 images .*; this one holds 1"),
        (batched(IMAGES, LABELS, np.ones(8)), "the losses know no weights of images"),
        (batched(IMAGES, LABELS).map(lambda x, y: ((x, x), y)), "images or .images, labels., each one tensor"),
        (batched(IMAGES, LABELS).map(lambda x, y: {"x": x, "y": y}), "got a dict of x, y: map it: dataset.map"),
        (unshaped(IMAGES[..., 0]), r"images must have shape \(batch, 28, 28, 1\); this batch has 4 28 28"),
        (unshaped(IMAGES[:, :20]), r"images must have shape .*; this batch has 4 20 28 1"),
        (unshaped(IMAGES, LABELS[:, None]), "one label an image; got shape 4 1"),
        (batched(IMAGES, LABELS).take(0), "the data ended before the first step, which takes 1 batch"),
        (batched(IMAGES, LABELS).filter(lambda image, label: False), "the data ended before the first step"),
    ],
)
def test_datasets(conditional, data, message):
    with pytest.raises(InputError, match=message) as caught:
        conditional.fit(data, verbose=0)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": IMAGES[:0], "y": LABELS[:0]}, "non-empty array"),
        ({"x": IMAGES, "y": LABELS[:5]}, r"one int an image, shape \(8,\); got \(5,\)"),
        ({"x": IMAGES, "y": LABELS, "batch_size": 1}, "batch_size must be between 2 and the 8 images; got 1"),
        ({"x": IMAGES, "y": LABELS, "batch_size": 9}, "batch_size must be between 2 and the 8 images; got 9"),
        ({"x": IMAGES, "y": LABELS, "batch_size": 0}, "batch_size must be a whole number"),
        ({"x": None}, "images must be"),
    ],
)
def test_arrays(conditional, arguments, message):
    with pytest.raises(InputError, match=message):
        conditional.fit(**arguments, verbose=0)


def test_uneven_batches_for_several_discriminator_steps():
    model = small_model("gan", discriminator_steps=2)
    with pytest.raises(InputError, match="needs batches of one size.*drop_remainder=True"):
        model.fit(batched(IMAGES, size=6), verbose=0)
    with pytest.raises(InputError, match="which takes 2 batch.es.*: give smaller batches, or repeat"):
        model.fit(batched(IMAGES, size=8), verbose=0)


def test_shapes_known_at_run_time_only():
    model = small_model("dmgan", num_classes=10)
    model.fit(unshaped(IMAGES), verbose=0)
    assert int(model.step) == 2


def test_labels_are_ignored_where_the_scheme_has_none():
    model = small_model("mbgan")
    model.fit(batched(IMAGES, LABELS + 100), verbose=0)
    model.fit(batched(IMAGES), verbose=0)
    assert int(model.step) == 4


def test_non_finite_loss_stops_in_the_last_good_state():
    """One good step; in the second the generator's weights turn NaN before the discriminator's update."""
    model = small_model("dmgan", num_classes=10)
    kernel = model.generator.trainable_variables[0]

    class Poison(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                kernel.assign(np.full(kernel.shape, np.nan, np.float32))

    with pytest.raises(NonFiniteLossError, match="non-finite at step 3; the state after step 2 is kept"):
        model.fit(batched(IMAGES, LABELS), callbacks=[Poison()], epochs=2, verbose=0)
    assert int(model.step) == 2 and model.non_finite.is_clear
    assert all(np.isfinite(keras.ops.convert_to_numpy(variable)).all() for variable in model.variables)
    model.fit(batched(IMAGES, LABELS), verbose=0)
    assert int(model.step) == 4


def test_what_a_checkpoint_keeps_is_finite(tmp_path):
    """A weight turns NaN after the last of an epoch's two steps, whose loss and gradients were finite."""
    model = small_model("gan")
    kernel = model.generator.trainable_variables[0]

    class Poison(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if self.model.steps_trained == 4:
                kernel.assign(np.full(kernel.shape, np.nan, np.float32))

    with pytest.raises(NonFiniteLossError, match="non-finite at step 4; the state after step 2 is kept"):
        model.fit(batched(IMAGES), callbacks=[Poison(), Checkpoint(tmp_path)], epochs=2, verbose=0)
    assert CheckpointFolder(tmp_path).newest_step() == 2


def test_the_logs_go_back_with_the_state(monkeypatch):
    """Looked at every 2 steps: what step 5 spoils, step 4 does not know, so the losses' means are of 4 steps."""
    monkeypatch.setattr(guard, "CHECK_EVERY", 2)
    model = small_model("gan")
    kernel = model.generator.trainable_variables[0]

    class Poison(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            if batch == 4:
                kernel.assign(np.full(kernel.shape, np.nan, np.float32))

    with pytest.raises(NonFiniteLossError, match="at step 5; the state after step 4 is kept"):
        model.fit(batched(IMAGES).repeat(), callbacks=[Poison()], steps_per_epoch=8, verbose=0)
    assert [float(metric.count) for metric in model.metrics] == [4, 4]
    assert all(np.isfinite(float(metric.result())) for metric in model.metrics)


def test_the_guard_names_a_gradient():
    """√(0·x) is 0, and its gradient ∞·0: the generator's loss is finite and its first gradient is not."""
    model = small_model("gan")
    model.compile(run_eagerly=True)
    model.generator_loss = lambda batch: tf.sqrt(0.0 * tf.reduce_mean(batch.fake_outputs))
    first = model.generator.trainable_variables[0].path
    with pytest.raises(NonFiniteLossError, match=f"the gradient of {first} became non-finite at step 1; .* step 0"):
        model.fit(batched(IMAGES), verbose=0)
