"""The error for wrong usage or input, and the one-line checks that raise it."""

import dataclasses
import difflib
import math
import numbers
from collections.abc import Iterable, Mapping
from typing import Any

MOST_NAMED = 10  # in one message
ALIKE = 0.7  # of a `SequenceMatcher`, 1 for equal words: above it the one may be a misspelling of the other


class InputError(ValueError):
    """Wrong usage or input; the message is one line: what was expected, what came, how to mend it."""


class RunStoppedError(Exception):
    """A signal stopped a run; its state is saved."""


def reason(error: Exception) -> str:
    """The first line of what another library's error says, else the error's name."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def choose(kind: str, name: Any, valid: Mapping[str, Any]) -> Any:
    """Returns `valid[name]`; an unknown name raises an `InputError` that says which it may be."""
    if not isinstance(name, str) or name not in valid:
        raise InputError(f"unknown {kind} {name!r}; {valid_names(name, valid)}")
    return valid[name]


def valid_names(name: Any, valid: Iterable[str]) -> str:
    """The end of a message about an unknown name: which may be meant, and which are valid, never more than ten.

    Those that it is a part of may be meant, or where there are none those that are spelled much alike.
    """
    names, text = sorted(valid), str(name)
    meant = [one for one in names if text and text in one] or difflib.get_close_matches(text, names, 3, ALIKE)
    question = f"did you mean {' or '.join(meant[:MOST_NAMED])}? " if meant else ""
    if len(names) <= MOST_NAMED:
        return f"{question}valid: {', '.join(names)}"
    examples = "" if meant else f", such as {', '.join(difflib.get_close_matches(text, names, MOST_NAMED, 0.0))}"
    return f"{question}{len(names)} are valid{examples}"


def _require(holds, name, expected, value):
    if not holds:
        raise InputError(f"{name} must be {expected}; got {value!r}")
    return value


def _is_number(value, kind):
    return isinstance(value, kind) and not isinstance(value, bool)


def require_bool(name: str, value: Any) -> bool:
    """Returns `value` if it is True or False, else raises `InputError`."""
    return _require(isinstance(value, bool), name, "true or false", value)


def require_positive_int(name: str, value: Any, smallest: int = 1) -> int:
    """Returns `value` as an int if it is a whole number of at least `smallest`, else raises `InputError`."""
    valid = _is_number(value, numbers.Integral) and value >= smallest
    return int(_require(valid, name, f"a whole number of at least {smallest}", value))


def require_positive(name: str, value: Any) -> float:
    """Returns `value` as a float if it is a finite number above 0, else raises `InputError`."""
    valid = _is_number(value, numbers.Real) and math.isfinite(value) and value > 0
    return float(_require(valid, name, "a finite number above 0", value))


def require_non_negative(name: str, value: Any) -> float:
    """Returns `value` as a float if it is a finite number of at least 0, else raises `InputError`."""
    valid = _is_number(value, numbers.Real) and math.isfinite(value) and value >= 0
    return float(_require(valid, name, "a finite number of at least 0", value))


def require_seed(name: str, value: Any, largest: int = 2**31 - 1) -> int:
    """Returns `value` as an int if it is a whole number from 0 to `largest`, else raises `InputError`."""
    valid = _is_number(value, numbers.Integral) and 0 <= value <= largest
    return int(_require(valid, name, f"a whole number from 0 to {largest}", value))


def require_decay(name: str, value: Any) -> float:
    """Returns `value` as a float if it is a number from 0 to below 1, else raises `InputError`."""
    valid = _is_number(value, numbers.Real) and 0 <= value < 1
    return float(_require(valid, name, "a number from 0 to below 1", value))


def require_ranges(settings: Any, ranges: Mapping[Any, Iterable[str]]) -> None:
    """Checks fields of a dataclass, by functions of this file; what is None by default may be None."""
    optional = {field.name for field in dataclasses.fields(settings) if field.default is None}
    for require, names in ranges.items():
        for name in names:
            if name not in optional or getattr(settings, name) is not None:
                require(name, getattr(settings, name))
