"""A stack's state as values: resources, outputs, and what an interrupted run left open. Pure.

The engine keeps a deployment as JSON (`apitype.DeploymentV3`). Secrets in it are ciphertext and
read as `SECRET` here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tablewright.engine.changes import (
    plain,
)
from tablewright.pulumi_values import STACK_TYPE, urn_name
from tablewright.resource_kinds import KINDS, identify

CREATING = "creating"
UPDATING = "updating"
LATEST_VERSION = 4
_VERSIONS = frozenset({3, LATEST_VERSION})
"""Of a deployment, as engine 3.259 reads them (`apitype.DeploymentSchemaVersionLatest`)."""
_URN_SEPARATORS = 3


class UnknownVersionError(ValueError):
    """A state that was written by a later engine than any we know."""


@dataclass(frozen=True, slots=True)
class StateResource:
    """One resource as recorded.

    Args:
        urn: the engine's name of it.
        type: type token.
        name: logical name.
        id: physical id; empty for components and for what is still being created.
        inputs: as the program gave them last.
        outputs: as the provider answered last.
        parent: URN of the parent, empty for the root.
        custom: made by a provider; False for components.
        protect: the program forbids its deletion.
        provider: URN of its provider and an id.
        to_delete: replaced already, its deletion is still due.
        unfinished: why its creation or update did not end well; the next run finishes it.
        import_id: the id with which the program imports it, if it does.
        external: only read by the program, never made by it.
        between: deleted for its replacement, which is still to be made.
        created: since when it is recorded, as far as the engine wrote it.
        retained: its deletion leaves it in AWS (`retain_on_delete`).
        deleted_with: URN of what is said to delete it (`deleted_with`).
    """

    urn: str
    type: str
    name: str
    id: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    parent: str = ""
    custom: bool = True
    protect: bool = False
    provider: str = ""
    to_delete: bool = False
    unfinished: tuple[str, ...] = ()
    import_id: str = ""
    external: bool = False
    between: bool = False
    created: datetime | None = None
    retained: bool = False
    deleted_with: str = ""

    @property
    def holds(self) -> bool:
        """Whether this is the record of something that the stack has."""
        gone = self.to_delete or self.external or self.between
        return bool(self.id) and not gone


@dataclass(frozen=True, slots=True)
class PendingOperation:
    """A step that was under way when a run was killed; nobody knows whether it came through.

    Args:
        kind: the engine's word: `creating`, `updating`, `deleting`, `reading`, `importing`.
        resource: as it was recorded at that moment.
    """

    kind: str
    resource: StateResource


@dataclass(frozen=True, slots=True)
class State:
    """All that is recorded of a stack.

    Args:
        resources: in the engine's order: dependencies before their dependants.
        pending: steps an interrupted run left open.
        outputs: the stack's; secrets as `SECRET`.
        salt: of the passphrase that encrypts the secrets, empty if another way is used.
        encrypted_by: the engine's word for that way: `passphrase`, `cloud`, `service`.
    """

    resources: tuple[StateResource, ...] = ()
    pending: tuple[PendingOperation, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict)
    salt: str = ""
    encrypted_by: str = ""

    def find(self, urn: str) -> StateResource | None:
        """The living record of a URN, not one that waits for its deletion."""
        return next((r for r in self.resources if r.urn == urn and not r.to_delete), None)


def read_checkpoint(document: Mapping[str, Any]) -> State:
    """Read a state file (`{"version": 3, "checkpoint": {"latest": ...}}`) or a `stack export`.

    Raises:
        UnknownVersionError: a later engine wrote it.
        ValueError: it is not what an engine writes, or it refers to what is not in it.
    """
    version = document.get("version")
    if isinstance(version, int) and version > LATEST_VERSION:
        raise UnknownVersionError(version)
    _require(isinstance(version, int) and version in _VERSIONS, f"its version is {version!r}")
    checkpoint = _mapping(document, "checkpoint")
    latest = _mapping(document, "deployment") or _mapping(checkpoint, "latest")
    resources = tuple(read_resource(operation) for operation in _objects(latest, "resources"))
    _require_whole(latest, resources)
    provider = _mapping(latest, "secrets_providers")
    root = next((operation for operation in resources if operation.type == STACK_TYPE), None)
    return State(
        resources=resources,
        pending=tuple(_pending(operation) for operation in _objects(latest, "pending_operations")),
        outputs=root.outputs if root else {},
        salt=_text(_mapping(provider, "state"), "salt"),
        encrypted_by=_text(provider, "type"),
    )


def read_resource(document: Mapping[str, Any]) -> StateResource:
    """Read one resource (`apitype.ResourceV3`).

    Raises:
        ValueError: it is none.
    """
    urn = _text(document, "urn")
    _require(urn.count("::") >= _URN_SEPARATORS, f"{urn or 'a resource without name'} is not a URN")
    _require(bool(_text(document, "type")), f"{urn} has no type")
    return StateResource(
        urn=urn,
        type=_text(document, "type"),
        name=urn_name(urn),
        id=_text(document, "id"),
        inputs=plain(_mapping(document, "inputs")),
        outputs=plain(_mapping(document, "outputs")),
        parent=_text(document, "parent"),
        custom=bool(document.get("custom")),
        provider=document.get("provider", ""),
        protect=bool(document.get("protect")),
        to_delete=bool(document.get("delete")),
        unfinished=tuple(_texts(document, "initErrors")),
        created=_time(document, "created"),
        retained=bool(document.get("retainOnDelete")),
        deleted_with=_text(document, "deletedWith"),
    )


def _pending(document: Mapping[str, Any]) -> PendingOperation:
    return PendingOperation(_text(document, "type"), read_resource(_mapping(document, "resource")))


def _require_whole(latest: Mapping[str, Any], resources: tuple[StateResource, ...]) -> None:
    """What a resource refers to is recorded: the engine itself would call it a bug of its own."""
    known = {record.urn for record in resources}
    for document, resource in zip(_objects(latest, "resources"), resources, strict=True):
        provider = _text(document, "provider").rpartition("::")[0]
        names = [resource.parent, provider, *_texts(document, "dependencies")]
        missing = next((name for name in names if name and name not in known), None)
        if missing is not None:
            raise ValueError(f"{resource.name} refers to {urn_name(missing)}, which is not in it")


def _require(holds: bool, why: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise ValueError(why)


def _text(document: Mapping[str, Any], key: str) -> str:
    value = document.get(key)
    _require(value is None or isinstance(value, str), f"its `{key}` is not text")
    return value or ""


def _time(document: Mapping[str, Any], key: str) -> datetime | None:
    """A time in UTC; None where there is none that can be read."""
    try:
        return datetime.fromisoformat(_text(document, key)).astimezone(UTC)
    except ValueError:
        return None


def _texts(document: Mapping[str, Any], key: str) -> list[str]:
    value = document.get(key) or []
    is_texts = isinstance(value, list) and all(isinstance(element, str) for element in value)
    _require(is_texts, f"its `{key}` is not a list of texts")
    return list(value)


def _mapping(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = document.get(key)
    _require(value is None or isinstance(value, Mapping), f"its `{key}` is not an object")
    return value or {}


def _objects(document: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = document.get(key) or []
    is_objects = isinstance(value, list) and all(isinstance(element, Mapping) for element in value)
    _require(is_objects, f"its `{key}` is not a list of objects")
    return list(value)


def without_pending(document: Mapping[str, Any], urns: frozenset[str]) -> dict[str, Any]:
    """The same document without the pending creations of `urns`."""
    return _with_latest(
        document,
        lambda latest: {
            **latest,
            "pending_operations": [
                operation
                for operation in latest.get("pending_operations") or ()
                if operation["type"] != CREATING or operation["resource"]["urn"] not in urns
            ],
        },
    )


def with_adopted(document: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """The same document with pending creations recorded as made, by URN and physical id.

    What the provider answered is not known, so the inputs stand for the outputs: enough to delete
    the resource, and a refresh replaces them.
    """

    def adopt(latest: Mapping[str, Any]) -> dict[str, Any]:
        pending = latest.get("pending_operations") or ()
        adopted = [
            {
                **operation["resource"],
                "id": urn_id,
                "outputs": operation["resource"].get("inputs") or {},
            }
            for operation in pending
            if operation["type"] == CREATING and (urn_id := ids.get(operation["resource"]["urn"]))
        ]
        resources = [*(latest.get("resources") or ()), *adopted]
        return {**latest, "resources": resources}

    return without_pending(_with_latest(document, adopt), frozenset(ids))


def doubles(state: State) -> tuple[StateResource, ...]:
    """Records that wait for their deletion and are the same live thing as one that stays.

    They come of a replacement that made a thing over itself and did not get to the deletion, which
    would remove what was just made.
    """
    staying = {
        (resource.type, identify(resource.type, resource.inputs))
        for resource in state.resources
        if resource.holds
    }
    return tuple(
        resource
        for resource in state.resources
        if resource.to_delete
        and (identity := identify(resource.type, resource.inputs))
        and (resource.type, identity) in staying
    )


def without_records(
    document: Mapping[str, Any], dropped: Collection[StateResource]
) -> dict[str, Any]:
    """The same document without these very records; others of the same URN stay."""

    def drop(latest: Mapping[str, Any]) -> dict[str, Any]:
        resources = latest.get("resources") or ()
        kept = [resource for resource in resources if read_resource(resource) not in dropped]
        return {**latest, "resources": kept}

    return _with_latest(document, drop)


def with_own_deletions(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same document, in which each resource of ours is deleted by a call of its own.

    With `deletedWith` the engine asks for none where the other goes in the same run, and forgets
    the record, whether or not AWS has deleted the resource with it.
    """

    def own(resource: Mapping[str, Any]) -> Mapping[str, Any]:
        other = resource.get("deletedWith")
        if not other or resource["type"] not in KINDS:
            return resource
        dependencies = dict.fromkeys((*(resource.get("dependencies") or ()), other))
        rest = {name: value for name, value in resource.items() if name != "deletedWith"}
        return {**rest, "dependencies": [*dependencies]}

    def change(latest: Mapping[str, Any]) -> dict[str, Any]:
        return {**latest, "resources": [own(known) for known in latest.get("resources") or ()]}

    return _with_latest(document, change)


