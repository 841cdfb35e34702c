"""What the commands over a stack's state print."""

from __future__ import annotations

from typing import Any, TypedDict


class RecordDocument(TypedDict):
    """One recorded resource."""

    name: str
    """Its logical name, which `state mv` takes."""
    kind: str
    """`table`, `alarm`, ..."""
    type: str
    """Pulumi's name of its type."""
    physicalName: str
    """How AWS knows it."""
    id: str
    """Pulumi's id of it."""
    urn: str
    """Pulumi's name of it."""
    protected: bool
    """Whether a program forbids its deletion."""
    toDelete: bool
    """It was replaced, and its deletion is still due."""
    unfinished: str
    """Why its creation or update did not end well; empty if it did."""


class StateListDocument(TypedDict):
    """What a state records."""

    stack: str
    """The stack, `analytics/dev`."""
    target: str
    """`sandbox` or `aws`."""
    region: str
    """Its region."""
    backend: str
    """Where the state is."""
    resources: list[RecordDocument]
    """In the engine's order: what others depend on comes first."""


class StateRenameDocument(TypedDict):
    """What `state mv` has renamed."""

    stack: str
    """The stack, `analytics/dev`."""
    target: str
    """`sandbox` or `aws`."""
    region: str
    """Its region."""
    renamed: dict[str, str]
    """New URNs by the old ones, those of components included."""
    backup: str
    """File with the former state."""


class StateImportDocument(TypedDict):
    """What `state import` has recorded."""

    stack: str
    """The stack, `analytics/dev`."""
    target: str
    """`sandbox` or `aws`."""
    region: str
    """Its region."""
    resources: int
    """How many are recorded now."""
    added: list[str]
    """Recorded now and not before, `table orders`."""
    dropped: list[str]
    """Recorded before and not now."""
    backup: str | None
    """File with the former state; null if there was none."""


class StateOriginDocument(TypedDict):
    """Where a state is from."""

    stack: str
    """The stack, `analytics/dev`."""
    target: str
    """`sandbox` or `aws`."""
    world: str | None
    """The sandbox whose resources it records; null for AWS, and for a sandbox's own state."""


class StateExportDocument(TypedDict):
    """A state as Pulumi exports it; `pulumi stack import` takes it as well."""

    version: int
    """Of Pulumi's format."""
    deployment: dict[str, Any]
    """All that is recorded; secrets are encrypted."""
    tablewright: StateOriginDocument
    """Where it is from; Pulumi ignores it."""
