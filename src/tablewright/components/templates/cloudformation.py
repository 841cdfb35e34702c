"""A stack as a CloudFormation template, with what an import of each resource is called."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from tablewright.components.names import table_key
from tablewright.components.rendering import (
    CALLER,
    Joined,
    JsonDocument,
    Reference,
    ResourceSpec,
)
from tablewright.components.templates import cloudformation_types as types
from tablewright.components.templates.global_table import (
    GLOBAL_TABLE,
    global_table,
    index_there,
    members,
    replica,
)
from tablewright.components.templates.handover import (
    CREATION,
    ToolTemplate,
    lost_of_creation,
    parts_of,
)
from tablewright.components.templates.import_ids import known
from tablewright.errors import InputError
from tablewright.manifest.rendering import render
from tablewright.plan.declaration.declared import DeclaredStack

_KEPT: Final = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def cloudformation(stack: DeclaredStack) -> ToolTemplate:
    """The template of a stack, and the identifiers of its resources.

    Raises:
        InputError: a table has replicas and provisioned capacity.
    """
    for table in stack.tables:
        if table.global_table is not None and table.table.billing_mode == "PROVISIONED":
            raise InputError(
                f"{table.table.name} has replicas and provisioned capacity, which CloudFormation "
                "knows with a scaling of its own alone: that is not written",
                "name manifests without it, and write that one by hand",
            )
    writer = _Writer(stack)
    for part in writer.parts:
        writer.add(part)
    writer.join_replicas()
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": writer.resources}
    identifiers = json.dumps([*writer.identifiers()], indent=2) + "\n"
    return ToolTemplate(
        files={"template.yaml": render([template]), "resources-to-import.json": identifiers},
        lost=(
            *writer.lost,
            *(f"output {element.name}: an import takes none" for element in stack.outputs),
        ),
        policies=tuple(writer.policies),
    )


def policy_arn(resource: str, dimension: str) -> str:
    """What stands for the ARN of a scaling policy, of which there is one a side."""
    return f"ARN of the scaling policy of {resource} {dimension}"


class _Writer:
    def __init__(self, stack: DeclaredStack) -> None:
        self._stack = stack
        self.parts = tuple(parts_of(stack))
        self._by_key = {part.key: part for part in self.parts}
        self._ids = dict(_logical_ids(self.parts))
        self.resources: dict[str, dict[str, Any]] = {}
        self._replicas: dict[str, dict[str, dict[str, Any]]] = {}
        self._witnesses: dict[str, str] = {}
        self.lost: list[str] = []
        self.policies: list[tuple[str, str]] = []

    def add(self, part: ResourceSpec) -> None:
        """A resource of its own, or a part of another one."""
        self.lost.extend(lost_of_creation(part))
        given = {
            name: self._value(value)
            for name, value in part.arguments.items()
            if name not in CREATION and name != "region"
        }
        if part.kind in types.OWN:
            self._own(part, given)
        else:
            _MERGED[part.kind](self, part, given)
        self.lost.extend(
            f"{part.subject}: {name}, which CloudFormation has no word for"
            for name in sorted(given)
        )

    def identifiers(self) -> Iterator[dict[str, Any]]:
        """What `--resources-to-import` takes; only AWS tells the ARN of a scaling policy."""
        for part in self.parts:
            if part.kind in types.OWN:
                _, _, names = types.OWN[part.kind]
                resource = self.resources[self._ids[part.key]]
                kind, properties = resource["Type"], dict(resource["Properties"])
                if part.kind == "appautoscaling.Policy":
                    place = (properties["ResourceId"], properties["ScalableDimension"])
                    self.policies.append(place)
                    properties["Arn"] = policy_arn(*place)
                yield {
                    "ResourceType": kind,
                    "LogicalResourceId": self._ids[part.key],
                    "ResourceIdentifier": {name: properties[name] for name in names},
                }

    def _own(self, part: ResourceSpec, given: dict[str, Any]) -> None:
        kind, translate, _ = types.OWN[part.kind]
        if "replicas" in given:
            self._replicas[self._ids[part.key]] = members(given.pop("replicas"))
        if "global_table_witness" in given:
            witness = given.pop("global_table_witness")
            self._witnesses[self._ids[part.key]] = witness["region_name"]
        properties = translate(given)
        if part.tags:
            tags = sorted(part.tags.items())
            properties["Tags"] = [{"Key": name, "Value": value} for name, value in tags]
        needs = sorted(
            {
                self._ids[reference.subject]
                for value in part.arguments.values()
                for reference in _references(value)
                if reference.subject in self._ids
            }
        )
        self.resources[self._ids[part.key]] = {
            "Type": kind,
            **_KEPT,
            **({"DependsOn": needs} if part.kind.startswith("appautoscaling") else {}),
            "Properties": properties,
        }

    def properties(self, part: ResourceSpec, argument: str) -> dict[str, Any]:
        """Of the resource that an argument of a part refers to."""
        reference = next(_references(part.arguments[argument]))
        properties: dict[str, Any] = self.resources[self._ids[reference.subject]]["Properties"]
        return properties

    def join_replicas(self) -> None:
        """Make one resource of each table and its replicas."""
        for declared in self._stack.tables:
            id_ = self._ids[table_key(declared)]
            if declared.global_table is not None:
                resource = self.resources[id_]
                resource["Type"] = GLOBAL_TABLE
                resource["Properties"] = global_table(
                    resource["Properties"],
                    self._stack.region,
                    self._replicas[id_],
                    self._witnesses.get(id_),
                    strong=declared.global_table.consistency == "STRONG",
                )

    def add_replica(self, part: ResourceSpec, given: dict[str, Any]) -> None:
        """A replica, for its table."""
        given.pop("global_table_arn")
        subject = part.arguments["global_table_arn"].subject
        regions = self._replicas.setdefault(self._ids[subject], {})
        regions[part.arguments["region"]] = replica(given, part.tags)

    def in_region(self, part: ResourceSpec, argument: str) -> dict[str, Any]:
        """What a table has where a part is: its own properties, or those of a replica."""
        region = part.arguments["region"]
        if region == self._stack.region:
            return self.properties(part, argument)
        return self._replicas[self._ids[part.arguments[argument].subject]][region]

    def _value(self, value: Any) -> Any:
        value = value.value if isinstance(value, JsonDocument) else value
        match value:
            case Reference():
                return self._reference(value)
            case Joined(parts) if any(_is_arn(part) for part in parts):
                return {"Fn::Join": ["", [self._value(part) for part in parts]]}
            case Joined():
                return known(value, self._by_key)
            case Mapping():
                return {name: self._value(item) for name, item in value.items()}
            case list() | tuple():
                return [self._value(item) for item in value]
            case _:
                return value

    def _reference(self, reference: Reference) -> Any:
        if reference.subject == CALLER:
            return {"Ref": "AWS::AccountId"}
        if reference.attribute in ("arn", "stream_arn"):
            return {"Fn::GetAtt": [self._ids[reference.subject], types.pascal(reference.attribute)]}
        return known(reference, self._by_key)


def _insights(writer: _Writer, part: ResourceSpec, given: dict[str, Any]) -> None:
    holder = writer.in_region(part, "table_name")
    given.pop("table_name")
    if index := given.pop("index_name", None):
        holder = index_there(holder, index)
    holder["ContributorInsightsSpecification"] = types.insights(given)


def _kinesis(writer: _Writer, part: ResourceSpec, given: dict[str, Any]) -> None:
    table = writer.properties(part, "table_name")
    given.pop("table_name")
    table["KinesisStreamSpecification"] = types.kinesis(given)


def _resource_policy(writer: _Writer, part: ResourceSpec, given: dict[str, Any]) -> None:
    table = writer.properties(part, "resource_arn")
    given.pop("resource_arn")
    of_stream = part.arguments["resource_arn"].attribute == "stream_arn"
    holder = table["StreamSpecification"] if of_stream else table
    holder["ResourcePolicy"] = types.resource_policy(given)


def _scheduled_action(writer: _Writer, part: ResourceSpec, given: dict[str, Any]) -> None:
    target = writer.properties(part, "resource_id")
    target.setdefault("ScheduledActions", []).append(types.scheduled_action(given))


def _role_policy(writer: _Writer, part: ResourceSpec, given: dict[str, Any]) -> None:
    writer.properties(part, "role").setdefault("Policies", []).append(types.role_policy(given))


def _attachment(writer: _Writer, part: ResourceSpec, given: dict[str, Any]) -> None:
    given.pop("role")
    role = writer.properties(part, "role")
    role.setdefault("ManagedPolicyArns", []).append(given.pop("policy_arn"))


def _replica(writer: _Writer, part: ResourceSpec, given: dict[str, Any]) -> None:
    writer.add_replica(part, given)


_MERGED: Final[Mapping[str, Callable[[_Writer, ResourceSpec, dict[str, Any]], None]]] = {
    "dynamodb.ContributorInsights": _insights,
    "dynamodb.KinesisStreamingDestination": _kinesis,
    "dynamodb.ResourcePolicy": _resource_policy,
    "appautoscaling.ScheduledAction": _scheduled_action,
    "dynamodb.TableReplica": _replica,
    "iam.RolePolicy": _role_policy,
    "iam.RolePolicyAttachment": _attachment,
}
"""What is part of another resource in CloudFormation."""
KINDS: Final = types.OWN.keys() | _MERGED.keys()
"""What is written."""


def _is_arn(part: str | Reference) -> bool:
    return isinstance(part, Reference) and (
        part.attribute in ("arn", "stream_arn") or part.subject == CALLER
    )


def _references(value: Any) -> Iterator[Reference]:
    match value:
        case Reference():
            yield value
        case Joined(parts):
            yield from (part for part in parts if isinstance(part, Reference))


def _logical_ids(parts: Sequence[ResourceSpec]) -> Iterator[tuple[str, str]]:
    """Letters and digits, which is all that CloudFormation takes; unique."""
    taken: set[str] = set()
    for part in parts:
        words = re.findall("[A-Za-z0-9]+", f"{part.kind.rpartition('.')[2]} {part.name}")
        base = "".join(word[:1].upper() + word[1:] for word in words)
        id_, number = base, 1
        while id_ in taken:
            number += 1
            id_ = f"{base}{number}"
        taken.add(id_)
        yield part.key, id_
