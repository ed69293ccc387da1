"""Recipes: the papers' numbers, changing fields, reading back."""

import json

import pytest

from tfgan_metric.data.catalog import load_data
from tfgan_metric.errors import InputError
from tfgan_metric.models import NETWORKS, SCHEMES
from tfgan_metric.trainers import Recipe, load_recipe
from tfgan_metric.trainers.recipes.assignments import parse_fields
from tfgan_metric.trainers.recipes.library import RECIPES
from tfgan_metric.trainers.runs.build import build_recipe_model


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_is_whole_and_survives_its_json(name):
    recipe = load_recipe(name)
    assert recipe.name == name and recipe.source and recipe.scheme in SCHEMES and recipe.network in NETWORKS
    fields = recipe.as_fields()
    assert (
        fields["label_mode"] in (None, *SCHEMES[recipe.scheme].label_modes) and "fresh_noise" in fields
    )  # defaults too
    assert Recipe.from_fields(json.loads(json.dumps(fields))).as_fields() == fields


def test_papers_numbers():
    """DMGAN section 4: λ=1.2, γ=1 on MNIST and CIFAR-10, λ=1.8, γ=.5 on SVHN, clip .1, batch 64, lr 2e-4."""
    for data, weight, ratio in (("mnist", 1.2, 1.0), ("cifar10", 1.2, 1.0), ("svhn", 1.8, 0.5)):
        recipe = load_recipe(f"dmgan_{data}")
        assert recipe.hyperparameters["discriminative_weight"] == weight
        assert recipe.hyperparameters["center_update_ratio"] == ratio
        assert recipe.hyperparameters["weight_clip"] == 0.1
        fields = recipe.as_fields()
        names = ("batch_size", "generator_learning_rate", "beta_1", "width")
        assert tuple(fields[name] for name in names) == (64, 2e-4, 0.5, 1.0)
    assert load_recipe("mbgan_cifar10").batch_size == 128
    assert load_recipe("mbgan_cifar10").hyperparameters["margin_scale"] == 20.0


