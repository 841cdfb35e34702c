"""Tables that Terraform holds: which they are, and the steps that hand them over.

A table has one owner. `adopt` reads Terraform's state for the names of its tables; Terraform then
has to forget them, and what was adopted with them, without destroying them, by the steps printed
here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tablewright.errors import UsageError

TYPE = "aws_dynamodb_table"
VERSION = 4


@dataclass(frozen=True, slots=True)
class TerraformResource:
    """One resource in a state.

    Args:
        address: of its instance, `module.shop.aws_dynamodb_table.orders["eu"]`.
        resource: the same without the instance's key, as `removed` blocks want it.
    """

    address: str
    resource: str


@dataclass(frozen=True, slots=True)
class TerraformTable(TerraformResource):
    """One table in a state.

    Args:
        name: of the table.
        arn: of the table; region and account stand in it.
    """

    name: str
    arn: str

    @property
    def region(self) -> str:
        """Region, from the ARN."""
        return self.arn.split(":")[3]

    @property
    def account_id(self) -> str:
        """Account, from the ARN."""
        return self.arn.split(":")[4]


@dataclass(frozen=True, slots=True)
class TerraformPart(TerraformResource):
    """Something that hangs on a table: its scaling, an alarm, a policy, a replica ...

    Args:
        table: name of the table.
        identity: as `AdoptedTable.stays` says it: name of an alarm, resource and dimension of
            scaling; empty for what is always adopted.
    """

    table: str
    identity: str = ""


@dataclass(frozen=True, slots=True)
class TerraformState:
    """The tables of a state, and what hangs on any table."""

    tables: tuple[TerraformTable, ...] = ()
    parts: tuple[TerraformPart, ...] = ()

    def taken(self, stays: Mapping[str, Collection[str]]) -> tuple[TerraformResource, ...]:
        """All that changes hands.

        Args:
            stays: what is left as it is, by the names of the tables that were adopted.
        """
        return (
            *(table for table in self.tables if table.name in stays),
            *(
                part
                for part in self.parts
                if part.table in stays and part.identity not in stays[part.table]
            ),
        )


def read_state(path: Path) -> TerraformState:
    """The tables of a state file (`terraform.tfstate`, or what `terraform state pull` prints).

    Raises:
        UsageError: it cannot be read, or is no such file.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(f"the state {path} cannot be read: {reason}", _PULL) from error
    return state_of(text, str(path))


def state_of(text: str, name: str = "the state") -> TerraformState:
    """The tables of a state's text, with what hangs on them.

    Raises:
        UsageError: it is no state of Terraform, or of another version.
    """
    try:
        state = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is not JSON", _PULL) from error
    if not isinstance(state, Mapping) or state.get("version") != VERSION:
        raise UsageError(f"{name} is no Terraform state of version {VERSION}", _PULL)
    try:
        found = list(_resources(state.get("resources") or ()))
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{name} is damaged: a table in it is incomplete", _PULL) from error
    return TerraformState(
        tuple(one for one in found if isinstance(one, TerraformTable)),
        tuple(one for one in found if isinstance(one, TerraformPart)),
    )


_REMOVED = """\
removed {{
  from = {address}

  lifecycle {{
    destroy = false
  }}
}}
"""
_INSTANCE_KEY = re.compile(r'\["(?:[^"\\]|\\.)*"\]|\[\d+\]')
_PULL = "give the output of `terraform state pull > state.json`"


def _resources(resources: Iterable[Mapping[str, Any]]) -> Iterator[TerraformResource]:
    for resource in resources:
        kind = resource["type"]
        if resource["mode"] != "managed" or kind not in {TYPE, *_PARTS}:
            continue
        module = resource.get("module")
        address = ".".join([*([module] if module else []), kind, resource["name"]])
        for instance in resource["instances"]:
            attributes, here = instance["attributes"], address + _key(instance)
            if kind == TYPE:
                yield TerraformTable(here, address, attributes["name"], attributes["arn"])
            else:
                for table, identity in _PARTS[kind](attributes):
                    yield TerraformPart(here, address, table, identity)


_Found = Iterator[tuple[str, str]]
"""The table that something hangs on, if it is one, and the identity of what hangs there."""


def _by_name(attributes: Mapping[str, Any]) -> _Found:
    yield attributes["table_name"], ""


def _by_arn(attributes: Mapping[str, Any]) -> _Found:
    arn = attributes.get("resource_arn") or attributes["global_table_arn"]
    _, table, *_ = arn.split("/")
    yield table, ""


def _scaling(attributes: Mapping[str, Any]) -> _Found:
    resource = attributes["resource_id"]
    if attributes["service_namespace"] == "dynamodb":
        yield resource.split("/")[1], f"{resource} {attributes['scalable_dimension']}"


def _alarm(attributes: Mapping[str, Any]) -> _Found:
    series = [attributes, *(one for query in attributes["metric_query"] for one in query["metric"])]
    named = ((one.get("dimensions") or {}).get("TableName") for one in series)
    tables = {name for name in named if name}
    if len(tables) == 1:
        yield tables.pop(), attributes["alarm_name"]


_PARTS: Mapping[str, Callable[[Mapping[str, Any]], _Found]] = {
    "aws_appautoscaling_policy": _scaling,
    "aws_appautoscaling_scheduled_action": _scaling,
    "aws_appautoscaling_target": _scaling,
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_dynamodb_contributor_insights": _by_name,
    "aws_dynamodb_kinesis_streaming_destination": _by_name,
    "aws_dynamodb_resource_policy": _by_arn,
    "aws_dynamodb_table_replica": _by_arn,
}
"""What hangs on a table and is adopted with it, by Terraform's types."""


def _key(instance: Mapping[str, Any]) -> str:
    if "index_key" not in instance:
        return ""
    return f"[{json.dumps(instance['index_key'])}]"


def removed_blocks(held: Iterable[TerraformResource]) -> str:
    """`removed` blocks (Terraform 1.7 and newer) that make it forget them, all instances.

    They go where the `resource` blocks stood; a `removed` block takes no instance key.
    """
    addresses = dict.fromkeys(_INSTANCE_KEY.sub("", one.resource) for one in held)
    return "\n".join(_REMOVED.format(address=address) for address in addresses)


def state_commands(held: Iterable[TerraformResource]) -> tuple[str, ...]:
    """`terraform state rm` commands that do the same at once, instance by instance."""
    return tuple(f"terraform state rm {_quoted(one.address)}" for one in held)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
