"""The content of a report of any size, as values: tables that are used, paid for and at risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np

from tablewright.audit.audit import audit
from tablewright.audit.evidence import AuditedTable
from tablewright.audit.rules import AUDIT_RULES
from tablewright.aws.reading import TableReading
from tablewright.cost.decisions.decision import TableDecision, decide
from tablewright.cost.fleets.fleet import FleetDecision
from tablewright.cost.pricing.prices import PriceBook
from tablewright.fleet.live import LiveTable
from tablewright.plan.table import Encryption, Key, Recovery, Stream, Table, Throughput, TimeToLive
from tablewright.report.page.content import (
    DeploymentRun,
    HotKey,
    Place,
    ReportContent,
    ReportSource,
    RunStep,
)
from tablewright.report.page.document import document_of
from tablewright.report.page.money import fleet_money, table_money
from tablewright.report.page.texts import TextTable
from tablewright.report.page.use import step_minutes, table_use
from tablewright.usage.day import CapacitySettings, ResourceId, UsageDay
from tablewright.usage.history import TableHistory, table_history
from tablewright.usage.metrics import DAY_MINUTES

ACCOUNT, REGIONS = "123456789012", ("eu-west-1", "us-east-1")
WHEN = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 11, 15)
_SHAPES = 5
_SECTIONS = ("declared", "live", "state", "runs", "verify", "audit", "usage", "optimize", "hotKeys")


def place_of(number: int) -> Place:
    """Where a table is."""
    return ACCOUNT, REGIONS[number % 3 % 2], f"table-{number:04d}"


def live(number: int, name: str = "", tags: Mapping[str, str] | None = None) -> LiveTable:
    """A table that lacks protection; every other one is provisioned."""
    account, region, usual = place_of(number)
    on_demand = number % 2 == 0
    table = Table(
        name=name or usual,
        key=Key(("id",)),
        attributes={"id": "S"},
        billing_mode="PAY_PER_REQUEST" if on_demand else "PROVISIONED",
        throughput=None if on_demand else Throughput(400, 200),
        global_indexes=(),
        local_indexes=(),
        stream=Stream(None),
        encryption=Encryption("AWS_OWNED"),
        recovery=Recovery(0 if number % 3 else 35),
        time_to_live=TimeToLive(None),
        table_class="STANDARD",
        deletion_protection=number % 4 == 0,
        tags={"Team": f"team-{number % 7}"} if tags is None else tags,
    )
    reading = TableReading(
        table=table,
        arn=f"arn:aws:dynamodb:{region}:{account}:table/{table.name}",
        table_id=str(number),
        status="ACTIVE",
        item_count=1000 * number,
        size_bytes=123_456 * number,
        created=WHEN - timedelta(days=100),
    )
    return LiveTable(reading, region, account)


def history(number: int, days: int = 14) -> TableHistory:
    """A table that is busy by day; a provisioned one is throttled at its peak."""
    minutes = np.arange(days * DAY_MINUTES)
    chance = np.random.default_rng(number)
    wave = 1 + np.sin((minutes / DAY_MINUTES - 0.3) * 2 * np.pi)
    shape = (5 + 40 * (number % _SHAPES)) * wave * 60
    columns = {
        "consumed_read_units": chance.poisson(shape * 2),
        "consumed_write_units": chance.poisson(shape / 3),
    }
    provisioned = number % 2 == 1
    if provisioned:
        columns["provisioned_read_units"] = np.full(minutes.size, 400.0)
        columns["provisioned_write_units"] = np.full(minutes.size, 200.0)
        lost = np.zeros(minutes.size)
        lost[days * DAY_MINUTES // 2 + 30] = 17
        columns["write_throttles_provisioned"] = lost
    mode = "PROVISIONED" if provisioned else "PAY_PER_REQUEST"
    measured = table_history(
        [
            UsageDay(
                ResourceId(*place_of(number)),
                FIRST_DAY + timedelta(days=day),
                60,
                {
                    name: values[day * DAY_MINUTES : (day + 1) * DAY_MINUTES].astype(np.float32)
                    for name, values in columns.items()
                },
                CapacitySettings(mode, "STANDARD", 1000, 123_456),
            )
            for day in range(days)
        ]
    )
    assert measured is not None
    return measured


@cache
def _decision(shape: int, days: int) -> TableDecision:
    return decide(history(shape, days), PriceBook()(place_of(shape)[1]))


def decision(number: int, days: int = 14) -> TableDecision:
    """What a table should be set to; tables of one shape share the search."""
    alike = _decision(number % (2 * _SHAPES), days)
    return replace(alike, table=ResourceId(*place_of(number)))


def content(
    tables: int = 3,
    days: int = 14,
    *,
    name: str = "",
    tags: Mapping[str, str] | None = None,
    **further: Any,
) -> tuple[ReportContent, TextTable]:
    """A fleet, of which the first table may have another name and other tags."""
    text = TextTable()
    there = [live(number) for number in range(tables)]
    if name or tags is not None:
        there[0] = live(0, name, tags)
    names = {number: table.name for number, table in enumerate(there)}
    step = step_minutes(tables, days)
    places = [(*place_of(number)[:2], names[number]) for number in range(tables)]
    decisions = [decision(number, days) for number in range(tables)]
    shapes = [table_use(history(number, days), step) for number in range(min(tables, 10))]
    audited = audit(
        [AuditedTable(table) for table in there], AUDIT_RULES, today=WHEN.date(), days=30
    )
    made = ReportContent(
        title="All tables",
        place="a test",
        when=WHEN,
        sources=tuple(
            ReportSource(section, f"what tells of {section}", WHEN) for section in _SECTIONS
        ),
        live=tuple(there),
        audit=audited,
        use={place: shapes[number % 10] for number, place in enumerate(places)},
        money={
            place: table_money(decided, text)
            for place, decided in zip(places, decisions, strict=True)
        },
        fleet_money=fleet_money(FleetDecision.of(decisions, PriceBook())),
        hot_keys={places[0]: [HotKey("most read", 1, 0.41, 4100), HotKey("most read", 2, 0.1, 9)]},
        runs=(
            DeploymentRun(
                "up",
                WHEN,
                (
                    RunStep("orders", "aws:dynamodb/table:Table", "update", 0.4, 2.5),
                    RunStep("alarm", "aws:cloudwatch/metricAlarm:MetricAlarm", "create", 2.5, 2.9),
                    RunStep("role", "aws:iam/role:Role", "create", 2.5, 3.1, "refused by AWS"),
                ),
                WHEN + timedelta(seconds=4),
                failed=True,
            ),
        ),
    )
    return replace(made, **further), text


def document(tables: int = 3, days: int = 14, **further: Any) -> dict[str, Any]:
    """The data of a page about it."""
    return document_of(*content(tables, days, **further))
