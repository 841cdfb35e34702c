"""A table that is asked for and is not there: where it was looked for, and what is called alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.errors import NotFoundError, nearest_names

from .reading import Unread, try_read

CHECK = "check the name, --region, --profile and --target"
_MOST_REGIONS = 3


def describe_table(session: Session, region: str, name: str) -> dict[str, Any]:
    """`DescribeTable`'s member `Table`.

    Raises:
        NotFoundError: there is no such table; it names the region, and tables called alike.
    """
    try:
        with translated(f"read table {name}"):
            reply = session.client("dynamodb", region).describe_table(TableName=name)
    except NotFoundError:
        raise no_such_table(session, region, name) from None
    description: dict[str, Any] = reply["Table"]
    return description


def no_such_table(session: Session, region: str, name: str) -> NotFoundError:
    """The error of a table that is not in a region, whose names are read if that is allowed."""

    def read() -> list[str]:
        with translated(f"list the tables of {region}"):
            pages = session.client("dynamodb", region).get_paginator("list_tables").paginate()
            return [table for page in pages for table in page["TableNames"]]

    names = try_read(read)
    known = () if names is None or isinstance(names, Unread) else names
    return NotFoundError(*absence([name], [region], {region: known}))


def absence(
    names: Sequence[str], regions: Collection[str], known: Mapping[str, Collection[str]]
) -> tuple[str, str]:
    """That tables are not there, and what to do about it.

    Args:
        names: of the tables.
        regions: in which they were looked for.
        known: the names of the tables that are there, by region.
    """
    places = sorted(set(regions))
    where = (
        " or ".join(places)
        if len(places) <= _MOST_REGIONS
        else f"any of the {len(places)} regions that were looked at"
    )
    live = {table for tables in known.values() for table in tables}
    steps = [nearest_names(name, live, CHECK) for name in names] if live else []
    several = len(names) > 1
    near = [
        f"{name}: {step}" if several else step
        for name, step in zip(names, steps, strict=False)
        if step != CHECK
    ]
    return f"there is no table {', '.join(names)} in {where}", "; ".join(near) or CHECK
