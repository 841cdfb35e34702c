"""Values of properties in one line, before and after. Pure."""

from __future__ import annotations

import json
from os.path import commonprefix
from typing import Any, Final

from tablewright.deploy.property_changes import PropertyChange

MAX_VALUE_LENGTH: Final = 60
_BOUNDARIES: Final = ' "[{,\n'
_LONGEST_WORD: Final = MAX_VALUE_LENGTH // 2


def difference(change: PropertyChange, *, uncut: bool = False) -> str:
    """`path: before → after`.

    Args:
        change: of the property.
        uncut: nothing is cut; else long documents are, to where they begin to differ, and never a
            name or an ARN.
    """
    if change.before is None and change.after is None:
        return f"{change.path} changes"
    before = shown_value(change.before, change.after, uncut=uncut)
    return f"{change.path}: {before} → {shown_value(change.after, change.before, uncut=uncut)}"


def shown_value(value: Any, other: Any, *, uncut: bool = False) -> str:
    """A value; a text in quotes where it would read the same as the other one, which is no text."""
    if value is None:
        return "(none)"
    text = _text(value, other)
    is_name = isinstance(value, str) and not any(character in value for character in " {[\n")
    if uncut or is_name or len(text) <= MAX_VALUE_LENGTH:
        return text
    return _excerpt(text, "" if other is None else _text(other, value))


def _text(value: Any, other: Any) -> str:
    is_text = isinstance(value, str)
    is_other_type = other is not None and not isinstance(other, str)
    reads_alike = is_text and is_other_type and _json(other) == value
    return value if is_text and not reads_alike else _json(value)


def _excerpt(text: str, other: str) -> str:
    """The beginning of a text; where another begins alike, the word from which on they differ."""
    differs_at = len(commonprefix((text, other)))  # noqa: RUF071 - characters are meant
    begin = 0
    if differs_at > MAX_VALUE_LENGTH // 2:
        boundary = max(text.rfind(character, 0, differs_at) for character in _BOUNDARIES)
        begin = max(boundary + 1, differs_at - _LONGEST_WORD)
    shown = ("…" if begin else "") + text[begin:]
    return shown if len(shown) <= MAX_VALUE_LENGTH else f"{shown[: MAX_VALUE_LENGTH - 1]}…"


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
