"""Effects of changes that take time, each under the name by which a kept state speaks of it.

What is under way is a kind and its parameters, never a function: so it is kept as plain values, and
a state names nothing but what is registered here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Effect = Callable[..., None]
"""Called with the table, the moment it is due and its parameters."""

_Effect = TypeVar("_Effect", bound=Effect)
_BY_KIND: dict[str, Effect] = {}
_KINDS: dict[Effect, str] = {}


def effect(kind: str) -> Callable[[_Effect], _Effect]:
    """Register a function under a name, which stays for as long as states are kept."""

    def register(function: _Effect) -> _Effect:
        assert kind not in _BY_KIND, kind  # noqa: S101 - two of one name
        _BY_KIND[kind], _KINDS[function] = function, kind
        return function

    return register


def kind_of(function: Effect) -> str:
    """The name of a registered function."""
    return _KINDS[function]


def of_kind(kind: str) -> Effect:
    """The function of a name."""
    return _BY_KIND[kind]
