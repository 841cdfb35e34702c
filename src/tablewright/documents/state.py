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


class StateMoveDocument(TypedDict):
    """What `state move-backend` has moved."""

    stack: str
    """The stack, `analytics/dev`."""
    target: str
    """`sandbox` or `aws`."""
    region: str
    """Its region."""
    resources: int
    """How many are recorded."""
    former: str
    """Where the state was."""
    backend: str
    """Where it is now."""
    formerDeleted: bool
    """Whether the old copy was deleted."""


class ClaimDocument(TypedDict):
    """A run that is about to take a table over."""

    owner: str
    """The stack, `analytics/dev`."""
    until: str
    """When the claim counts no longer, RFC 3339."""


class TableOwnerDocument(TypedDict):
    """Whose a live table is."""

    table: str
    """Its name."""
    account: str
    """The account it is in."""
    region: str
    """Its region."""
    owner: str | None
    """The stack it belongs to, `analytics/dev`; null if its tags name none."""
    project: str | None
    """The first part of that: `metadata.name` of the manifests."""
    stack: str | None
    """The second: their environment, or `--stack`."""
    backends: list[str]
    """Where a state of that stack has the table, as far as this machine knows."""
    claims: list[ClaimDocument]
    """Stacks that are about to take it over."""
    cloudFormationStack: str | None
    """The stack of CloudFormation that made it; null if none did."""
