"""Attributes by resource, kept beside what the engine underneath knows of it."""

from __future__ import annotations

from typing import Any

from tablewright_emulator.request import Request


class Held:
    """Attributes of resources, by service, account, region and the resource's own name."""

    def __init__(self) -> None:
        self._by_place: dict[str, dict[str, Any]] = {}

    def of(self, request: Request, name: str) -> dict[str, Any]:
        """What is kept of a resource of the request's service; changes of it are kept."""
        return self._by_place.setdefault(_place(request, name), {})

    def forget(self, request: Request, name: str) -> None:
        """The resource is gone."""
        self._by_place.pop(_place(request, name), None)

    def dump(self) -> dict[str, dict[str, Any]]:
        """Everything, as plain values."""
        return {place: dict(attributes) for place, attributes in self._by_place.items()}

    def load(self, state: dict[str, dict[str, Any]]) -> None:
        """In place of everything there is."""
        self._by_place = {place: dict(attributes) for place, attributes in state.items()}


def _place(request: Request, name: str) -> str:
    return f"{request.service} {request.account} {request.region} {name}"
