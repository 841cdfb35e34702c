"""What a report is made of: the answers of other commands, each with its origin and its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from tablewright.audit.audit import AuditReport
from tablewright.checks.verdict import VerifyReport
from tablewright.deploy.drift.drifted import DriftReport
from tablewright.fleet.live import LiveTable
from tablewright.plan.declaration.declared import DeclaredStack

Place = tuple[str, str, str]
"""Account, region and name of a table; the account is empty where it is not known."""
SectionName = Literal[
    "declared",
    "live",
    "state",
    "runs",
    "verify",
    "drift",
    "access",
    "audit",
    "usage",
    "optimize",
    "hotKeys",
]


@dataclass(frozen=True, slots=True)
class ReportSource:
    """Where a part of the report comes from.

    Args:
        section: which part.
        origin: who was asked for what, in words.
        when: the time of the answer; None where nothing was read.
        missing: why nothing of it is in the report; empty where it is.
        gaps: what could not be read of it, a sentence each.
    """

    section: SectionName
    origin: str
    when: datetime | None = None
    missing: str = ""
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunStep:
    """A step of a deployment: seconds since the run's start; without an end it did not finish."""

    name: str
    type: str
    operation: str
    start_seconds: float
    end_seconds: float | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class DeploymentRun:
    """One run of the engine over the stack."""

    verb: str
    start: datetime
    steps: tuple[RunStep, ...]
    end: datetime | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class HotKey:
    """One of the most used keys of a table: its rank and share, never its value."""

    what: str
    rank: int
    share: float
    count: float


@dataclass(frozen=True, slots=True)
class ReportContent:
    """All that a report shows; a part that is None or empty has its reason in its source.

    Args:
        title: the stack, or the fleet.
        place: where it was looked for: target, regions, accounts.
        when: the time of AWS when the report was made.
        sources: of each part.
        declared: the stack as its manifests say; None for a fleet.
        live: the tables there are.
        status: what the engine's state has of the stack, as `status` prints it.
        runs: the latest deployments, the newest first.
        verification: what `verify` proved, with what each role may do.
        drift: where what is declared, recorded and live differ.
        audit: what `audit` found.
        use: how tables were used, as the page takes it (`use.table_use`).
        money: what tables cost and should cost, likewise (`money.table_money`).
        fleet_money: sums, commitments and prices, likewise (`money.fleet_money`).
        hot_keys: by table.
        refresh_seconds: how often a page that is served looks for a newer one; 0: never.
    """

    title: str
    place: str
    when: datetime
    sources: tuple[ReportSource, ...] = ()
    declared: DeclaredStack | None = None
    live: tuple[LiveTable, ...] = ()
    status: Mapping[str, Any] | None = None
    runs: tuple[DeploymentRun, ...] = ()
    verification: VerifyReport | None = None
    drift: DriftReport | None = None
    audit: AuditReport | None = None
    use: Mapping[Place, Mapping[str, Any]] = field(default_factory=dict)
    money: Mapping[Place, Mapping[str, Any]] = field(default_factory=dict)
    fleet_money: Mapping[str, Any] | None = None
    hot_keys: Mapping[Place, Sequence[HotKey]] = field(default_factory=dict)
    refresh_seconds: int = 0
