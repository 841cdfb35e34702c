"""A table that is asked for and is not there: where it was looked for, and what is called alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.errors import NotFoundError, nearest_names

from .reading import Unread, try_read

CHECK = "check the name, the region, --profile and --target"
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
    absent = AbsentTables((name,), frozenset({region}), frozenset(known))
    return NotFoundError(absent.message, absent.next_step)


@dataclass(frozen=True, slots=True)
class AbsentTables:
    """Tables that are not there, where they were looked for, and what to do about it.

    Args:
        names: of the tables.
        regions: in which they were looked for.
        known: the names of the tables that are there.
    """

    names: tuple[str, ...]
    regions: frozenset[str]
    known: frozenset[str]

    @property
    def message(self) -> str:
        """That they are not there, with where."""
        return f"there is no table {', '.join(self.names)} in {self._where}"

    @property
    def next_step(self) -> str:
        """The tables called alike, else what to check."""
        several = len(self.names) > 1
        near = [
            f"{name}: {step}" if several else step
            for name in self.names
            if (step := self._nearest(name)) != CHECK
        ]
        return "; ".join(near) or CHECK

    def reason(self, name: str) -> str:
        """Why there is nothing to tell of one, where its name and its place stand already."""
        return f"there is no such table; {self._nearest(name)}"

    @property
    def place(self) -> str:
        """The regions by name."""
        return ", ".join(sorted(self.regions))

    @property
    def _where(self) -> str:
        places = sorted(self.regions)
        if len(places) <= _MOST_REGIONS:
            return " or ".join(places)
        return f"any of the {len(places)} regions that were looked at"

    def _nearest(self, name: str) -> str:
        return nearest_names(name, self.known, CHECK) if self.known else CHECK
