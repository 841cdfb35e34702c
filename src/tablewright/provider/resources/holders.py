"""Who has a live thing in one run, so that no deletion takes it from another. Pure.

An engine knows resources by their URNs. Where the same thing gets another one, it creates it again
over the live one, and then deletes what was recorded: the thing that was just made. Here the
identity of whatever is declared, made or imported is noted, and its deletion under another URN, or
as what an import replaced, finds that it is not its own any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any, Final

from tablewright.resource_kinds import Identity, identify

_IMPORTED: Final = ""


class Holders:
    """The holders of live things, by identity; safe for threads."""

    def __init__(self) -> None:
        self._urns: dict[Identity, str] = {}
        self._lock = Lock()

    def make(self, type_: str, urn: str, inputs: Mapping[str, Any]) -> None:
        """A resource was made with these inputs: it has what they mean."""
        if identity := identify(type_, inputs):
            with self._lock:
                self._urns[identity] = urn

    def declare(self, type_: str, urn: str, inputs: Mapping[str, Any]) -> None:
        """A resource is declared with these inputs; what was imported for it stays so."""
        if identity := identify(type_, inputs):
            with self._lock:
                if self._urns.get(identity) != _IMPORTED:
                    self._urns[identity] = urn

    def take(self, type_: str, outputs: Mapping[str, Any]) -> None:
        """What was imported belongs to no record from before this run."""
        if identity := identify(type_, outputs):
            with self._lock:
                self._urns.setdefault(identity, _IMPORTED)

    def is_lost(self, type_: str, urn: str, outputs: Mapping[str, Any]) -> bool:
        """Whether what is recorded under a URN belongs to something else by now."""
        identity = identify(type_, outputs)
        with self._lock:
            return identity is not None and self._urns.get(identity, urn) != urn
