"""What live tables have of the capacity that scales.

The engine is told to ignore such capacity, and does so by taking what its state holds: which is
nothing for a table that was on demand, and another index's where the indexes have moved. So tables
that scale are looked at before a run, and what they have decides what is ignored and what is sent.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tablewright.aws.reading import TableReader, TableReading
from tablewright.aws.session import Session
from tablewright.components.existing import Existing
from tablewright.errors import UnreadError
from tablewright.fleet.concurrently import each
from tablewright.fleet.fact import Unread, ask
from tablewright.plan.declared import DeclaredStack


def with_scaled_tables(existing: Existing, declared: DeclaredStack, session: Session) -> Existing:
    """`existing`, and the live tables among those whose capacity is declared to scale.

    Raises:
        UnreadError: one could not be read, so a run might reset what scaling did.
    """
    names = [
        table.table.name
        for table in declared.tables
        if table.scaling and table.table.name not in existing.tables
    ]
    if not names:
        return existing
    reader = TableReader(session, declared.region)
    tables = dict(existing.tables)
    for name, answer in each(names, lambda name: ask(partial(reader.read, name))).items():
        if isinstance(answer, Unread):
            allow = "allow the call, so that capacity that scales is left alone"
            raise UnreadError(answer.reason, allow)
        if isinstance(answer, TableReading):
            tables[name] = answer.table
    return replace(existing, tables=tables)
