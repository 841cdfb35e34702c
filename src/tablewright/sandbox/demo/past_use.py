"""How the company's tables were used for two weeks: real series as metrics of the sandbox.

Each count of a series is shared out over its five minutes, scaled so that its peak is what the
table was provisioned for: the peak came once, and the capacity is paid for all the time.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files

from tablewright.sandbox.admin import ask
from tablewright.sandbox.instance import Instance

from .seed import COMPANY, REGION, SeedTable

DAYS = 14
_COUNT_MINUTES = 5
_LONGEST_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Use:
    """What a table is used by.

    Args:
        trace: the series of its reads and writes.
        read_share, write_share: the peak, as a percentage of what is provisioned.
    """

    trace: str
    read_share: int
    write_share: int


USES: Mapping[str, Use] = {
    "events": Use("elb_request_count", read_share=60, write_share=90),
    "sessions": Use("FB", read_share=95, write_share=60),
    "users": Use("CRM", read_share=90, write_share=5),
}


def go_back(instance: Instance) -> None:
    """Set the sandbox's clock to two weeks ago."""
    ago = datetime.now(UTC) - timedelta(days=DAYS)
    ask(instance, "POST", "clock", {"set": ago.isoformat()})


def pass_two_weeks(instance: Instance) -> None:
    """Let two weeks pass, in which the tables are used."""
    record(instance, now(instance).replace(second=0, microsecond=0))
    ask(instance, "POST", "clock", {"advance": f"{DAYS}d"}, seconds=_LONGEST_SECONDS)


def now(instance: Instance) -> datetime:
    """The time of the sandbox."""
    return datetime.fromisoformat(ask(instance, "GET", "clock")["now"])


def record(instance: Instance, start: datetime) -> None:
    """Record two weeks of consumed units from `start` on, for each table of the company."""
    for table in COMPANY:
        use = USES[table.name]
        for side, units in (
            ("Read", units_a_minute(table, use.read_share, table.read)),
            ("Write", units_a_minute(table, use.write_share, table.write)),
        ):
            points = [
                [(start + timedelta(minutes=minute)).timestamp(), value]
                for minute, value in enumerate(units)
            ]
            metric = {
                "namespace": "AWS/DynamoDB",
                "name": f"Consumed{side}CapacityUnits",
                "dimensions": {"TableName": table.name},
                "region": REGION,
                "unit": "Count",
                "points": points,
            }
            ask(instance, "POST", "metrics", metric)


def units_a_minute(table: SeedTable, share: int, capacity: int) -> list[int]:
    """Units of each minute, of which the highest is `share` per cent of a capacity."""
    packed = files(__package__).joinpath("traces", f"{USES[table.name].trace}.txt.gz").read_bytes()
    counts = list(map(int, gzip.decompress(packed).split()))
    peak = max(counts)
    return [
        count * capacity * 60 * share // (100 * peak)
        for count in counts
        for _ in range(_COUNT_MINUTES)
    ]
