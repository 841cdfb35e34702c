"""Numbers of things, in words. Pure."""

from __future__ import annotations


def number_of(count: int, noun: str) -> str:
    """`1 table`, `3 tables`, `2 policies`, `2 keys`."""
    if count == 1:
        return f"1 {noun}"
    ends_in_ies = noun.endswith("y") and noun[-2:-1] not in "aeiou"
    plural = f"{noun[:-1]}ies" if ends_in_ies else f"{noun}s"
    return f"{count} {plural}"
