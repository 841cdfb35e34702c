"""A stack's state as values: resources, outputs, and what an interrupted run left open. Pure.

The engine keeps a deployment as JSON (`apitype.DeploymentV3`). Secrets in it are ciphertext and
read as `SECRET` here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tablewright.engine.changes import plain, urn_name

STACK_TYPE = "pulumi:pulumi:Stack"
CREATING = "creating"


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
    """Read a state file (`{"version": 3, "checkpoint": {"latest": ...}}`) or a `stack export`."""
    latest = document.get("deployment") or document.get("checkpoint", {}).get("latest") or {}
    resources = tuple(read_resource(each) for each in latest.get("resources") or ())
    provider = latest.get("secrets_providers") or {}
    root = next((each for each in resources if each.type == STACK_TYPE), None)
    return State(
        resources=resources,
        pending=tuple(
            PendingOperation(each["type"], read_resource(each["resource"]))
            for each in latest.get("pending_operations") or ()
        ),
        outputs=root.outputs if root else {},
        salt=(provider.get("state") or {}).get("salt", ""),
        encrypted_by=provider.get("type", ""),
    )


def read_resource(document: Mapping[str, Any]) -> StateResource:
    """Read one resource (`apitype.ResourceV3`)."""
    return StateResource(
        urn=document["urn"],
        type=document["type"],
        name=urn_name(document["urn"]),
        id=document.get("id", ""),
        inputs=plain(document.get("inputs") or {}),
        outputs=plain(document.get("outputs") or {}),
        parent=document.get("parent", ""),
        custom=bool(document.get("custom")),
        provider=document.get("provider", ""),
        protect=bool(document.get("protect")),
        to_delete=bool(document.get("delete")),
        unfinished=tuple(document.get("initErrors") or ()),
        import_id=document.get("importID", ""),
        external=bool(document.get("external")),
        between=bool(document.get("pendingReplacement")),
    )


def without_pending(document: Mapping[str, Any], urns: frozenset[str]) -> dict[str, Any]:
    """The same document without the pending creations of `urns`."""
    return _with_latest(
        document,
        lambda latest: {
            **latest,
            "pending_operations": [
                each
                for each in latest.get("pending_operations") or ()
                if each["type"] != CREATING or each["resource"]["urn"] not in urns
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
            {**each["resource"], "id": urn_id, "outputs": each["resource"].get("inputs") or {}}
            for each in pending
            if each["type"] == CREATING and (urn_id := ids.get(each["resource"]["urn"]))
        ]
        resources = [*(latest.get("resources") or ()), *adopted]
        return {**latest, "resources": resources}

    return without_pending(_with_latest(document, adopt), frozenset(ids))


def without_resources(document: Mapping[str, Any], urns: frozenset[str]) -> dict[str, Any]:
    """The same document without these resources; the others no longer depend on them."""

    def forget(latest: Mapping[str, Any]) -> dict[str, Any]:
        kept = [each for each in latest.get("resources") or () if each["urn"] not in urns]
        return {**latest, "resources": [_independent(each, urns) for each in kept]}

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
            {**each, "protect": False} if each["urn"] in unprotected else each
            for each in latest.get("resources") or ()
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
            return {key: _renamed(each, names) for key, each in value.items()}
        case list():
            return [_renamed(each, names) for each in value]
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
