"""What mixes into any scheme: augmentation by plain loops, flips, spectral normalisation; all together."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from conftest import BATCH, CLASSES, IMAGES, LABELS, STEPS, eager, random_data, recorded, small_model, train, variables
from tfgan_metric.errors import InputError
from tfgan_metric.layers import SpectralNormalization
from tfgan_metric.models import GAN, Checkpoint, build_model
from tfgan_metric.models.augmentation import TRANSFORMATIONS, augment, flip
from tfgan_metric.random import uniform
from tfgan_metric.trainers import load_recipe

SEED = tf.constant([3, 5], tf.int64)
ALL = {"r1_weight": 0.1, "r2_weight": 0.1, "augment": "color,translation,cutout", "flip": True}


@pytest.fixture
def images():
    """Sixty images of unequal sides, (60, 10, 17, 3)."""
    return np.random.default_rng(0).uniform(-1, 1, (60, 10, 17, 3)).astype(np.float32)


def recolored(image, u):
    image = image + (u[0] - 0.5)
    image = np.stack([[2 * u[1] * (pixel - pixel.mean()) + pixel.mean() for pixel in row] for row in image])
    return (0.5 + u[2]) * (image - image.mean()) + image.mean()


def translated(image, u):
    """10 // 8 = 1 and 17 // 8 = 2 pixels at most, so of 3 and 5 shifts."""
    down, right = int(u[1] * 3) - 1, int(u[2] * 5) - 2
    found = np.zeros_like(image)
    for i, j in np.ndindex(image.shape[:2]):
        if 0 <= i + down < image.shape[0] and 0 <= j + right < image.shape[1]:
            found[i, j] = image[i + down, j + right]
    return found


def cut_out(image, u):
    """5 rows about one of 10, 8 columns about one of 17 + 1."""
    top, left = int(u[1] * 10) - 2, int(u[2] * 18) - 4
    found = image.copy()
    for i, j in np.ndindex(image.shape[:2]):
        if top <= i < top + 5 and left <= j < left + 8:
            found[i, j] = 0
    return found


def shifted(image, u):
    """10 // 28 and 17 // 28 are 0: one pixel at most, so of 3 and 3 shifts; beyond the edge is the edge."""
    down, right = int(u[1] * 3) - 1, int(u[2] * 3) - 1
    found = np.zeros_like(image)
    for i, j in np.ndindex(image.shape[:2]):
        found[i, j] = image[min(max(i + down, 0), 9), min(max(j + right, 0), 16)]
    return found


BY_LOOPS = {"color": recolored, "translation": translated, "cutout": cut_out, "shift": shifted}


@pytest.mark.parametrize(
    "policy", ["color", "translation", "cutout", "shift", "color,translation,cutout", "cutout,shift"]
)
def test_augmentation_equals_loops(images, policy):
    names = policy.split(",")
    numbers = uniform((len(images), len(names), 3), SEED).numpy()
    found = augment(tf.constant(images), policy, SEED).numpy()
    for image, own, expected in zip(found, numbers, images, strict=True):
        for name, u in zip(names, own, strict=True):
            expected = BY_LOOPS[name](expected, u)
        np.testing.assert_allclose(image, expected, atol=1e-5)


def test_augmentation_has_the_strengths_of_the_paper(images):
    """Means move by at most ½; a cutout takes up to half of each side, so at most a quarter, and at least an eighth
    of 16 × 16: its middle is in the image, so 4 and 4 of its 8 rows and columns are: 16 of 256 pixels at least."""
    found = augment(tf.constant(images), "color", SEED).numpy()
    moved = (found - images).mean(axis=(1, 2, 3))
    assert abs(moved).max() <= 0.5 and moved.max() > 0.4 and moved.min() < -0.4
    spread = found.std(axis=(1, 2, 3)) / images.std(axis=(1, 2, 3))
    assert spread.max() < 1.5 * 2 and spread.min() > 0
    ones = tf.ones((400, 16, 16, 1))
    taken = 256 - augment(ones, "cutout", SEED).numpy().sum(axis=(1, 2, 3))
    assert taken.max() == 64 and taken.min() == 16
    ramp = tf.range(56.0)[None, :, None, None] * tf.ones((40, 1, 56, 1))
    moved = augment(ramp, "shift", SEED).numpy()[:, 28, 28, 0] - 28
    assert set(moved) == {-2, -1, 0, 1, 2}  # 56 // 28 pixels
    kept = augment(ones, "translation", SEED).numpy().sum(axis=(1, 2, 3))
    assert kept.min() == 14 * 14 and kept.max() == 256 and len(set(kept)) == 6  # (16-a)(16-b), a, b in 0..2


