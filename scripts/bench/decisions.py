"""What deciding costs, and how good it is: kernels, tables, fleets, regret on real traces."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from tests.unit.cost.traces import per_minute

from tablewright.cost.capacity.demand import ResourceDemand
from tablewright.cost.capacity.kernels import FREE, NO_LIMITS, compiled, throttle
from tablewright.cost.capacity.outcome import Budget
from tablewright.cost.decisions.decision import TableDecision, decide
from tablewright.cost.decisions.evaluation import Evaluation
from tablewright.cost.decisions.search import Search
from tablewright.cost.decisions.settings import DIMENSIONS, CapacitySetting, Dimension
from tablewright.cost.pricing.charges import MONTH_MINUTES, ChargeNames, charge
from tablewright.cost.pricing.prices import PriceBook, Prices
from tablewright.usage.day import CapacitySettings, ResourceId, UsageDay
from tablewright.usage.history import table_history
from tablewright.usage.metrics import CONSUMED_READ, CONSUMED_WRITE, DAY_MINUTES
from tablewright.usage.store import UsageStore

from .timing import TABLEWRIGHT

REGION = "ap-southeast-2"
FIRST_DAY = date(2026, 11, 2)
NAMES = ChargeNames("STANDARD")
DAYS, LATER = 14, 7
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
    demand = ResourceDemand("", np.stack((units, units)))
    policy = CapacitySetting(5, 10_000, 70)
    both = dict.fromkeys(DIMENSIONS, policy)
    capacity, throttled = np.full(units.size, 100), np.empty_like(units)
    floor = _best(lambda: streaming_pass(units)) / units.size * 1e9
    tracking = _best(lambda: demand.cost(both, FREE, NO_LIMITS)) / units.size / 2 * 1e9
    fixed = _best(lambda: throttle(units, capacity, throttled)) / units.size * 1e9
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
    cases = list(_decided())
    milliseconds = sorted(1000 * case.seconds for case in cases)
    print(f"{len(cases)} tables of {DAYS} days: median {milliseconds[len(cases) // 2]:.0f} ms of "
          f"processor time, least {milliseconds[0]:.0f}, most {milliseconds[-1]:.0f}")  # fmt: skip
    print("| rule | mean regret | most | newer days alone | within the budget "
          "| a week later: regret | over the budget |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    for name in ("decision", "on demand", "70 % target tracking"):
        print(f"| {name} | {' | '.join(_row(cases, name))} |")
    best_rule = max(_over_best_rule(case.decision) for case in cases)
    print(f"at most {100 * best_rule:.1f} % dearer than the better rule of thumb within the budget")


@dataclass(frozen=True, slots=True)
class _Case:
    """A trace that was decided on, with the days after it that nobody saw.

    Args:
        decision: on it.
        seconds: that it took.
        newer_usd: the least that the newer days alone could cost, the older ones forgotten.
        later: each rule on the seven days after, as (cost, least possible cost, within the budget).
    """

    decision: TableDecision
    seconds: float
    newer_usd: float
    later: Mapping[str, tuple[float, float, bool]]


def _row(cases: Sequence[_Case], name: str) -> Iterator[str]:
    chosen = [_chosen(case.decision, name) for case in cases]
    costs = [float(choice.usd_per_month) for choice in chosen]
    regrets = [
        cost / float(_known(case.decision.hindsight).usd_per_month) - 1
        for cost, case in zip(costs, cases, strict=True)
    ]
    alone = [cost / case.newer_usd - 1 for cost, case in zip(costs, cases, strict=True)]
    later = [case.later[name] for case in cases if case.later]
    yield f"{100 * float(np.mean(regrets)):.1f} %"
    yield f"{100 * max(regrets):.0f} %"
    yield f"{100 * float(np.mean(alone)):.1f} %"
    yield f"{100 * float(np.mean([choice.within for choice in chosen])):.0f} %"
    yield f"{100 * float(np.mean([cost / least - 1 for cost, least, _ in later])):.1f} %"
    yield f"{100 * float(np.mean([not within for _, _, within in later])):.0f} %"


def _chosen(decision: TableDecision, name: str) -> Evaluation:
    named = {choice.name: choice for choice in decision.alternatives}
    return _known(decision.decision) if name == "decision" else named[name]


def _decided() -> Iterator[_Case]:
    prices = PriceBook()(REGION)
    for name, offsets in TRACES:
        for first_day in offsets:
            for scale in SCALES:
                read = per_minute(name, scale, DAYS + LATER, first_day)
                write = per_minute(name, scale / 3, DAYS + LATER, first_day, seed=2)
                history = _known(table_history(_days("orders", read, write)[:DAYS]))
                decide(history, prices)
                start = time.process_time()
                decision = decide(history, prices)
                seconds = time.process_time() - start
                units = np.stack((read, write))
                alone = _least_usd(_demand(units[:, : DAYS * DAY_MINUTES], decision), prices)
                yield _Case(decision, seconds, alone, _later(units, decision, prices))


def _demand(units: Any, decision: TableDecision) -> ResourceDemand:
    return ResourceDemand("", units).since(_known(decision.window).cut)


def _least_usd(demand: ResourceDemand, prices: Prices) -> float:
    """A month of the cheapest that is known for a demand within the budget, of itself alone."""
    usd = _unit_usd(prices, "read"), _unit_usd(prices, "write")
    searched = Search(demand, Budget(), usd).cheapest().cost
    return min(searched, _requests_usd(demand, prices)) * MONTH_MINUTES / demand.minutes


def _unit_usd(prices: Prices, side: Dimension) -> float:
    return float(charge(prices, NAMES.capacity(side), 1))


def _requests_usd(demand: ResourceDemand, prices: Prices) -> float:
    usd = (charge(prices, NAMES.requests(side), demand.total(side)) for side in DIMENSIONS)
    return float(sum(usd))


def _later(
    units: Any, decision: TableDecision, prices: Prices
) -> dict[str, tuple[float, float, bool]]:
    """Each rule on the days after the window."""
    first = DAYS * DAY_MINUTES
    later = ResourceDemand("", units[:, first:])
    if later.minutes < LATER * DAY_MINUTES:
        return {}
    least = _least_usd(later, prices) * later.minutes / MONTH_MINUTES
    outcomes = {}
    for name in ("decision", "on demand", "70 % target tracking"):
        setting = _chosen(decision, name).setting
        if setting.mode == "PAY_PER_REQUEST":
            outcomes[name] = (_requests_usd(later, prices), least, True)
            continue
        sides = ResourceDemand("", units).outcomes(setting.sides(""), first)
        usd = sum(
            charge(prices, NAMES.capacity(side), sides[side].capacity_minutes)
            for side in DIMENSIONS
        )
        outcomes[name] = (float(usd), least, all(map(Budget().holds, sides.values())))
    return outcomes


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
            write_tables(folder, range(written, tables))
            written = tables
            seconds, kilobytes = _optimize(folder)
            print(f"| {tables} | {seconds:.1f} | {1000 * seconds / tables:.0f} "
                  f"| {kilobytes // 1024} |")  # fmt: skip


def write_tables(folder: Path, numbers: range) -> None:
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
    command += ["--engine", os.environ.get("BENCH_ENGINE", "local")]
    program = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
        "stdout=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program, *command], check=True, capture_output=True, text=True
    )
    return time.perf_counter() - start, int(json.loads(done.stdout))
