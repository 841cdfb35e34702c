"""What a rule is asked about: a live table with everything known around it, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveTable
from tablewright.fleet.reading import Unread

NOT_ASKED = Unread("not asked")
YOUNGEST_DAYS = 7
"""Younger tables are not judged by their use: a week has every weekday in it."""


@dataclass(frozen=True, slots=True)
class Activity:
    """How a table and its indexes were used over the last days.

    Args:
        days: how many were looked at; of a younger table, how old it is.
        totals: of CloudWatch's metrics, by the metric's name and the index (None: the table).
            A metric without a datapoint is 0: CloudWatch publishes none where nothing happened.
    """

    days: int
    totals: Mapping[tuple[str, str | None], float] = field(default_factory=dict)

    def total(self, metric: str, index: str | None = None) -> float:
        """Units or events over all days."""
        return self.totals.get((metric, index), 0.0)

    def any(self, *metrics: str, index: str | None = None) -> bool:
        """Whether any of these happened at all."""
        return any(self.total(metric, index) > 0 for metric in metrics)


@dataclass(frozen=True, slots=True)
class IdleGrant:
    """What a role may do with a table, and did not do as far back as IAM remembers (400 days).

    Args:
        role: its name.
        age_days: how old the role is; None where IAM does not tell.
        idle_days: since it last called DynamoDB at all; None for never.
        unused: actions of DynamoDB that it may call and never did, of those that IAM keeps track
            of: those on tables, not those on items.
    """

    role: str
    age_days: int | None
    idle_days: int | None
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """DynamoDB's quotas of the provisioned capacity of a table, units a second (DescribeLimits)."""

    table_read: int
    table_write: int


@dataclass(frozen=True, slots=True)
class DaxCluster:
    """A DAX cluster of the region."""

    name: str
    encrypted: bool
    tls: bool
    nodes: int


@dataclass(frozen=True, slots=True)
class AuditedRegion:
    """What is known once for all tables of an account's region.

    Args:
        limits: of provisioned capacity.
        tables: how many there are.
        backed_up: ARNs of what AWS Backup protects.
        dax: its DAX clusters.
    """

    limits: AccountLimits | Unread | None = NOT_ASKED
    tables: int | Unread = NOT_ASKED
    backed_up: frozenset[str] | Unread = NOT_ASKED
    dax: tuple[DaxCluster, ...] | Unread = NOT_ASKED


@dataclass(frozen=True, slots=True)
class AuditedTable:
    """One live table and what is known around it; what AWS refused to tell is `Unread`.

    Args:
        live: the table.
        alarms: those that watch it.
        activity: how it was used.
        replicas: its copies by region.
        stream_readers: what is set up to read its stream (Lambda event source mappings).
        grants: of the roles of the account that may use it.
        region: what is known of the account's region.
    """

    live: LiveTable
    alarms: tuple[LiveAlarm, ...] | Unread = NOT_ASKED
    activity: Activity | Unread = NOT_ASKED
    replicas: Mapping[str, LiveTable | Unread] = field(default_factory=dict)
    stream_readers: tuple[str, ...] | Unread = NOT_ASKED
    grants: tuple[IdleGrant | Unread, ...] | Unread = NOT_ASKED
    region: AuditedRegion = field(default_factory=AuditedRegion)

    @property
    def use(self) -> Activity | Unread | None:
        """How it was used, None where it is too young to be judged by that."""
        if isinstance(self.activity, Unread):
            return self.activity
        return self.activity if self.activity.days >= YOUNGEST_DAYS else None

    def unread(self, facet: str) -> Unread | None:
        """Why a facet of the table is missing, if it is."""
        reason = self.live.unread.get(facet)
        return None if reason is None else Unread(reason)
