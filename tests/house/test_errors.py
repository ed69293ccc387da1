"""What a message says of an unknown name."""

import pytest

from tfgan_metric.errors import MOST_NAMED, InputError, choose, valid_names
from tfgan_metric.trainers.recipes.library import RECIPES


@pytest.mark.parametrize(
    ("name", "valid", "text"),
    [
        ("b", ["a", "c"], "valid: a, c"),
        ("colour", ["color", "shift"], "did you mean color? valid: color, shift"),
        ("gan", ["gan_b", "a_gan", "x"], "did you mean a_gan or gan_b? valid: a_gan, gan_b, x"),
        ("", ["a", "c"], "valid: a, c"),
        (5, ["a", "c"], "valid: a, c"),
        ("colour", ["color", *"abcdefghij"], "did you mean color? 11 are valid"),
    ],
)
def test_an_unknown_name(name, valid, text):
    assert valid_names(name, valid) == text


def test_a_scheme_for_a_recipe():
    with pytest.raises(InputError, match="unknown recipe 'wadmgan'; did you mean wadmgan_cifar10 or wadmgan_embedded "):
        choose("recipe", "wadmgan", RECIPES)


def test_no_message_names_more_than_ten():
    names = [f"{letter}{index}" for letter in "abc" for index in range(10)]
    assert valid_names("a", names) == f"did you mean {' or '.join(names[:10])}? 30 are valid"
    examples = valid_names("zzz", names).removeprefix("30 are valid, such as ").split(", ")
    assert len(examples) == MOST_NAMED and set(examples) <= set(names)