def without_resources(document: Mapping[str, Any], urns: frozenset[str]) -> dict[str, Any]:
    """The same document without these resources; the others no longer depend on them."""

    def forget(latest: Mapping[str, Any]) -> dict[str, Any]:
        kept = [
            resource for resource in latest.get("resources") or () if resource["urn"] not in urns
        ]
        return {**latest, "resources": [_independent(resource, urns) for resource in kept]}

    return _with_latest(document, forget)


def rearranged(
    document: Mapping[str, Any],
    aside: Mapping[str, str],
    forgotten: frozenset[str],
    unprotected: frozenset[str],
) -> dict[str, Any]:
    """The same document with some records under other URNs, without others, some unprotected."""

    def arrange(latest: Mapping[str, Any]) -> dict[str, Any]:
        resources = [
            {**resource, "protect": False} if resource["urn"] in unprotected else resource
            for resource in latest.get("resources") or ()
        ]
        arranged: dict[str, Any] = _renamed({**latest, "resources": resources}, aside)
        return arranged

    return _with_latest(without_resources(document, forgotten), arrange)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The same value with URNs changed wherever they stand: a name, a parent, a dependency."""
    match value:
        case str():
            return names.get(value, value)
        case dict():
            return {key: _renamed(element, names) for key, element in value.items()}
        case list():
            return [_renamed(element, names) for element in value]
        case _:
            return value


def _independent(resource: Mapping[str, Any], urns: frozenset[str]) -> dict[str, Any]:
    def others(names: Any) -> list[str]:
        return [name for name in names or () if name not in urns]

    by_property = resource.get("propertyDependencies") or {}
    changed = {
        "dependencies": others(resource.get("dependencies")),
        "propertyDependencies": {key: others(names) for key, names in by_property.items()},
    }
    return {**resource, **{key: value for key, value in changed.items() if key in resource}}


def _with_latest(document: Mapping[str, Any], change: Any) -> dict[str, Any]:
    if "deployment" in document:
        return {**document, "deployment": change(document["deployment"] or {})}
    checkpoint = document["checkpoint"]
    return {
        **document,
        "checkpoint": {**checkpoint, "latest": change(checkpoint.get("latest") or {})},
    }


def empty_checkpoint(full_name: str) -> dict[str, Any]:
    """What the engine itself writes first for a new stack."""
    return {"version": 3, "checkpoint": {"stack": full_name}}
