"""A live table as a request of the engine reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tablewright.aws.table_settings import Facts, read_settings
from tablewright.errors import AccessDeniedError, NotFoundError
from tablewright.plan.table import Table
from tablewright.provider.operation_context import OperationContext


@dataclass(frozen=True, slots=True)
class DescribedTable:
    """A live table; `unread` says why a facet is None."""

    table: Table
    description: Mapping[str, Any]
    unread: Mapping[str, str] = field(default_factory=dict)


def read_table(run: OperationContext, region: str, name: str) -> DescribedTable | None:
    """Read a table and what takes calls of its own; None if there is none.

    A refusal of one of those further calls is noted and never becomes a default.
    """

    def ask(service: str, operation: str, /, **request: Any) -> Mapping[str, Any]:
        return run.call(service, region, operation, **request)

    facts = Facts(lambda error: isinstance(error, AccessDeniedError))
    try:
        description = ask("dynamodb", "DescribeTable", TableName=name)["Table"]
        if description["TableStatus"] == "DELETING":
            return None
        table, _ = read_settings(ask, description, facts)
    except NotFoundError:
        return None
    return DescribedTable(table, description, facts.unread)