def test_papers_numbers_of_the_baselines():
    """Each scheme's own paper, as the recipes' headers cite them."""

    def numbers(name, *fields):
        recipe = load_recipe(name).as_fields()
        return tuple(recipe[field] for field in fields)

    rates = ("generator_learning_rate", "discriminator_learning_rate", "beta_1", "beta_2")
    assert numbers("wgan_cifar10", "optimizer", *rates[:2], "weight_clip") == ("rmsprop", 5e-5, 5e-5, 0.01)
    assert numbers("wgan_cifar10", "discriminator_steps", "batch_size", "latent_dimension") == (5, 64, 100)
    assert numbers("wgan_gp_cifar10", *rates, "discriminator_steps") == (1e-4, 1e-4, 0.5, 0.9, 5)
    assert numbers("wgan_gp_cifar10", "penalty_weight", "batch_size", "latent_dimension") == (10.0, 64, 128)
    assert numbers("sagan_cifar10", *rates, "latent_dimension") == (1e-4, 4e-4, 0.0, 0.9, 128)
    assert numbers("r3gan_cifar10", *rates, "r1_weight", "r2_weight") == (2e-4, 2e-4, 0.0, 0.99, 0.05, 0.05)
    assert numbers("r3gan_cifar10", "batch_size", "latent_dimension", "label_mode") == (512, 64, "conditional")
    assert numbers("lsgan_cifar10", *rates[:3]) == (1e-3, 1e-3, 0.5)
    assert numbers("ebgan_cifar10", *rates[:3], "margin", "repelling_weight") == (1e-3, 1e-3, 0.5, 10.0, 0.1)
    assert numbers("loss_sensitive_gan_cifar10", *rates[:3], "margin_scale", "weight_clip") == (
        *(2e-4, 2e-4, 0.5),
        *(2e-4, 0.08),
    )
    assert numbers("fisher_gan_cifar10", *rates, "penalty_weight") == (2e-4, 2e-4, 0.5, 0.999, 1e-6)
    assert numbers("fisher_gan_cifar10", "discriminator_steps", "batch_size", "steps") == (2, 64, 136718)
    assert numbers("deli_fisher_gan_cifar10", *rates[:2], "scale_weight", "target_scale") == (5e-5, 5e-5, 0.05, 1.0)
    assert numbers("deli_fisher_gan_cifar10", "components", "steps") == (50, 78125)
    assert numbers("am_gan_cifar10", *rates, "batch_size", "halve_every") == (4e-4, 4e-4, 0.5, 0.999, 100, 100_000)
    assert numbers("am_gan_cifar10", "label_mode", "network") == ("dynamic", "am")
    assert numbers("acgan_cifar10_predefined", "label_mode", "network") == ("predefined", "am_conditional")
    assert numbers("gan_star_cifar10", "class_weight") == (0.1,)
    assert numbers("deligan_cifar10", *rates[:3], "batch_size", "components") == (3e-4, 3e-4, 0.5, 100, 100)
    assert numbers("cramer_gan_cifar10", *rates, "discriminator_steps") == (1e-4, 1e-4, 0.5, 0.9, 5)
    assert numbers("cramer_gan_cifar10", "penalty_weight", "batch_size", "feature_dimension") == (10.0, 64, None)
    assert numbers("mmd_gan_cifar10", *rates, "discriminator_steps") == (1e-4, 1e-4, 0.5, 0.9, 5)
    own = ("kernel", "penalty_weight", "activation_weight", "batch_size", "feature_dimension", "steps")
    assert numbers("mmd_gan_cifar10", *own) == ("rq_linear", 1.0, 1.0, 64, None, 150_000)
    own = ("sinkhorn_inverse_epsilon", "sinkhorn_iterations", "generator_steps", "batch_size", "ema_momentum")
    assert numbers("ot_gan_cifar10", *rates, *own) == (*(3e-4, 3e-4, 0.5, 0.999), *(500.0, 500, 3, 8_000, 0.999))
    assert [SCHEMES[name].feature_dimension for name in ("cramer_gan", "mmd_gan")] == [256, 16]


def test_initial_deviations_are_those_of_the_sources():
    """Each as its recipe's header cites it; the four papers' own schemes and the embedded recipes have none."""
    expected = {"dcgan_mnist": 0.02, "dcgan_svhn": 0.02, "dcgan_cifar10": 0.02, "lsgan_cifar10": 0.02}
    expected |= {"loss_sensitive_gan_cifar10": 0.02, "wgan_cifar10": 0.02, "fisher_gan_cifar10": 0.02}
    expected |= {"deli_fisher_gan_cifar10": 0.02, "deligan_cifar10": 0.05, "am_gan_cifar10": 0.05}
    expected |= dict.fromkeys(
        ("r3gan_cifar10", "wgan_gp_cifar10", "ebgan_cifar10", "sagan_cifar10", "dmgan_cifar10", "mbgan_cifar10")
    )
    assert {name: load_recipe(name).initial_deviation for name in expected} == expected
    assert all(recipe.initial_deviation is None for name, recipe in RECIPES.items() if name.endswith("_embedded"))


@pytest.mark.parametrize("name", ["wadmgan_mnist", "wadmgan_svhn", "dmgan_f_mnist"])
def test_what_dmgan_did_not_run_is_said_to_be_carried_over(name):
    """waDMGAN is in section 4.3 alone; DMGAN with centers that stay (γ = 0) in 4.2 and, in Figure 6, in 4.3."""
    data = name.rsplit("_", 1)[1]
    assert load_recipe(name).source.startswith(f"carried over from dmgan_{data}: DMGAN, section ")
    for other in ("dmgan_mnist", "dmgan_svhn", "dmgan_f_svhn", "dmgan_f_cifar10", "wadmgan_cifar10"):
        assert load_recipe(other).source.startswith("DMGAN, section ")


