"""A Terraform state as managed instances, and the DynamoDB tables among them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tablewright.components.templates.hcl import quoted
from tablewright.errors import UsageError
from tablewright.transfer import read_given, why_unread

TABLE_TYPE = "aws_dynamodb_table"
VERSION = 4

Attributes = Mapping[str, Any]

_TABLE_ARN = re.compile(r"arn:[^:]+:dynamodb:([^:]+):([^:]*):table/([^/]+)(?:/.*)?")
_INSTANCE_KEY = re.compile(r'\["(?:[^"\\]|\\.)*"\]|\[\d+\]')
_PULL = "give the output of `terraform state pull > state.json`"


@dataclass(frozen=True, slots=True)
class TableId:
    """A table as an ARN names it; `region` is None where the state does not tell it."""

    name: str
    region: str | None = None
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class StateInstance:
    """One instance of a managed resource.

    Args:
        address: `module.shop.aws_dynamodb_table.orders["eu"]`.
        type: Terraform's resource type.
        key: of the instance, under `for_each` or `count`; None for the only one.
        attributes: as the provider recorded them.
        dependencies: addresses, without instance keys, of the resources it refers to.
    """

    address: str
    type: str
    key: str | int | None
    attributes: Attributes
    dependencies: frozenset[str] = frozenset()

    @property
    def resource(self) -> str:
        """The address without instance keys, as `removed` blocks and dependencies have it."""
        return _INSTANCE_KEY.sub("", self.address)


@dataclass(frozen=True, slots=True)
class TerraformTable:
    """A table that the state manages."""

    instance: StateInstance
    id: TableId

    @property
    def name(self) -> str:
        """Its name."""
        return self.id.name

    @property
    def region(self) -> str:
        """Its region, from the ARN."""
        return self.id.region or ""

    @property
    def account_id(self) -> str:
        """Its account, from the ARN."""
        return self.id.account_id or ""


@dataclass(frozen=True, slots=True)
class TerraformState:
    """What a state manages.

    Args:
        instances: of every managed resource, whatever its provider.
        tables: the DynamoDB tables among them.
    """

    instances: tuple[StateInstance, ...] = ()
    tables: tuple[TerraformTable, ...] = ()

    def chosen(self, names: Collection[str]) -> tuple[TerraformTable, ...]:
        """The tables of these names; all of them where no name is given."""
        return tuple(table for table in self.tables if not names or table.name in names)


def read_state(path: Path) -> TerraformState:
    """The state in a file (`terraform.tfstate`, or what `terraform state pull` prints).

    Raises:
        UsageError: it cannot be read, or is no such file.
    """
    try:
        return state_of(read_given(path).decode("utf-8-sig"), str(path))
    except (OSError, ValueError) as error:
        raise UsageError(f"the state {path} cannot be read: {why_unread(error)}", _PULL) from error


def state_of(text: str, name: str = "the state") -> TerraformState:
    """The state in a text.

    Raises:
        UsageError: it is no state of Terraform, of another version, or damaged.
    """
    try:
        state = json.loads(text)
        json.dumps(
            state, ensure_ascii=False
        ).encode()  # no half of a character, which no one prints
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is not JSON", _PULL) from error
    if not isinstance(state, Mapping) or state.get("version") != VERSION:
        raise UsageError(f"{name} is not a Terraform state of version {VERSION}", _PULL)
    try:
        instances = tuple(_instances(state.get("resources") or []))
        tables = tuple(_table(instance) for instance in instances if instance.type == TABLE_TYPE)
    except _DamagedError as error:
        raise UsageError(f"{name} is damaged: {error}", _PULL) from error
    return TerraformState(instances, tables)


def table_of_arn(arn: object) -> TableId | None:
    """The table that an ARN of it, of its stream or of an index names; None if it is no such."""
    matched = _TABLE_ARN.fullmatch(arn) if isinstance(arn, str) else None
    if matched is None:
        return None
    region, account_id, name = matched.groups()
    return TableId(name, region, account_id)


def texts(value: Any) -> Iterator[str]:
    """All texts in a value, at every depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


class _DamagedError(Exception):
    """What is wrong, and where, in words."""


def _instances(resources: object) -> Iterator[StateInstance]:
    for place, resource in enumerate(_list(resources, "`resources`")):
        where = f"resources[{place}]"
        resource = _mapping(resource, where)  # noqa: PLW2901 - the same, checked
        if _text(resource, "mode", where) != "managed":
            continue
        type_, name = (_text(resource, field, where) for field in ("type", "name"))
        module = resource.get("module")
        if not isinstance(module, str | None):
            raise _DamagedError(f"the module of {where} is not text")
        address = ".".join([*([module] if module else []), type_, name])
        for instance in _list(resource.get("instances"), f"`instances` of {address}"):
            instance = _mapping(instance, f"an instance of {address}")  # noqa: PLW2901
            if "deposed" not in instance:
                yield _instance(address, type_, instance)


def _instance(address: str, type_: str, instance: Mapping[str, Any]) -> StateInstance:
    key = instance.get("index_key")
    if not isinstance(key, str | int | None):
        raise _DamagedError(f"the key of an instance of {address} is neither text nor number")
    dependencies = instance.get("dependencies") or []
    index = quoted(key) if isinstance(key, str) else json.dumps(key)
    return StateInstance(
        address=address if key is None else f"{address}[{index}]",
        type=type_,
        key=key,
        # Instances of providers older than Terraform 0.12 have `attributes_flat` instead.
        attributes=_mapping(instance.get("attributes") or {}, f"`attributes` of {address}"),
        dependencies=frozenset(
            dependency
            for dependency in _list(dependencies, f"`dependencies` of {address}")
            if isinstance(dependency, str)
        ),
    )


def _table(instance: StateInstance) -> TerraformTable:
    name, table = instance.attributes.get("name"), table_of_arn(instance.attributes.get("arn"))
    if not isinstance(name, str) or table is None:
        raise _DamagedError(f"{instance.address} has no name or no ARN of a table")
    return TerraformTable(instance, TableId(name, table.region, table.account_id))


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _DamagedError(f"{what} is not an object")
    return value


def _list(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise _DamagedError(f"{what} is not a list")
    return value


def _text(values: Mapping[str, Any], field: str, what: str) -> str:
    value = values.get(field)
    if not isinstance(value, str):
        raise _DamagedError(f"the {field} of {what} is not text")
    return value
