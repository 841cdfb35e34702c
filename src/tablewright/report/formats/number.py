"""Numbers of things, in words. Pure."""

from __future__ import annotations


def number_of(count: int, noun: str) -> str:
    """`1 table`, `3 tables`, `2 policies`."""
    if count == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("cy") else f"{noun}s"
    return f"{count} {plural}"