def test_optimizers_of_a_recipe():
    """RMSprop where the recipe says so; a rate that halves every `halve_every` steps, counted in updates."""
    data = load_data("embedded_mnist")
    small = {"width": 0.05, "latent_dimension": 8, "data": "embedded_mnist", "halve_every": 10}
    model = build_recipe_model(load_recipe("wgan_cifar10").with_fields(small), data)
    for optimizer, updates_a_step in ((model.generator_optimizer, 1), (model.discriminator_optimizer, 5)):
        assert type(optimizer).__name__ == "RMSprop"
        for steps, rate in ((0, 5e-5), (9, 5e-5), (10, 2.5e-5), (29, 1.25e-5)):
            optimizer.iterations.assign(steps * updates_a_step)
            assert float(optimizer.learning_rate) == pytest.approx(rate, rel=1e-6)
    with pytest.raises(InputError, match="either halves .* or follows a cosine"):
        load_recipe("wgan_cifar10").with_fields({"halve_every": 5, "generator_final_share": 0.1})
    with pytest.raises(InputError, match="unknown optimizer 'sgd'; valid: adam, rmsprop"):
        load_recipe("wgan_cifar10").with_fields({"optimizer": "sgd"})


def test_changing_fields():
    before = load_recipe("dmgan_mnist")
    texts = ["steps=10", "discriminative_weight=1.5", "data=embedded_mnist", "beta_1=.9", "fresh_noise=False"]
    recipe = before.with_fields(parse_fields(texts, before))
    assert recipe.optimization.beta_1 == 0.9 and recipe.hyperparameters["fresh_noise"] is False
    assert (recipe.steps, recipe.data, recipe.hyperparameters["discriminative_weight"]) == (10, "embedded_mnist", 1.5)
    assert recipe.hyperparameters["center_update_ratio"] == 1.0
    with pytest.raises(TypeError):
        recipe.hyperparameters["weight_clip"] = 1.0
    assert load_recipe("dmgan_mnist").hyperparameters["discriminative_weight"] == 1.2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("data=2024", "2024"),  # a folder may have such a name
        ("data=true", "true"),
        ("name=1e3", "1e3"),
        ("keep_best=null", None),
        ("data=null", "null"),  # which no data set has for a name
        ("steps=1e4", 10_000),
        ("steps=1.5", 1.5),  # which the recipe refuses
        ("crop=NULL", None),
        ("width=1", 1.0),
        ("gradient_norms=True", True),
        ("generator_learning_rate=fast", "fast"),
        ("augment=null", None),
        ("weight_clip=1", 1.0),  # a hyper-parameter, whose default is a number
    ],
)
def test_a_value_has_its_fields_type(text, value):
    found = parse_fields([text], load_recipe("dmgan_mnist"))[text.partition("=")[0]]
    assert found == value and type(found) is type(value)


def test_a_value_has_the_type_of_the_scheme_that_is_assigned():
    recipe = load_recipe("dmgan_mnist")
    assert parse_fields(["scheme=mmd_gan", "kernel=1"], recipe) == {"scheme": "mmd_gan", "kernel": "1"}
    with pytest.raises(InputError, match="unknown scheme '7'"):
        parse_fields(["scheme=7"], recipe)


