"""Who wants to take over what lives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who wants to take over.

    Args:
        owner: how the stack is called in the tag of ownership.
        backend: URL of its state.
        adopting: names of the tables that this run adopts.
    """

    owner: str
    backend: str
    adopting: frozenset[str] = frozenset()
