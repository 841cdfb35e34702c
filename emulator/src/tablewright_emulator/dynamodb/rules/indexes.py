"""Secondary indexes: counts, names, projections.

Sources: Developer Guide, pages Constraints and ServiceQuotas; texts of DynamoDB Local.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tablewright_emulator.dynamodb.rules.keys import check_attribute_name, check_schema
from tablewright_emulator.dynamodb.rules.naming import check_name
from tablewright_emulator.dynamodb.values import invalid
from tablewright_emulator.request import AwsFault

MAX_GLOBAL = 20
MAX_LOCAL = 5
MAX_INCLUDED = 100
Index = dict[str, Any]


def check_all(table_keys: Sequence[dict[str, str]], params: dict[str, Any]) -> None:
    """Check the indexes of a request that creates a table."""
    local, of_table = params.get("LocalSecondaryIndexes"), params.get("GlobalSecondaryIndexes")
    if local == []:
        raise invalid("List of LocalSecondaryIndexes is empty")
    if of_table == []:
        raise invalid("List of GlobalSecondaryIndexes is empty")
    check_local(table_keys, local or [])
    check_global(of_table or [])
    names = {index["IndexName"] for index in local or []}
    if names & {index["IndexName"] for index in of_table or []}:
        shared = next(i["IndexName"] for i in of_table or [] if i["IndexName"] in names)
        raise invalid(f"Duplicate index name: {shared}")
    check_included([*(local or []), *(of_table or [])])


def check_local(table_keys: Sequence[dict[str, str]], indexes: Sequence[Index]) -> None:
    """Check local indexes."""
    if len(indexes) > MAX_LOCAL:
        raise _refused("Cannot have more than 5 local secondary indexes per table")
    if indexes and len(table_keys) == 1:
        raise _refused(
            "Local Secondary indices are not allowed on hash tables, only hash and range tables"
        )
    for index in indexes:
        _check_index(index)
        schema = index["KeySchema"]
        if schema[0]["AttributeName"] != table_keys[0]["AttributeName"]:
            raise _refused("Local Secondary indices must have the same hash key as the main table")
        if len(schema) == 1:
            raise invalid(
                f"Index KeySchema does not have a range key for index: {index['IndexName']}"
            )
    if len({index["IndexName"] for index in indexes}) < len(indexes):
        raise invalid(f"Duplicate index name: {indexes[0]['IndexName']}")


def check_global(indexes: Sequence[Index]) -> None:
    """Check the global indexes a table is created with."""
    if len(indexes) > MAX_GLOBAL:
        raise _refused("GlobalSecondaryIndex count exceeds the per-table limit")
    for index in indexes:
        check_global_index(index)
    if len({index["IndexName"] for index in indexes}) < len(indexes):
        raise _refused("Two global secondary indices have the same name")


def check_global_index(index: Index) -> None:
    """Check one global index."""
    _check_index(index, global_index=True)


def check_updates(updates: Sequence[dict[str, Any]] | None) -> None:
    """Check `GlobalSecondaryIndexUpdates`: one action each, one of them per index."""
    if updates is not None and not updates:
        raise invalid("List of GlobalSecondaryIndexUpdates is empty")
    named = set()
    for update in updates or ():
        actions = [update[kind] for kind in ("Update", "Create", "Delete") if update.get(kind)]
        if not actions:
            raise invalid(
                "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                "GlobalSecondaryIndexUpdate.Delete must not be null"
            )
        if len(actions) > 1:
            raise invalid(
                "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate "
                "object"
            )
        name = actions[0].get("IndexName")
        if name in named:
            raise invalid(
                "Only one global secondary index update per index is allowed simultaneously. "
                f"Index: {name}"
            )
        named.add(name)


def check_included(indexes: Sequence[Index]) -> None:
    """At most 100 attributes are included in all indexes together; a name counts in each."""
    included = sum(len(index["Projection"].get("NonKeyAttributes") or ()) for index in indexes)
    if included > MAX_INCLUDED:
        raise _refused(
            "No more than 20 attributes per table can be projected into Local Secondary Indices"
        )


def _check_index(index: Index, *, global_index: bool = False) -> None:
    check_name(index.get("IndexName"))
    check_schema(index.get("KeySchema"), global_index=global_index)
    _check_projection(index.get("Projection"))


def _check_projection(projection: Any) -> None:
    """Keys may be among the included, though they are there anyway: AWS documents no such limit.

    Cloud Posse's terraform-aws-dynamodb does so in the example that its tests apply on AWS.
    """
    if not projection or projection.get("ProjectionType") is None:
        raise _refused("Indexes must have a projection specified")
    kind, included = projection["ProjectionType"], projection.get("NonKeyAttributes")
    if kind not in {"INCLUDE", "ALL", "KEYS_ONLY"}:
        raise _refused("Projection type must be INCLUDE, ALL, or KEYS_ONLY")
    if kind == "INCLUDE" and not included:
        raise _refused(
            "If Projection type INCLUDE is specified, some non-key attributes to include in the "
            "projection must be specified as well"
        )
    if kind != "INCLUDE" and included is not None:
        raise _refused(
            "No attributes should be specified to be projected unless projection type is INCLUDE"
        )
    for name in included or ():
        check_attribute_name(name)
    if included and len(set(included)) < len(included):
        raise _refused("Cannot have two attributes with the same name")


def _refused(message: str) -> AwsFault:
    return AwsFault("ValidationException", message)
