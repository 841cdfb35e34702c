"""A table's settings in words, and what a step of a change takes them from and to. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tablewright.plan.changes.step import Step

from .facets import FACETS
from .table import GlobalIndex, Key, LocalIndex, Table, Throughput

NONE: Final = "(none)"
_INDEX: Final = re.compile(r"(?P<kind>\w+)\[(?P<name>[^\]]+)\](?:\.(?P<field>\w+))?")


def key_words(key: Key, types: Mapping[str, str]) -> str:
    """`userId (S) + timestamp (N)`; without types where they are not known."""
    return " + ".join(f"{name} ({types[name]})" if name in types else name for name in key.names)


def index_words(index: GlobalIndex | LocalIndex, types: Mapping[str, str]) -> str:
    """Its key and what it carries."""
    projection = index.projection
    if projection.type == "INCLUDE":
        carried = f"with {', '.join(sorted(projection.non_key_attributes))}"
    else:
        carried = projection.type
    return f"{key_words(index.key, types)}, {carried}"


def billing_words(table: Table) -> str:
    """`on demand`, or the capacity that is provisioned; empty where neither is known."""
    if table.billing_mode == "PAY_PER_REQUEST":
        return "on demand"
    return f"provisioned {capacity_words(table.throughput)}" if table.throughput else ""


def capacity_words(throughput: Throughput) -> str:
    """`600 read and 1,000 write units`."""
    return f"{throughput.read:,} read and {throughput.write:,} write units"


def with_values(step: Step, live: Table, declared: Table) -> Step:
    """The step with what it takes its first property from and to, where that has short words."""
    if not step.properties:
        return step
    path = step.properties[0]
    before, after = _words(path, live), _words(path, declared)
    return step if before == after else replace(step, before=before or NONE, after=after or NONE)


def _words(path: str, table: Table) -> str:
    if match := _INDEX.fullmatch(path):
        return _index(match["kind"], match["name"], match["field"], table)
    match path:
        case "billingMode" | "provisionedThroughput":
            return billing_words(table)
        case "partitionKey" | "sortKey":
            return key_words(table.key, table.attributes)
    for facet in FACETS:
        if facet.path == path:
            value = facet.of(table)
            return "" if value is None else facet.words(value)
    return ""


def _index(kind: str, name: str, field: str | None, table: Table) -> str:
    indexes = table.global_indexes if kind == "globalSecondaryIndexes" else table.local_indexes
    for index in indexes or ():
        if index.name == name and field is None:
            return index_words(index, table.attributes)
        if index.name == name and field == "provisionedThroughput":
            throughput = index.throughput if isinstance(index, GlobalIndex) else None
            return capacity_words(throughput) if throughput else ""
    return ""
