"""What a Query or Scan asks for, as far as the request alone tells it: checked before its table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tablewright_emulator.dynamodb.expressions.condition import Condition, read_condition
from tablewright_emulator.dynamodb.expressions.key_condition import (
    KeyTests,
    key_tests,
    read_key_condition,
    refuse_none,
)
from tablewright_emulator.dynamodb.expressions.legacy import read_filters
from tablewright_emulator.dynamodb.expressions.paths import Path
from tablewright_emulator.dynamodb.expressions.tokens import Placeholders
from tablewright_emulator.dynamodb.items.reads import (
    read_projection_of,
    refuse_old_and_new,
    refuse_repeated,
)
from tablewright_emulator.dynamodb.value_faults import (
    ValueFault,
    enveloped,
    nested_too_deep,
    older_layer,
)
from tablewright_emulator.dynamodb.values import Attributes, check_attributes
from tablewright_emulator.request import AwsFault

Params = Mapping[str, Any]


@dataclass(frozen=True)
class QueryRequest:
    """What a query or scan asks for, as far as the request alone tells it."""

    filter: Condition | None
    filtered_by: str
    paths: tuple[Path, ...] | None
    start: Attributes | None
    select: str | None
    tests: KeyTests = field(default_factory=dict)
    segment: tuple[int, int] = (0, 1)


def read_query(params: Params) -> QueryRequest:
    """What a query asks for."""
    refuse_old_and_new(params)
    members = ("FilterExpression", "KeyConditionExpression", "ProjectionExpression")
    placeholders = Placeholders.of(params, members)
    old_filter = read_filters(params.get("QueryFilter") or {}, params.get("ConditionalOperator"))
    refuse_repeated(params.get("AttributesToGet"))
    start = _read_start(params)
    refuse_none(params)
    placeholders.checked()
    key_condition = read_key_condition(params, placeholders)
    condition = _read_filter(params, placeholders) or old_filter
    paths = read_projection_of(params, placeholders)
    placeholders.refuse_unused()
    tests = key_tests(params, key_condition)
    select = _read_select(params)
    by = "Filter Expression" if params.get("FilterExpression") is not None else "QueryFilter"
    return QueryRequest(condition, by, paths, start, select, tests)


def read_scan(params: Params) -> QueryRequest:
    """What a scan asks for."""
    with older_layer:
        return _read_scan(params)


def _read_scan(params: Params) -> QueryRequest:
    refuse_old_and_new(params)
    placeholders = Placeholders.of(params, ("FilterExpression", "ProjectionExpression"))
    refuse_repeated(params.get("AttributesToGet"))
    old_filter = read_filters(params.get("ScanFilter") or {}, params.get("ConditionalOperator"))
    start = _read_start(params)
    segment = _segments(params)
    placeholders.checked()
    condition = _read_filter(params, placeholders) or old_filter
    paths = read_projection_of(params, placeholders)
    placeholders.refuse_unused()
    return QueryRequest(condition, "", paths, start, _read_select(params), segment=segment)


def _read_filter(params: Params, placeholders: Placeholders) -> Condition | None:
    if params.get("FilterExpression") is None:
        return None
    return read_condition("FilterExpression", params["FilterExpression"], placeholders)


def _read_start(params: Params) -> Attributes | None:
    """The well formed ExclusiveStartKey; what is wrong with a number or a set is said bare."""
    key = params.get("ExclusiveStartKey")
    try:
        return None if key is None else check_attributes(key)
    except AwsFault as fault:
        bare = isinstance(fault, ValueFault) and fault.older != nested_too_deep().older
        if fault.code == "ValidationException" and not bare and not _EMPTY.search(fault.message):
            fault.message = f"The provided starting key is invalid: {fault.message}"
        raise


_EMPTY = re.compile("number set")


def _read_select(params: Params) -> str | None:
    """What is selected, as far as it fits the rest of the request; what does not is counted."""
    with enveloped:
        _check_select(params)
    return params.get("Select")


def _check_select(params: Params) -> None:
    select: str | None = params.get("Select")
    projects = [m for m in ("ProjectionExpression", "AttributesToGet") if params.get(m) is not None]
    if select == "SPECIFIC_ATTRIBUTES" and not projects:
        raise AwsFault(
            "ValidationException",
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
            "SPECIFIC_ATTRIBUTES",
        )
    if select not in {None, "SPECIFIC_ATTRIBUTES"} and projects:
        what = "only the Count" if select == "COUNT" else select
        raise AwsFault(
            "ValidationException",
            f"Cannot specify the {projects[0]} when choosing to get {what}",
        )
    if select == "ALL_PROJECTED_ATTRIBUTES" and params.get("IndexName") is None:
        raise AwsFault(
            "ValidationException",
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
        )


def _segments(params: Params) -> tuple[int, int]:
    segment, total = params.get("Segment"), params.get("TotalSegments")
    if (segment is None) != (total is None):
        missing, given = (
            ("Segment", "TotalSegments") if segment is None else ("TotalSegments", "Segment")
        )
        raise AwsFault(
            "ValidationException",
            f"The {missing} parameter is required but was not present in the request when "
            f"{'parameter ' if segment is None else ''}{given}"
            f"{'' if segment is None else ' parameter'} is present",
        )
    if segment is None or total is None:
        return 0, 1
    if segment >= total:
        raise AwsFault(
            "ValidationException",
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            f"Segment: {segment} is not less than TotalSegments: {total}",
        )
    return segment, total
