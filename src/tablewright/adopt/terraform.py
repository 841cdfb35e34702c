"""Tables that Terraform holds: which they are, and the steps that hand them over.

A table has one owner. `adopt` reads Terraform's state for the names of its tables; Terraform then
has to forget them without destroying them, by the steps printed here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tablewright.errors import UsageError

TYPE = "aws_dynamodb_table"
VERSION = 4


@dataclass(frozen=True, slots=True)
class TerraformTable:
    """One table in a state.

    Args:
        address: of its instance, `module.shop.aws_dynamodb_table.orders["eu"]`.
        resource: the same without the instance's key, as `removed` blocks want it.
        name: of the table.
        arn: of the table; region and account stand in it.
    """

    address: str
    resource: str
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


def read_state(path: Path) -> tuple[TerraformTable, ...]:
    """The tables of a state file (`terraform.tfstate`, or what `terraform state pull` prints).

    Raises:
        UsageError: it cannot be read, or is no such file.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(f"the state {path} cannot be read: {reason}", _PULL) from error
    return tables_of(text, str(path))


def tables_of(text: str, name: str = "the state") -> tuple[TerraformTable, ...]:
    """The tables of a state's text.

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
        return tuple(_tables(state.get("resources") or ()))
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{name} is damaged: a table in it is incomplete", _PULL) from error


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


def _tables(resources: Iterable[Mapping[str, Any]]) -> Iterator[TerraformTable]:
    for resource in resources:
        if (resource["mode"], resource["type"]) != ("managed", TYPE):
            continue
        module = resource.get("module")
        address = ".".join([*([module] if module else []), TYPE, resource["name"]])
        for instance in resource["instances"]:
            attributes = instance["attributes"]
            yield TerraformTable(
                address=address + _key(instance),
                resource=address,
                name=attributes["name"],
                arn=attributes["arn"],
            )


def _key(instance: Mapping[str, Any]) -> str:
    if "index_key" not in instance:
        return ""
    return f"[{json.dumps(instance['index_key'])}]"


def removed_blocks(tables: Iterable[TerraformTable]) -> str:
    """`removed` blocks (Terraform 1.7 and newer) that make it forget the tables, all instances.

    They go where the `resource` blocks stood; a `removed` block takes no instance key.
    """
    addresses = dict.fromkeys(_INSTANCE_KEY.sub("", table.resource) for table in tables)
    return "\n".join(_REMOVED.format(address=address) for address in addresses)


def state_commands(tables: Iterable[TerraformTable]) -> tuple[str, ...]:
    """`terraform state rm` commands that do the same at once, instance by instance."""
    return tuple(f"terraform state rm {_quoted(table.address)}" for table in tables)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
