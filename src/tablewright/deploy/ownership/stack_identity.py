"""The stack that wants to take over existing resources."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StackIdentity:
    """The stack that takes over.

    Args:
        owner: how the stack is called in the tag of ownership.
        backend: URL of its state.
        adopting: names of the tables that this run adopts.
    """

    owner: str
    backend: str
    adopting: frozenset[str] = frozenset()
