"""What new tables are to be restored from, looked at before the hours of restoring."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from botocore import xform_name

from tablewright.aws.failures import translated
from tablewright.aws.origins import read_source
from tablewright.aws.session import Session
from tablewright.errors import InputError, RefusedError, UnreadError
from tablewright.fleet.concurrency import map_concurrently
from tablewright.fleet.reading import Unread, try_read
from tablewright.plan.changes.restoring import REMEDY, contradictions
from tablewright.plan.declaration.declared import DeclaredTable
from tablewright.plan.origin import Restore


def check_sources(tables: Collection[DeclaredTable], session: Session) -> None:
    """Hold each new table against what it would be restored from.

    Raises:
        InputError: there is no such source.
        RefusedError: it has other keys or local indexes.
        UnreadError: it could not be asked for.
    """
    restored = {table.table.name: table for table in tables if isinstance(table.origin, Restore)}
    map_concurrently(restored, lambda name: _check(restored[name], session))


def _check(table: DeclaredTable, session: Session) -> None:
    origin, name = table.origin, table.table.name
    assert isinstance(origin, Restore)  # noqa: S101 - chosen so
    call = partial(_call, session)
    source = try_read(lambda: read_source(call, session.region, origin, table.table))
    spoken = origin.backup_arn or origin.source_table_arn or origin.source_table_name
    if source is None:
        raise InputError(
            f"table {name} would be restored from {spoken}, which does not exist",
            "correct `restore` in its spec, or remove `restore` to create the table empty",
        )
    if isinstance(source, Unread):
        raise UnreadError(source.reason, "allow the call, so that hours of restoring are not lost")
    if conflicts := contradictions(source, table.table):
        raise RefusedError(
            f"table {name} cannot be restored from {spoken} as declared: {', '.join(conflicts)}",
            REMEDY,
        )


def _call(session: Session, operation: str, region: str, **request: Any) -> Any:
    with translated(f"read the source of a restored table ({operation})"):
        return getattr(session.client("dynamodb", region), xform_name(operation))(**request)
