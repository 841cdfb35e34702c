"""Pages and their tokens; a token is only good for the request that earned it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from tablewright_emulator.request import AwsFault

T = TypeVar("T")

_PAGING = frozenset({"NextToken", "MaxRecords", "MaxResults", "MaxDatapoints"})


def token(params: Mapping[str, Any], place: Any) -> str:
    """A token that leads the same request to `place`, any value JSON can hold."""
    text = json.dumps([_fingerprint(params), place])
    return base64.urlsafe_b64encode(text.encode()).decode()


def place(params: Mapping[str, Any], fault: str = "InvalidNextToken") -> Any:
    """The place the request's token leads to, None without one.

    Raises:
        AwsFault: when the token is not ours or belongs to another request.
    """
    given = params.get("NextToken")
    if not given:
        return None
    try:
        fingerprint, position = json.loads(base64.b64decode(given, b"-_", validate=True))
    except (ValueError, TypeError) as error:
        raise AwsFault(fault, "The next token specified is invalid.") from error
    if fingerprint != _fingerprint(params):
        raise AwsFault(fault, "The next token specified is invalid.")
    return position


def page(
    params: Mapping[str, Any], items: Sequence[T], size: int, fault: str = "InvalidNextToken"
) -> tuple[Sequence[T], str | None]:
    """The page of `items` the request's token leads to, and the token of the next, if any."""
    start = place(params, fault) or 0
    if not isinstance(start, int):
        raise AwsFault(fault, "The next token specified is invalid.")
    end = start + size
    return items[start:end], token(params, end) if end < len(items) else None


def _fingerprint(params: Mapping[str, Any]) -> str:
    asked = {key: value for key, value in params.items() if key not in _PAGING}
    text = json.dumps(asked, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
