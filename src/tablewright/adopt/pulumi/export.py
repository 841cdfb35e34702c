"""What `pulumi stack export` prints, as managed resources and the DynamoDB tables among them.

A secret is never read: neither its ciphertext nor its plaintext, which `--show-secrets` prints, is
part of anything that is kept here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tablewright.adopt.terraform.state import (
    TABLE_TYPE,
    StateInstance,
    TableId,
    TerraformState,
    TerraformTable,
    table_of_arn,
)
from tablewright.errors import Problem, UsageError
from tablewright.pulumi_values import SECRET_SIGNATURE, SIGNATURE_KEY
from tablewright.transfer import read_given, why_unread

from .properties import translated

VERSIONS = (3, 4)
"""Of a deployment, as Pulumi has written it since its version 1.0 (apitype, DeploymentV3)."""
_EXPORT = "give the output of `pulumi stack export > export.json`"
_URN_PARTS = 4
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class PulumiResource(StateInstance):
    """One resource of a stack; `address` is its URN.

    Args:
        kind: Pulumi's type.
        parent: URN of the component it belongs to; empty for none.
        protect: the engine refuses to delete it.
        retained: a deletion leaves what is in AWS.
        custom: a provider manages it; else it is a component.
    """

    kind: str = ""
    parent: str = ""
    protect: bool = False
    retained: bool = False
    custom: bool = True

    @property
    def resource(self) -> str:
        """The URN: nothing of it is an instance key."""
        return self.address

    @property
    def name(self) -> str:
        """What the program calls it."""
        return self.address.split("::", _URN_PARTS - 1)[-1]


@dataclass(frozen=True, slots=True)
class PulumiExport:
    """An exported stack.

    Args:
        stack: its name.
        project: whose it is.
        state: its resources, as `adopt.terraform` knows them.
        resources: the same, as Pulumi does, in the order of the export: after what they need.
        problems: tables that cannot be known, and operations that were not finished.
        secrets: places of secret values that are about tables, which are not read.
    """

    stack: str = ""
    project: str = ""
    state: TerraformState = field(default_factory=TerraformState)
    resources: tuple[PulumiResource, ...] = ()
    problems: tuple[Problem, ...] = ()
    secrets: tuple[str, ...] = ()


def read_export(path: Path) -> PulumiExport:
    """The stack in a file.

    Raises:
        UsageError: it cannot be read, or is no such file.
    """
    try:
        return export_of(read_given(path).decode("utf-8-sig"), str(path))
    except (OSError, ValueError) as error:
        raise UsageError(f"the export {path} cannot be read: {why_unread(error)}", _EXPORT) from (
            error
        )


def export_of(text: str, name: str = "the export") -> PulumiExport:
    """The stack in a text.

    Raises:
        UsageError: it is no export of a stack, of another version, or damaged.
    """
    try:
        document = json.loads(text)
        json.dumps(document, ensure_ascii=False).encode()  # no half of a character
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is not JSON", _EXPORT) from error
    deployment = document.get("deployment") if isinstance(document, Mapping) else None
    if not isinstance(deployment, Mapping):
        raise UsageError(f"{name} is no export of a Pulumi stack: it has no `deployment`", _EXPORT)
    if document.get("version") not in VERSIONS:
        raise UsageError(f"{name} is of a version that is not known", _EXPORT)
    reader = _Reader(name)
    try:
        return reader.read(deployment)
    except _DamagedError as error:
        raise UsageError(f"{name} is damaged: {error}", _EXPORT) from error


class _DamagedError(Exception):
    """What is wrong, and where, in words."""


class _Reader:
    """Reads one deployment."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.secrets: list[str] = []

    def read(self, deployment: Mapping[str, Any]) -> PulumiExport:
        given = deployment.get("resources") or []
        if not isinstance(given, list):
            raise _DamagedError("`resources` is not a list")
        resources = tuple(self._resources(given))
        pending = deployment.get("pending_operations")
        if isinstance(pending, list) and pending:
            self._tell(
                "operations on the stack were begun and not finished",
                "let `pulumi refresh` settle them, and export again",
                "deployment.pending_operations",
            )
        urn = next((resource.address for resource in resources), "")
        head = urn.removeprefix("urn:pulumi:").split("::")
        tables = tuple(table for resource in resources if (table := self._table(resource)))
        return PulumiExport(
            stack=head[0] if urn else "",
            project=head[1] if len(head) > 1 else "",
            state=TerraformState(resources, tables),
            resources=resources,
            problems=tuple(self.problems),
            secrets=tuple(dict.fromkeys(self.secrets)),
        )

    def _resources(self, given: Iterable[Any]) -> Iterator[PulumiResource]:
        for place, resource in enumerate(given):
            where = f"deployment.resources[{place}]"
            if not isinstance(resource, Mapping):
                raise _DamagedError(f"{where} is not an object")
            # What another stack manages was only read; what waits for its deletion was replaced.
            if not resource.get("external") and not resource.get("delete"):
                yield self._resource(resource, where)

    def _resource(self, resource: Mapping[str, Any], where: str) -> PulumiResource:
        urn, kind = resource.get("urn"), resource.get("type")
        if not isinstance(urn, str) or not urn.startswith("urn:pulumi:"):
            raise _DamagedError(f"the urn of {where} is none")
        if not isinstance(kind, str) or urn.count("::") < _URN_PARTS - 1:
            raise _DamagedError(f"the type of {where} is none")
        properties: dict[str, Any] = {}
        name, _ = translated(kind, {})
        about_tables = name != kind
        for side in ("inputs", "outputs"):
            values = resource.get(side) or {}
            if not isinstance(values, Mapping):
                raise _DamagedError(f"the {side} of {where} are no object")
            properties |= self._plain(values, f"{where}.{side}", is_told=about_tables)
        type_, attributes = translated(kind, properties)
        if resource.get("custom") is not True:
            attributes = {"outputs": attributes}  # which are named by the program
        parent = resource.get("parent")
        return PulumiResource(
            address=urn,
            type=type_,
            key=None,
            attributes=attributes,
            dependencies=frozenset(_dependencies(resource)),
            kind=kind,
            parent=parent if isinstance(parent, str) else "",
            protect=resource.get("protect") is True,
            retained=resource.get("retainOnDelete") is True,
            custom=resource.get("custom") is True,
        )

    def _plain(self, value: Any, where: str, *, is_told: bool, depth: int = 0) -> Any:
        """The value without secrets; None in their places."""
        if depth > _DEEPEST:
            raise _DamagedError(f"{where[:200]} is nested too deep")
        if isinstance(value, Mapping):
            if value.get(SIGNATURE_KEY) == SECRET_SIGNATURE:
                self.secrets += [where] if is_told else []
                return None
            return {
                name: self._plain(item, f"{where}.{name}", is_told=is_told, depth=depth + 1)
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [
                self._plain(item, f"{where}[{place}]", is_told=is_told, depth=depth + 1)
                for place, item in enumerate(value)
            ]
        return value

    def _table(self, resource: PulumiResource) -> TerraformTable | None:
        if resource.type != TABLE_TYPE:
            return None
        table = table_of_arn(resource.attributes.get("arn"))
        if table is None:
            self._tell(
                f"the table {resource.name} has no ARN that can be read",
                "adopt it by its name as well",
                resource.address,
            )
            return None
        return TerraformTable(resource, TableId(table.name, table.region, table.account_id))

    def _tell(self, message: str, fix: str, path: str) -> None:
        self.problems.append(Problem(message, fix, self.file, None, None, path))


def _dependencies(resource: Mapping[str, Any]) -> Iterator[str]:
    """URNs of what it needs: what the engine would not delete before it."""
    given = resource.get("dependencies")
    yield from (urn for urn in given if isinstance(urn, str)) if isinstance(given, list) else ()
    by_property = resource.get("propertyDependencies")
    for urns in by_property.values() if isinstance(by_property, Mapping) else ():
        yield from (urn for urn in urns if isinstance(urn, str)) if isinstance(urns, list) else ()
    if isinstance(other := resource.get("deletedWith"), str):
        yield other
