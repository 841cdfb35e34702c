"""`aws.dynamodb.getTable`: a table that somebody else makes, as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tablewright.errors import NotFoundError
from tablewright.provider.dynamodb.table import Table
from tablewright.provider.operation_context import OperationContext

_IN_LISTS: Final = ("onDemandThroughput", "warmThroughput")
"""What a table has one of, and the result of this function a list."""


def get_table(run: OperationContext, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """All of a table by its name.

    Raises:
        NotFoundError: there is none of that name in that region.
    """
    name, region = str(arguments["name"]), run.region_of(arguments)
    live = Table().read(run, name, {"region": region})
    if live is None:
        raise NotFoundError(
            f"there is no table {name} in {region}", "check its name and the provider's region"
        )
    outputs = dict(live.outputs)
    indexes = [_listed(index) for index in outputs.get("globalSecondaryIndexes") or ()]
    return {
        "replicas": [],
        **_listed(outputs),
        "globalSecondaryIndexes": indexes,
        "tags": outputs.get("tagsAll", {}),
        "id": live.identifier,
    }


def _listed(values: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in values.items() if name not in _IN_LISTS}
    lists = {f"{name}s": [values[name]] if values.get(name) else [] for name in _IN_LISTS}
    return {**kept, **lists}
