"""Values of properties in one line, before and after. Pure."""

from __future__ import annotations

import json
from typing import Any, Final

from tablewright.deploy.property_changes import PropertyChange

MAX_VALUE_LENGTH: Final = 60


def difference(change: PropertyChange, *, uncut: bool = False) -> str:
    """`path: before → after`.

    Args:
        change: of the property.
        uncut: nothing is cut; else long documents are, and never a name or an ARN.
    """
    if change.before is None and change.after is None:
        return f"{change.path} changes"
    before = shown_value(change.before, change.after, uncut=uncut)
    return f"{change.path}: {before} → {shown_value(change.after, change.before, uncut=uncut)}"


def shown_value(value: Any, other: Any, *, uncut: bool = False) -> str:
    """A value; a text in quotes where it would read the same as the other one, which is no text."""
    if value is None:
        return "(none)"
    is_text = isinstance(value, str)
    is_other_type = other is not None and not isinstance(other, str)
    reads_alike = is_text and is_other_type and _json(other) == value
    text = value if is_text and not reads_alike else _json(value)
    is_name = is_text and not any(character in value for character in " {[\n")
    if uncut or is_name or len(text) <= MAX_VALUE_LENGTH:
        return text
    return text[: MAX_VALUE_LENGTH - 1] + "…"


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
