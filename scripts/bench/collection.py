"""What collecting costs: calls against the least possible, datapoints a second."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.fleet.discovery import discover
from tablewright.fleet.rate_limiter import rate_limiter_for
from tablewright.sandbox import lifecycle
from tablewright.sandbox.demo import past_use
from tablewright.sandbox.demo.seed import REGION, seed
from tablewright.usage.collection import collect, plan
from tablewright.usage.metric_limits import MOST_DATAPOINTS, MOST_QUERIES
from tablewright.usage.store import UsageStore

_NAME = "bench-collection"


def collection() -> None:
    """The three tables of the demo, used for two weeks; again with nothing new."""
    with tempfile.TemporaryDirectory() as directory:
        os.environ["TABLEWRIGHT_HOME"] = str(Path(directory) / "home")
        instance = lifecycle.start(_NAME, in_memory=True)
        try:
            past_use.go_back(instance)
            with closing(Session(Target.sandbox(instance.endpoint), region=REGION)) as session:
                seed(session, items=20)
                past_use.pass_two_weeks(instance)
                now = past_use.now(instance)
                _measure(session, UsageStore(Path(directory) / "usage"), now)
        finally:
            lifecycle.stop(_NAME)


def _measure(session: Session, store: UsageStore, now: datetime) -> None:
    print("| run | metrics | calls | least | datapoints | a second |")
    print("|---|---|---|---|---|---|")
    for name in ("first", "again"):
        tables = discover([session], [REGION]).tables
        wanted = plan(tables, store, past_use.DAYS + 1, now)
        start = time.perf_counter()
        done = collect(wanted, lambda _: session, rate_limiter_for, store)
        seconds = time.perf_counter() - start
        least = max(-(-done.datapoints // MOST_DATAPOINTS), -(-wanted.queries // MOST_QUERIES))
        print(f"| {name} | {wanted.queries} | {done.calls} | {least} | {done.datapoints:,} "
              f"| {done.datapoints / seconds:,.0f} |")  # fmt: skip
