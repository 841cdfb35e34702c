"""What a run does to each resource, as values; the engine's event metadata read into them.

Values of properties are plain JSON. Two texts of the engine stand for what is not there: secrets
are `SECRET`, and what a preview cannot know yet is `UNKNOWN`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from sys import intern
from typing import Any, Final

from tablewright.pulumi_values import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_SENTINELS, urn_name
from tablewright.resource_kinds import UNKNOWN, displayed_name

SECRET: Final = "[secret]"  # noqa: S105 - what stands in the place of one
"""Stands for a secret value: the engine never writes secrets into its events."""


ASIDE: Final = "~aside"
"""Ends the name of a record whose own name has come to mean something else."""


class Operation(StrEnum):
    """What the engine does to a resource, in words a person reads."""

    SAME = "same"
    CREATE = "create"
    IMPORT = "import"
    UPDATE = "update"
    REPLACE = "replace"
    """Deleted and created again, in either order; one change, not the engine's three steps."""
    DELETE = "delete"
    READ = "read"
    REFRESH = "refresh"
    """Read again and found as recorded; a difference found shows as UPDATE or DELETE."""
    FORGET = "forget"
    """Dropped from the state, of which nothing is asked of AWS."""
    KEEP = "keep"
    """Not declared any more, and kept in AWS as its program says: `retain_on_delete`."""


_OPERATIONS: Mapping[str, Operation] = {
    "same": Operation.SAME,
    "create": Operation.CREATE,
    "import": Operation.IMPORT,
    "update": Operation.UPDATE,
    "delete": Operation.DELETE,
    "replace": Operation.REPLACE,
    "create-replacement": Operation.REPLACE,
    "delete-replaced": Operation.REPLACE,
    "import-replacement": Operation.REPLACE,
    "read-replacement": Operation.REPLACE,
    "read": Operation.READ,
    "refresh": Operation.REFRESH,
    "discard": Operation.FORGET,
    "discard-replaced": Operation.FORGET,
    "remove-pending-replace": Operation.FORGET,
}


class DiffKind(StrEnum):
    """How one property differs."""

    ADD = "add"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class PropertyDiff:
    """One property that differs.

    Args:
        path: the engine's path, e.g. `tags.Team` or `globalSecondaryIndexes[0].projectionType`.
        kind: added, updated or deleted.
        replaces: the difference cannot be had in place.
    """

    path: str
    kind: DiffKind
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """What one run does to one resource; an import followed by an update makes two of them.

    Args:
        urn: the engine's name of the resource, unique in the stack.
        type: type token, e.g. `aws:dynamodb/table:Table`.
        name: logical name in the program.
        parent: URN of the parent, empty for the root.
        operation: what is done.
        id: the resource's physical id where known.
        old_inputs: what the program gave last time, or what an import read; None if new.
        new_inputs: what the program gives now; None if it no longer declares the resource.
        old_outputs: recorded before, None if new.
        diffs: properties that differ, in the engine's order.
        replace_keys: properties that force a replacement.
        custom: made by a provider; False for components, which exist in the state alone.
        retained: of a replacement, the old one is dropped from the state and left in AWS
            (`retain_on_delete`).
        former: URN under which it was recorded, if that was another one; empty else.
    """

    urn: str
    type: str
    name: str
    operation: Operation
    parent: str = ""
    id: str = ""
    old_inputs: Mapping[str, Any] | None = None
    new_inputs: Mapping[str, Any] | None = None
    old_outputs: Mapping[str, Any] | None = None
    diffs: tuple[PropertyDiff, ...] = ()
    replace_keys: tuple[str, ...] = ()
    custom: bool = True
    retained: bool = False
    former: str = ""

    @property
    def displayed_name(self) -> str:
        """What people are told that it is."""
        return displayed_name(self.new_inputs or self.old_inputs or {}, self.name)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something the program, a provider or the engine said: warnings and remarks, never secrets.

    Args:
        severity: `info`, `warning` or `error`.
        message: the text, without colour and trailing newline.
        urn: the resource it is about, or empty.
    """

    severity: str
    message: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a preview would do or a run has done.

    Args:
        changes: one or more per resource in the engine's order, unchanged ones included.
        outputs: the stack's outputs after the run; secrets as `SECRET`, and in a preview what is
            not known yet as `UNKNOWN`.
        duration_seconds: wall time of the engine's process.
        diagnostics: warnings and remarks.
    """

    changes: tuple[ResourceChange, ...]
    outputs: Mapping[str, Any] = field(default_factory=dict)
    duration_seconds: float = 0.0
    diagnostics: tuple[Diagnostic, ...] = ()


