"""What `--set field=value` means."""

from collections.abc import Iterable
from typing import Any

from tfgan_metric.errors import InputError

WORDS = {"true": True, "false": False, "null": None}


def parse_fields(assignments: Iterable[str]) -> dict[str, Any]:
    """Turns ("field=value", ...) into a dict; a value is a number, true, false or null in any case, or a word.

    Raises:
        InputError: one without "=".
    """
    fields = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise InputError(f"expected field=value; got {assignment!r}")
        fields[name] = _parse_value(value)
    return fields


def _parse_value(text):
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text
