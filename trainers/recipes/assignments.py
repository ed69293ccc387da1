"""What `--set field=value` means."""

from collections.abc import Iterable
from typing import Any, get_args

from tfgan_metric.errors import InputError
from tfgan_metric.models import hyperparameters
from tfgan_metric.trainers.recipes.recipe import FIELDS, OPTIMIZATION, Recipe

WORDS = {"true": True, "false": False, "null": None}


def parse_fields(assignments: Iterable[str], recipe: Recipe) -> dict[str, Any]:
    """Turns ("field=value", ...) into a dict; each value has its field's type: a field of words takes 2024 as one.

    In a field of another type a value is a number, or true, false or null in any case; null is None in a field of words
    too that may be None. What fits no type is left for the recipe to refuse.

    Args:
        recipe: that the fields are of; its scheme, or the one that is assigned, says which others there are.
    Raises:
        InputError: one without "=", or an unknown scheme.
    """
    texts = dict(_split(assignment) for assignment in assignments)
    kinds = _kinds(texts.get("scheme", recipe.scheme))
    return {name: _parse_value(text, kinds.get(name, ())) for name, text in texts.items()}


def _split(assignment):
    name, equals, text = assignment.partition("=")
    if not equals:
        raise InputError(f"expected field=value; got {assignment!r}")
    return name, text


def _kinds(scheme):
    """A field's name -> the types that its values may have; a hyper-parameter's is its default's."""
    own = {name: (type(default),) for name, default in hyperparameters(scheme).items() if default is not None}
    fields = {**FIELDS, **OPTIMIZATION}
    return own | {name: get_args(field.type) or (field.type,) for name, field in fields.items()}


def _parse_value(text, kinds):
    if str not in kinds or (text.lower() == "null" and type(None) in kinds):
        if text.lower() in WORDS:
            return WORDS[text.lower()]
        number = _number(text)
        whole = isinstance(number, float) and number.is_integer() and int in kinds
        return int(number) if whole else float(number) if float in kinds and isinstance(number, int) else number
    return text


def _number(text):
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text
