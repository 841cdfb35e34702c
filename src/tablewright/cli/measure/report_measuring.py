"""Use and money of a report: from what `usage` measured, and the decisions on it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from typing import Any

from tablewright.cost.decisions.decision import TableDecision
from tablewright.cost.decisions.declaration import DeclaredCapacity, declared_capacity
from tablewright.cost.decisions.evaluation import Evaluation
from tablewright.cost.decisions.search import Budget
from tablewright.cost.fleets.fleet import FleetDecision
from tablewright.cost.fleets.tables import decide_tables
from tablewright.cost.pricing.price_store import open_book
from tablewright.cost.pricing.prices import PriceBook
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.report.page.content import Place
from tablewright.report.page.money import fleet_money, table_money
from tablewright.report.page.texts import TextTable
from tablewright.report.page.use import step_minutes, table_use
from tablewright.usage.history import table_history
from tablewright.usage.store import TableFile, UsageStore

from .optimize import per_million
from .report_request import ReportParts, ReportRequest

_PARALLEL_FROM = 64
"""Tables from which on starting processes, a second each, pays."""
_A_CHUNK = 16


def measured(
    asked: ReportRequest, parts: ReportParts, text: TextTable, declared: DeclaredStack | None
) -> dict[str, Any]:
    """The parts of `ReportContent` that come from measured use."""
    store = UsageStore(asked.store)
    names = None if declared is None else _names(declared)
    files = parts.ask(
        "usage", f"CloudWatch, as kept in {asked.store}", lambda: _files(store, declared)
    )
    if not files:
        reason = f"none of these tables was measured into {asked.store}"
        if files is not None:
            parts.sources.pop()
            parts.without("usage", reason)
        parts.without("optimize", "there is no measured use to decide by")
        return {}
    use = dict(_uses(files))
    newest = max(file.path.stat().st_mtime for file in files)
    parts.sources[-1] = replace(
        parts.sources[-1], when=datetime.fromtimestamp(newest, UTC), gaps=tuple(_gaps(use, names))
    )
    decided = parts.ask(
        "optimize", "optimize, by list prices", partial(_decided, asked, store, declared)
    )
    if decided is None:
        return {"use": use}
    former = _former(asked, store, declared) if declared and len(files) < _PARALLEL_FROM else {}
    money = {
        place: table_money(decision, text, former.get(place))
        for decision in decided.tables
        for place in [_place(decision)]
    }
    return {"use": use, "money": money, "fleet_money": fleet_money(decided)}


def _files(store: UsageStore, declared: DeclaredStack | None) -> list[TableFile]:
    if declared is None:
        return [*store.files()]
    return store.of_stack(_names(declared), declared.region, declared.account)


def _names(declared: DeclaredStack) -> list[str]:
    return [table.table.name for table in declared.tables]


def _place(decision: TableDecision) -> Place:
    return decision.table.account, decision.table.region, decision.table.table


def _decided(
    asked: ReportRequest, store: UsageStore, declared: DeclaredStack | None
) -> FleetDecision:
    """Decisions against what is declared; in a fleet, against what was measured."""
    book = open_book(asked.price_file, asked.pricing)
    settings = None
    if declared is not None:
        settings = {table.table.name: declared_capacity(table) for table in declared.tables}
    return FleetDecision.of(_decisions(asked, store, book, declared, settings), book)


def _former(
    asked: ReportRequest, store: UsageStore, declared: DeclaredStack
) -> dict[Place, Evaluation | None]:
    """What the tables cost as they were set while they were measured."""
    book = open_book(asked.price_file, asked.pricing)
    decisions = _decisions(asked, store, book, declared, None)
    return {_place(decision): decision.current for decision in decisions}


def _decisions(
    asked: ReportRequest,
    store: UsageStore,
    book: PriceBook,
    declared: DeclaredStack | None,
    settings: Mapping[str, DeclaredCapacity] | None,
) -> Iterator[TableDecision]:
    budget = Budget(per_million(asked.budget))
    if declared is None:
        return decide_tables(store, book, budget)
    place = declared.region, declared.account
    return decide_tables(store, book, budget, settings, _names(declared), *place)


def _uses(files: Sequence[TableFile]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    days = max(len({day for _, day in file.complete_days()}) for file in files[:8]) or 1
    read = partial(_use, step_minutes(len(files), days))
    processes = os.cpu_count() or 1
    several = len(files) >= _PARALLEL_FROM and processes > 1
    context = ProcessPoolExecutor(processes, get_context("spawn")) if several else nullcontext(None)
    with context as pool:
        answers = map(read, files) if pool is None else pool.map(read, files, chunksize=_A_CHUNK)
        for file, summary in zip(files, answers, strict=True):
            if summary is not None:
                yield (file.account, file.region, file.table), summary


def _use(step: int, file: TableFile) -> dict[str, Any] | None:
    history = table_history(file.read())
    if history is None or history.table.span == (0, 0):
        return None
    return table_use(history, step)


def _gaps(use: Mapping[Place, Any], names: Sequence[str] | None) -> Iterator[str]:
    there = {name for _, _, name in use}
    for name in names or ():
        if name not in there:
            yield f"{name} was not measured"