def test_another_scheme_refuses_what_is_left_over():
    """A hyper-parameter of the recipe is set anew or left out in so many words; the source says what was changed."""
    recipe = load_recipe("dmgan_mnist")
    left = "discriminative_weight, weight_clip, center_update_ratio for dmgan: with scheme=gan set each anew"
    with pytest.raises(InputError, match=f"dmgan_mnist sets {left}"):
        recipe.with_fields({"scheme": "gan"})
    with pytest.raises(InputError, match="dmgan_mnist sets weight_clip for dmgan"):
        recipe.with_fields({"scheme": "gan", "discriminative_weight": None, "center_update_ratio": None})
    dropped = dict.fromkeys(("discriminative_weight", "center_update_ratio"))
    other = recipe.with_fields({"scheme": "gan", "weight_clip": 0.2} | dropped)
    assert dict(other.hyperparameters) == {"weight_clip": 0.2} and other.data == recipe.data
    assert other.name == "dmgan_mnist_with_gan"
    assert other.source.startswith("changed to gan; with dmgan: DMGAN, section 4.1")
    with pytest.raises(InputError, match="unknown recipe field 'center_weight'"):
        recipe.with_fields({"scheme": "gan", "weight_clip": 0.2, "center_weight": 1.0} | dropped)
    with pytest.raises(InputError, match="unknown scheme 'hinge'"):
        recipe.with_fields({"scheme": "hinge"})
    whole = recipe.with_scheme("mbgan")
    assert not whole.hyperparameters and whole.as_fields()["margin_scale"] == 20.0


def test_optimizer_settings_are_the_papers_unless_given():
    """WGAN's RMSprop(5e-5), SAGAN's two rates; a β for RMSprop is refused, the usual ones of 0.1.0's files are not."""
    recipe = load_recipe("dmgan_mnist")
    null = dict.fromkeys(recipe.hyperparameters)
    wgan = recipe.with_fields(null | {"scheme": "wgan"}).as_fields()
    assert (wgan["optimizer"], wgan["generator_learning_rate"], wgan["beta_1"]) == ("rmsprop", 5e-5, None)
    sagan = recipe.with_fields(null | {"scheme": "sagan", "beta_2": 0.99}).as_fields()
    names = ("generator_learning_rate", "discriminator_learning_rate", "beta_1", "beta_2")
    assert tuple(sagan[name] for name in names) == (1e-4, 4e-4, 0.0, 0.99)
    old = load_recipe("wgan_cifar10").as_fields() | {"beta_1": 0.5, "beta_2": 0.999}
    assert Recipe.from_fields(old).as_fields() == load_recipe("wgan_cifar10").as_fields()
    with pytest.raises(InputError, match="beta_1 and beta_2 are Adam's"):
        load_recipe("wgan_cifar10").with_fields({"beta_1": 0.9}).as_fields()


def test_what_is_refused(tmp_path):
    with pytest.raises(
        InputError, match="unknown recipe 'dmgan'; did you mean dmgan_cifar10 or dmgan_embedded or .* are valid"
    ):
        load_recipe("dmgan")
    recipe = load_recipe("dmgan_mnist")
    with pytest.raises(InputError, match="unknown recipe field 'lambda'; [0-9]+ are valid, such as "):
        recipe.with_fields({"lambda": 1.0})
    with pytest.raises(InputError, match="steps must be a whole number of at least 1; got 1.5"):
        recipe.with_fields({"steps": 1.5})
    with pytest.raises(InputError, match="generator_learning_rate must be a finite number above 0; got 'fast'"):
        recipe.with_fields({"generator_learning_rate": "fast"})
    with pytest.raises(InputError, match="beta_1 must be a number from 0 to below 1; got 1"):
        recipe.with_fields({"beta_1": 1})
    with pytest.raises(InputError, match="seed must be"):
        recipe.with_fields({"seed": -1})
    with pytest.raises(InputError, match="expected field=value; got 'steps'"):
        parse_fields(["steps"], recipe)
    (tmp_path / "recipe.json").write_text('{"name": "half"}')
    with pytest.raises(InputError, match="missing: scheme, source, network, data, steps"):
        load_recipe(str(tmp_path / "recipe.json"))
    (tmp_path / "recipe.json").write_text("[1, 2")
    with pytest.raises(InputError, match="cannot read the recipe"):
        load_recipe(str(tmp_path / "recipe.json"))
    with pytest.raises(InputError, match="cannot read the recipe"):
        load_recipe(str(tmp_path / "none.json"))