def test_saturation_leaves_a_single_channel(images):
    """u = (½, anything, ½) adds nothing and multiplies contrast by 1, so a grey image stays."""
    gray = tf.constant(images[..., :1])
    numbers = tf.tile([[0.5, 0.9, 0.5]], (len(images), 1))
    np.testing.assert_allclose(TRANSFORMATIONS["color"](gray, numbers), gray, atol=1e-6)


def test_gradients_pass_the_augmentation(images):
    """Of Σ w·T(x): T is affine in x, so the change for a step d is the gradient times d, to rounding."""
    x = tf.constant(images)
    weights, step = np.random.default_rng(1).normal(size=(2, *images.shape)).astype(np.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(weights * augment(x, ALL["augment"], SEED))
    change = tf.reduce_sum(weights * augment(x + step, ALL["augment"], SEED)) - total
    np.testing.assert_allclose(change, tf.reduce_sum(tape.gradient(total, x) * step), rtol=1e-3, atol=1e-2)


def test_flips(images):
    """Each image is itself or its mirror image, about half of 60 (deviation 3.9)."""
    found = flip(tf.constant(images), SEED).numpy()
    mirrored = [np.array_equal(new, old[:, ::-1]) for new, old in zip(found, images, strict=True)]
    kept = [np.array_equal(new, old) for new, old in zip(found, images, strict=True)]
    assert all(a != b for a, b in zip(mirrored, kept, strict=True)) and 15 < sum(mirrored) < 45


def test_losses_see_plain_images_and_flips_but_an_evaluation_neither():
    """The batch of a loss has the mirrored images, not augmented ones; each use of D has its own numbers."""
    model, batches = recorded(GAN, "gan", "generator_loss", **ALL)
    shown = []
    original = model.discriminator.call
    object.__setattr__(model.discriminator, "call", lambda x, *a, **k: (shown.append(x), original(x, *a, **k))[1])
    train(model)
    (batch,) = batches
    known = {row.tobytes() for row in [*IMAGES, *IMAGES[:, :, ::-1]]}
    assert all(row.tobytes() in known for row in batch.real_images.numpy())
    assert len(shown) == 3 and not any(row.numpy().tobytes() in known for row in shown[0])
    assert abs(shown[1].numpy() - shown[2].numpy()).max() > 0.1  # of the same generated images
    shown.clear()
    model.evaluate(IMAGES, LABELS, batch_size=16, verbose=0)
    np.testing.assert_array_equal(shown[0], IMAGES)


def test_resumed_with_all_of_it_is_bit_exact(tmp_path):
    """Compiled, three steps; and one, a checkpoint, and two more of another model."""

    def fit(model, epochs):
        checkpoint = Checkpoint(tmp_path / "checkpoints")
        callbacks = [checkpoint] if epochs else []
        model.fit(*random_data(), batch_size=4, steps_per_epoch=1, epochs=epochs or 3, callbacks=callbacks, verbose=0)
        return variables(model)

    whole = fit(small_model("dmgan", num_classes=CLASSES, **ALL), None)
    fit(small_model("dmgan", num_classes=CLASSES, **ALL), 1)
    resumed = small_model("dmgan", num_classes=CLASSES, **ALL)
    for ours, theirs in zip(fit(resumed, 3), whole, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("scheme", ["gan", "mlgan"])
def test_two_replicas_with_all_of_it(scheme, two_replicas):
    """The same numbers for the same images, those of the outputs' projection too."""

    def trained():
        model = small_model(scheme, seed=5, **ALL)
        model.compile(*(keras.optimizers.SGD(1e-2) for _ in range(2)))
        return model, model.fit(*random_data(), batch_size=BATCH, steps_per_epoch=STEPS, verbose=0).history

    model, history = trained()
    with two_replicas.scope():
        parallel, parallel_history = trained()
    for name, losses in history.items():
        np.testing.assert_allclose(parallel_history[name], losses, rtol=1e-3, atol=1e-4, err_msg=name)
    for ours, theirs in zip(model.discriminator.get_weights(), parallel.discriminator.get_weights(), strict=True):
        np.testing.assert_allclose(theirs, ours, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_with_all_of_it(precision):
    losses = {}
    for policy in ("float32", precision):
        model = small_model("r3gan", seed=5, precision=policy, **ALL)
        losses[policy] = eager(model).fit(*random_data(), batch_size=BATCH, steps_per_epoch=1, verbose=0).history
        assert model.non_finite.is_clear
    np.testing.assert_allclose(
        losses[precision]["discriminator_loss"], losses["float32"]["discriminator_loss"], rtol=0.05
    )


def test_a_weight_of_0_costs_nothing():
    """The step's graph has as many operations as by default; with each option alone it has more."""

    def operations(**settings):
        model = small_model("gan", network="resnet_plain", **settings)
        graph = tf.function(model.train_step).get_concrete_function((tf.constant(IMAGES), LABELS)).graph
        return len(graph.get_operations())

    plain = operations()
    assert operations(r1_weight=0.0, r2_weight=0.0, augment=None, flip=False) == plain
    assert all(operations(**{name: value}) > plain for name, value in ALL.items())


@pytest.mark.parametrize(
    ("scheme", "arguments", "message"),
    [
        (
            "gan",
            {"augment": "colour"},
            "unknown augmentation 'colour'; did you mean color.* valid: color, cutout, shift, translation",
        ),
        ("gan", {"augment": 3}, "unknown augmentation '3'"),
        ("gan", {"flip": 1}, "flip must be true or false; got 1"),
        ("ebgan", {"augment": "color"}, "augment need a discriminator of one output; that of EBGAN gives reconstr"),
        ("gan", {"spectral_norm": "all"}, "unknown spectral_norm 'all'; valid: both, discriminator, generator, none"),
        ("sagan", {"spectral_norm": "both"}, "spectral_norm is for a generator without normalised weights; this one's"),
        ("am_gan", {"spectral_norm": "discriminator"}, "a WeightNormalization: leave spectral_norm out or choose"),
    ],
)
def test_what_does_not_fit_is_refused(scheme, arguments, message):
    with pytest.raises(InputError, match=message):
        small_model(scheme, **arguments)


LINEAR = (keras.layers.Dense, keras.layers.Conv2D, keras.layers.Conv2DTranspose)


@pytest.mark.parametrize("which", ["generator", "discriminator", "both"])
def test_spectral_normalisation_of_a_network(which):
    """Every layer with a kernel is in a wrapper, no layer of the other network is, and it trains."""
    model = small_model("gan", num_classes=CLASSES, spectral_norm=which)
    for name in ("generator", "discriminator"):
        network = getattr(model, name)
        expected = small_model("gan", num_classes=CLASSES)
        kinds = [type(layer) for layer in network.layers]
        linear = sum(isinstance(layer, LINEAR) for layer in getattr(expected, name).layers)
        assert kinds.count(SpectralNormalization) == (linear if which in (name, "both") else 0)
        assert sum(issubclass(kind, LINEAR) for kind in kinds) == (0 if which in (name, "both") else linear)
        assert network.name == name and network.count_params() > 0
    train(eager(model))


def test_spectral_normalisation_is_drawn_by_the_seed_and_saved(tmp_path):
    models = []
    for deviation in (None, 0.02):
        for _ in range(2):
            models.append(small_model("wgan_gp", seed=3, spectral_norm="discriminator", initial_deviation=deviation))
    for first, again in (models[:2], models[2:]):
        for ours, theirs in zip(first.get_weights(), again.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)
    kernels = [layer.layer.kernel.numpy().ravel() for layer in models[2].discriminator.layers if hasattr(layer, "u")]
    assert np.concatenate(kernels).std() == pytest.approx(0.02, rel=0.1)
    model = eager(models[0])
    train(model)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_array_equal(loaded.discriminate(IMAGES, LABELS, False), model.discriminate(IMAGES, LABELS, False))


def test_spectral_normalisation_of_a_recipe_is_a_field():
    recipe = load_recipe("dcgan_embedded").with_fields({"spectral_norm": "both", "augment": "color,cutout"})
    assert recipe.chosen_fields()["spectral_norm"] == "both" and recipe.hyperparameters["augment"] == "color,cutout"
    with pytest.raises(InputError, match="unknown spectral_norm 'some'"):
        recipe.with_fields({"spectral_norm": "some"})
    assert "spectral_norm" not in load_recipe("dcgan_embedded").chosen_fields()
    assert build_model("gan", (28, 28, 1), width=1 / 32, spectral_norm="none").discriminator.count_params() > 0
