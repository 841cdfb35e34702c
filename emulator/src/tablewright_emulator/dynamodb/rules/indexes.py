"""Secondary indexes: counts, names, projections.

Sources: Developer Guide, pages Constraints and ServiceQuotas; texts of AWS, by dynalite's tests and
dynamodb-conformance, and of DynamoDB Local where AWS's are not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tablewright_emulator.dynamodb.rules import keys
from tablewright_emulator.dynamodb.values import invalid
from tablewright_emulator.request import AwsFault

MAX_GLOBAL = 20
MAX_LOCAL = 5
MAX_INCLUDED = 100
Index = dict[str, Any]


def check_all(types: dict[str, str], table_keys: keys.Schema, params: dict[str, Any]) -> None:
    """Check the indexes of a request that creates a table, one after the other as AWS does."""
    local, of_table = params.get("LocalSecondaryIndexes"), params.get("GlobalSecondaryIndexes")
    names: set[str] = set()
    if local is not None:
        _check_local(types, table_keys, local, names)
    if of_table is not None:
        _check_global(types, of_table, names)
    check_included([*(local or []), *(of_table or [])])


def _check_local(
    types: dict[str, str], table_keys: keys.Schema, indexes: Sequence[Index], names: set[str]
) -> None:
    if not indexes:
        raise invalid("List of LocalSecondaryIndexes is empty")
    if len(table_keys) == 1:
        raise invalid(
            "Table KeySchema does not have a range key, which is required when specifying a "
            "LocalSecondaryIndex"
        )
    for number, index in enumerate(indexes, 1):
        schema = index["KeySchema"]
        keys.check_size(schema, f"localSecondaryIndexes.{number}.member.keySchema")
        _check_index(types, index)
        if len(schema) == 1:
            raise invalid(
                f"Index KeySchema does not have a range key for index: {index['IndexName']}"
            )
        own, of_table = schema[0]["AttributeName"], table_keys[0]["AttributeName"]
        if own != of_table:
            raise invalid(
                "Index KeySchema does not have the same leading hash key as table KeySchema for "
                f"index: {index['IndexName']}. index hash key: {own}, table hash key: {of_table}"
            )
        check_projection(index["Projection"])
        _check_name(index, names)
    if len(indexes) > MAX_LOCAL:
        raise invalid("Number of LocalSecondaryIndexes exceeds per-table limit of 5")


def _check_global(types: dict[str, str], indexes: Sequence[Index], names: set[str]) -> None:
    if not indexes:
        raise invalid("List of GlobalSecondaryIndexes is empty")
    for index in indexes:
        check_global_index(types, index)
        _check_name(index, names)
    if len(indexes) > MAX_GLOBAL:
        raise invalid("GlobalSecondaryIndex count exceeds the per-table limit of 20")


def check_global_index(types: dict[str, str], index: Index) -> None:
    """Check one global index."""
    _check_index(types, index, global_index=True)
    check_projection(index["Projection"])


def _check_index(types: dict[str, str], index: Index, *, global_index: bool = False) -> None:
    keys.check_defined(types, index["KeySchema"])
    keys.check_schema(index["KeySchema"], global_index=global_index)


def _check_name(index: Index, names: set[str]) -> None:
    name = index["IndexName"]
    if name in names:
        raise invalid(f"Duplicate index name: {name}")
    names.add(name)


def check_updates(updates: Sequence[dict[str, Any]] | None) -> None:
    """Check `GlobalSecondaryIndexUpdates`: one action each, one of them per index."""
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


def check_projection(projection: Any) -> None:
    """Keys may be among the included, though they are there anyway: AWS documents no such limit.

    Cloud Posse's terraform-aws-dynamodb does so in the example that its tests apply on AWS.
    """
    kind, included = projection.get("ProjectionType"), projection.get("NonKeyAttributes")
    if kind is None:
        raise invalid("Unknown ProjectionType: null")
    if kind == "INCLUDE" and not included:
        raise invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
    if kind != "INCLUDE" and included is not None:
        raise invalid(f"ProjectionType is {kind}, but NonKeyAttributes is specified")
    for name in included or ():
        keys.check_attribute_name(name)
    if included and len(set(included)) < len(included):
        raise _refused("Cannot have two attributes with the same name")


def _refused(message: str) -> AwsFault:
    return AwsFault("ValidationException", message)
