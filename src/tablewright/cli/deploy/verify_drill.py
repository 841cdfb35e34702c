"""`verify --restore-drill`: which tables, at which cost, with whose consent."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from tablewright.cli import console
from tablewright.cost.pricing.price_store import open_book
from tablewright.deploy.target_environment import TargetEnvironment
from tablewright.engine.install.folders import state_folder
from tablewright.errors import InputError
from tablewright.fleet.live import LiveTable
from tablewright.fleet.stack import LiveStack
from tablewright.migration.drill.drill import Drills
from tablewright.migration.drill.journal import DrillJournal
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.report.formats.number import number_of

_PRICE = "restoreUsdPerGb"
_KNOWN_REGION = "us-east-1"
"""Whose prices are shipped."""
_GB = Decimal(2**30)


def restorable(declared: DeclaredStack) -> tuple[str, ...]:
    """Names of the tables that are declared with recovery on."""
    return tuple(table.table.name for table in declared.tables if table.is_restorable)


def with_drills(
    place: TargetEnvironment, live: LiveStack, tables: Sequence[str], *, yes: bool
) -> LiveStack:
    """`live` with what came of restoring the tables, one after the other.

    What an earlier drill has left is removed in any case.

    Raises:
        ConsentError, DeclinedError: on AWS nobody has said yes.
    """
    journal = DrillJournal(state_folder(os.environ) / "drills")
    sizes = {name: live.tables.get(name) for name in tables}
    size = sum(table.reading.size_bytes for table in sizes.values() if isinstance(table, LiveTable))
    if tables:
        console.say(_announced(len(tables), size, live.region))
    else:
        console.say(f"{place.label}: no table has recovery on, so none is restored")
    if tables and place.kind == "aws":
        console.confirm(f"Restore {number_of(len(tables), 'table')}?", yes=yes)
    drills = Drills(place.session, live.region, journal, console.say)
    drills.clean_up()
    return replace(live, drills={name: drills.run(name) for name in tables})


def _announced(tables: int, size: int, region: str) -> str:
    """What it costs, and how long it takes."""
    gigabytes = Decimal(size) / _GB
    return (
        f"restoring {number_of(tables, 'table')} under other names: {gigabytes:,.2f} GB, on AWS "
        f"{_cost(gigabytes, region)} and 20 minutes or more each; they are removed again"
    )


def _cost(gigabytes: Decimal, region: str) -> str:
    """What restoring so much is charged, by the prices of the region as far as they are known."""
    prices = open_book()
    with suppress(InputError):
        if (price := prices(region).of(_PRICE)) is not None:
            return f"about ${gigabytes * price:,.2f} (${price:f} per GB in {region})"
    price = prices(_KNOWN_REGION).of(_PRICE) or Decimal(0)
    return (
        f"about ${gigabytes * price:,.2f} at the ${price:f} per GB of {_KNOWN_REGION}, as no price "
        f"of {region} is known,"
    )
