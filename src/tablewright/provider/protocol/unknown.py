"""A value of the provider that is not known yet; apart from what reads messages."""

from __future__ import annotations

from typing import Any, Final


class UnknownValue:
    """A value that only the update will know; there is one instance, `UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return True


UNKNOWN: Final = UnknownValue()


def has_unknown(value: Any) -> bool:
    """Whether `value` is, or holds somewhere, a value that is not known yet."""
    if value is UNKNOWN:
        return True
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(has_unknown, value))
    return False
