"""Pages of a list whose tokens are positions in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from tablewright_emulator.request import AwsFault

Value = TypeVar("Value")


def page(
    entries: Sequence[Value], token: str | None, size: int
) -> tuple[Sequence[Value], str | None]:
    """The page a token stands for, the first one for None, and the token of the next.

    Raises:
        AwsFault: ValidationException for a token that was not given out.
    """
    if token is not None and not (token.isdecimal() and 0 < int(token[:9]) < len(entries)):
        text = f"Invalid Request: Provided nextToken is invalid: {token}"
        raise AwsFault("ValidationException", text)
    start = int(token or 0)
    end = start + size
    return entries[start:end], str(end) if end < len(entries) else None