def shown_name(urn: str) -> str:
    """Logical name in a URN, also of a record that was set aside (`moves`)."""
    return urn_name(urn).partition(ASIDE)[0]


def change_from_step(metadata: Mapping[str, Any]) -> ResourceChange:
    """Read the metadata of one of the engine's steps (`apitype.StepEventMetadata`)."""
    old, new = metadata.get("old") or {}, metadata.get("new") or {}
    urn = metadata["urn"]
    old_inputs = plain(old["inputs"]) if old.get("inputs") is not None else None
    new_inputs = plain(new["inputs"]) if new.get("inputs") is not None else None
    return ResourceChange(
        urn=urn,
        type=metadata["type"],
        name=shown_name(urn),
        operation=operation_of(metadata),
        parent=new.get("parent") or old.get("parent") or "",
        id=new.get("id") or old.get("id") or "",
        old_inputs=old_inputs,
        new_inputs=old_inputs if new_inputs == old_inputs else new_inputs,  # held once
        old_outputs=plain(old["outputs"]) if old.get("outputs") is not None else None,
        diffs=_diffs(metadata),
        replace_keys=tuple(metadata.get("keys") or ()),
        custom=bool(new.get("custom") or old.get("custom")),
        retained=bool(old.get("retainOnDelete")),
        former=old["urn"] if new and old.get("urn", urn) != urn else "",
    )


def operation_of(metadata: Mapping[str, Any]) -> Operation:
    """The operation of a step; one of a newer engine that is not known here reads as UPDATE."""
    operation = _OPERATIONS.get(metadata["op"], Operation.UPDATE)
    if operation is Operation.DELETE and (metadata.get("old") or {}).get("retainOnDelete"):
        return Operation.KEEP  # the engine calls it a deletion, and asks no provider for one
    return operation


def plain(value: Any) -> Any:
    """Replace the engine's marks for what is not there by `UNKNOWN` and `SECRET`, at any depth."""
    match value:
        case str():
            return UNKNOWN if value in UNKNOWN_SENTINELS else value
        case dict() if value.get(SIGNATURE_KEY) == SECRET_SIGNATURE:
            return SECRET
        case dict():
            return {intern(key): plain(element) for key, element in value.items()}
        case list():
            return [plain(element) for element in value]
        case _:
            return value


def holds_secret(value: Any) -> bool:
    """Whether a secret stands in a value, at any depth."""
    match value:
        case Mapping():
            return any(holds_secret(element) for element in value.values())
        case list():
            return any(holds_secret(element) for element in value)
        case _:
            return bool(value == SECRET)


def _diffs(metadata: Mapping[str, Any]) -> tuple[PropertyDiff, ...]:
    detailed = metadata.get("detailedDiff")
    if detailed:
        return tuple(
            PropertyDiff(
                path,
                DiffKind(entry["diffKind"].removesuffix("-replace")),
                entry["diffKind"].endswith("-replace"),
            )
            for path, entry in detailed.items()
        )
    replacing = set(metadata.get("keys") or ())
    return tuple(
        PropertyDiff(key, DiffKind.UPDATE, key in replacing)
        for key in _unique([*(metadata.get("diffs") or ()), *(metadata.get("keys") or ())])
    )


def _unique(keys: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(keys)
