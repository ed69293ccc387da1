"""The names of classes as labels."""

from tfgan_metric.errors import InputError, valid_names


def labels_of(text: str, class_names: list[str] | None) -> list[int]:
    """The labels of classes given by name or number, separated by commas: a name, also of all, goes before a number.

    Raises:
        InputError: what is neither.
    """
    names = class_names or []
    parts = [text] if text in names else text.split(",")
    return [_label_of(part if part in names else part.strip(), names) for part in parts]


def _label_of(part, names):
    if part in names:
        return names.index(part)
    try:
        return int(part)
    except ValueError:
        known = f" or names of classes; {valid_names(part, names)}" if names else " (no class has a name here)"
        raise InputError(f"labels must be ints separated by commas, such as 0,1,2{known}; got {part!r}") from None
