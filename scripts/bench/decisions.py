"""What deciding costs, and how good it is: kernels, tables, fleets, regret on real traces."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from tests.unit.cost.traces import per_minute

from tablewright.cost.decision import TableDecision, decide
from tablewright.cost.kernels import NO_LIMITS, autoscale, compiled
from tablewright.cost.prices import PriceBook
from tablewright.cost.search import Demand, policy_row
from tablewright.cost.settings import CapacitySetting
from tablewright.usage.day import CapacitySettings, ResourceId, UsageDay
from tablewright.usage.history import table_history
from tablewright.usage.metrics import CONSUMED_READ, CONSUMED_WRITE, DAY_MINUTES
from tablewright.usage.store import UsageStore

from .timing import TABLEWRIGHT

REGION = "ap-southeast-2"
FIRST_DAY = date(2026, 11, 2)
DAYS = 14
TRACES = (("elb_request_count", (0,)), ("CRM", (0, 14, 28)), ("FB", (0, 14, 28)))
SCALES = (10, 100, 1000, 10_000)
FLEETS = (100, 1000)
Value = TypeVar("Value")


@compiled
def streaming_pass(units: Any) -> Any:
    """The least that reading each minute once costs."""
    total = np.int64(0)
    for minute in range(units.size):
        total += units[minute] & 7
    return total


def kernels() -> None:
    """Nanoseconds a simulated minute, dimension and configuration."""
    units = per_minute("elb_request_count", 100)[: DAYS * DAY_MINUTES]
    demand = Demand(units)
    policy = np.array([policy_row(CapacitySetting(5, 10_000, 70), int(units[0]))], np.int64)
    rows = units.reshape(1, -1)
    capacity, throttled = np.empty_like(rows), np.empty_like(rows)
    decreases = np.empty(2 * units.size, np.int64)
    floor = _best(lambda: streaming_pass(units)) / units.size * 1e9
    tracking = (
        _best(lambda: autoscale(rows, policy, 0, capacity, throttled, decreases, NO_LIMITS))
        / units.size
        * 1e9
    )
    fixed = _best(lambda: demand.fixed(100)) / units.size * 1e9
    print("| pass over 14 days | ns a minute and dimension | of a streaming pass |")
    print("|---|---|---|")
    for name, cost in (("streaming", floor), ("fixed", fixed), ("target tracking", tracking)):
        print(f"| {name} | {cost:.2f} | {cost / floor:.1f} |")


def _best(call: Callable[[], Any], runs: int = 50) -> float:
    """Seconds of the quickest run; the first, which compiles, is not counted."""
    call()
    return min(_seconds(call) for _ in range(runs))


def _seconds(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def decisions() -> None:
    """Milliseconds for a full decision on a table, and how good it is on real traces."""
    rows = list(_decided())
    milliseconds = sorted(1000 * seconds for _, seconds in rows)
    print(f"{len(rows)} tables of {DAYS} days: median {milliseconds[len(rows) // 2]:.0f} ms, "
          f"least {milliseconds[0]:.0f}, most {milliseconds[-1]:.0f}")  # fmt: skip
    print("| rule | mean regret | within the budget |")
    print("|---|---|---|")
    decided = [decision for decision, _ in rows]
    for name in ("decision", "on demand", "70 % target tracking"):
        regrets, within = zip(*(_regret(decision, name) for decision in decided), strict=True)
        share = sum(within) / len(within)
        print(f"| {name} | {100 * float(np.mean(regrets)):.1f} % | {100 * share:.0f} % |")
    best_rule = max(_over_best_rule(decision) for decision in decided)
    print(f"at most {100 * best_rule:.1f} % dearer than the better rule of thumb within the budget")


def _decided() -> Iterator[tuple[TableDecision, float]]:
    prices = PriceBook()(REGION)
    for name, offsets in TRACES:
        for first_day in offsets:
            for scale in SCALES:
                read = per_minute(name, scale, DAYS, first_day)
                write = per_minute(name, scale / 3, DAYS, first_day, seed=2)
                history = _known(table_history(_days("orders", read, write)))
                decide(history, prices)
                start = time.perf_counter()
                decision = decide(history, prices)
                yield decision, time.perf_counter() - start


def _regret(decision: TableDecision, name: str) -> tuple[float, bool]:
    """By how much it is dearer than hindsight, and whether it keeps within the budget."""
    named = {choice.name: choice for choice in decision.alternatives}
    chosen = _known(decision.decision) if name == "decision" else named[name]
    best = _known(decision.hindsight).usd_per_month
    return float(chosen.usd_per_month / best) - 1, chosen.within


def _over_best_rule(decision: TableDecision) -> float:
    rules = ("on demand", "70 % target tracking")
    best = min(
        choice.usd_per_month
        for choice in decision.alternatives
        if choice.name in rules and choice.within
    )
    return float(_known(decision.decision).usd_per_month / best) - 1


def _known(value: Value | None) -> Value:
    if value is None:
        raise RuntimeError("a table of two weeks was not decided on")
    return value


def _days(table: str, read: Any, write: Any) -> list[UsageDay]:
    return [
        UsageDay(
            ResourceId("111111111111", REGION, table),
            FIRST_DAY + timedelta(days=day),
            60,
            {
                CONSUMED_READ.column: _day(read, day),
                CONSUMED_WRITE.column: _day(write, day),
            },
            CapacitySettings("PAY_PER_REQUEST"),
        )
        for day in range(min(read.size, write.size) // DAY_MINUTES)
    ]


def _day(units: Any, day: int) -> Any:
    return units[day * DAY_MINUTES : (day + 1) * DAY_MINUTES].astype(np.float32)


def fleets() -> None:
    """Fleets of made-up tables through the command: seconds, and memory of the largest process."""
    print("| tables | s | ms a table | MB of the largest process |")
    print("|---|---|---|---|")
    sizes = tuple(map(int, os.environ.get("BENCH_TABLES", "").split())) or FLEETS
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        written = 0
        for tables in sizes:
            _write_tables(folder, range(written, tables))
            written = tables
            seconds, kilobytes = _optimize(folder)
            print(f"| {tables} | {seconds:.1f} | {1000 * seconds / tables:.0f} "
                  f"| {kilobytes // 1024} |")  # fmt: skip


def _write_tables(folder: Path, numbers: range) -> None:
    """Tables with a day's shape, noise and a size of their own each."""
    minutes = np.arange(DAYS * DAY_MINUTES)
    store = UsageStore(folder)
    for number in numbers:
        draw = np.random.default_rng(number)
        level = 10 ** draw.uniform(0, 5)
        shape = 1 + draw.uniform(0, 1) * np.sin(minutes / DAY_MINUTES * 2 * np.pi)
        read, write = draw.poisson(level * shape), draw.poisson(level * shape / 4)
        store.write(_days(f"table-{number:05}", read, write))


def _optimize(folder: Path) -> tuple[float, int]:
    """Seconds of `optimize --all`, and the largest resident set in kB."""
    command = [str(TABLEWRIGHT), "optimize", "--all", "--usage", str(folder), "--output", "json"]
    program = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
        "stdout=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program, *command], check=True, capture_output=True, text=True
    )
    return time.perf_counter() - start, int(json.loads(done.stdout))
