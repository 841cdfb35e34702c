"""The storage class of a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, get_args

from tablewright.dynamodb_values import TableClass
from tablewright.plan.changes.step import Risk, Step

from .facet import Column, Facet, Members, Reply, as_it_is, plain, table_update

_LIMIT = "AWS allows two changes of the class in 30 days"


def _read(description: Reply) -> TableClass:
    """A table whose class was never set is STANDARD."""
    summary = description.get("TableClassSummary") or {}
    name: TableClass = summary.get("TableClass", "STANDARD")
    return name


def _members(value: TableClass) -> Members:
    return {"TableClass": value}


def _change(name: str, _old: TableClass, new: TableClass) -> Iterator[Step]:
    title = f"Change the table class to {new}"
    yield table_update(name, title, _members(new), "tableClass", risk=Risk.LIMITED, note=_LIMIT)


TABLE_CLASS: Final = Facet[TableClass](
    name="table_class",
    path="tableClass",
    fact="table class",
    default="STANDARD",
    declare=lambda spec: spec.table_class,
    engine=plain("tableClass", get_args(TableClass)),
    read=_read,
    create=_members,
    change=_change,
    words=str,
    column=Column("tableClass", as_it_is),
)
