"""What the commands over measured use, and over prices, print."""

from __future__ import annotations

from typing import TypedDict

from .fleet import UnreadDocument


class CollectionDocument(TypedDict):
    """What `usage collect` has stored."""

    store: str
    """Folder of the store."""
    tables: int
    """How many tables were found."""
    days: int
    """How many days of tables and indexes were stored."""
    metrics: int
    """How many metrics were asked for."""
    calls: int
    """In how many calls."""
    datapoints: int
    """How many values came."""
    usd: str
    """What CloudWatch charges for them; money is text, so that no cent is rounded."""
    unread: list[UnreadDocument]
    """What could not be found or read."""
    missing: list[str]
    """Tables that were asked for and are nowhere."""
    unreadUse: dict[str, str]
    """Why the use of a table could not be read, by its name."""


class ImportedUseDocument(TypedDict):
    """What `usage import` has stored."""

    table: str
    """Of which table."""
    index: str
    """Of which index; empty for the table itself."""
    account: str
    """Its account; 000000000000 where it is not known yet."""
    region: str
    """Its region."""
    days: int
    """How many days were stored."""
    firstDay: str
    """Of UTC."""
    lastDay: str
    """Of UTC."""
    periodSeconds: int
    """For how long each datapoint stands."""
    assumptions: list[str]
    """What was taken for granted."""


class UnitsDocument(TypedDict):
    """Consumed units, over all minutes that have a datapoint."""

    mean: float | None
    """A second; null where there is no datapoint."""
    highest: float | None
    """A second, in the busiest minute."""
    missingMinutes: int
    """Minutes without a datapoint."""


class UsedResourceDocument(TypedDict):
    """How one table or index was used."""

    index: str
    """Of which index; empty for the table itself."""
    account: str
    """Its account."""
    region: str
    """Its region."""
    start: str
    """The first minute with a datapoint, RFC 3339."""
    end: str
    """The end of the last one."""
    reads: UnitsDocument
    """Read units."""
    writes: UnitsDocument
    """Write units."""


class TableUseDocument(TypedDict):
    """How a table and its indexes were used."""

    table: str
    """Its name."""
    resources: list[UsedResourceDocument]
    """The table, then its indexes; more where several accounts or regions have the table."""


class UpdatedPricesDocument(TypedDict):
    """Prices of a region that were fetched."""

    region: str
    """Of which region."""
    date: str
    """From when they are."""
    prices: int
    """How many."""
    file: str
    """Where they are kept."""
