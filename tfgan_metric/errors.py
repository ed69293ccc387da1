"""The error for wrong usage or input, and the one-line checks that raise it."""

import math


class InputError(ValueError):
    """Wrong usage or input; the message is one line: what was expected, what came, how to mend it."""


def choose(kind, name, valid):
    """Returns `valid[name]`; an unknown name raises an `InputError` that lists the valid ones."""
    if name not in valid:
        raise InputError(f"unknown {kind} {name!r}; valid: {', '.join(sorted(valid))}")
    return valid[name]


def _require(holds, name, expected, value):
    if not holds:
        raise InputError(f"{name} must be {expected}; got {value!r}")
    return value


def _is_number(value, types):
    return isinstance(value, types) and not isinstance(value, bool)


def require_positive_int(name, value):
    """Returns `value` if it is an int of at least 1, else raises `InputError`."""
    return _require(_is_number(value, int) and value >= 1, name, "a whole number of at least 1", value)


def require_positive(name, value):
    """Returns `value` if it is a finite number above 0, else raises `InputError`."""
    valid = _is_number(value, (int, float)) and math.isfinite(value) and value > 0
    return _require(valid, name, "a finite number above 0", value)


def require_non_negative(name, value):
    """Returns `value` if it is a finite number of at least 0, else raises `InputError`."""
    valid = _is_number(value, (int, float)) and math.isfinite(value) and value >= 0
    return _require(valid, name, "a finite number of at least 0", value)
