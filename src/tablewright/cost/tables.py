"""Decisions on many tables of a store, each by itself, in several processes where that pays."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import partial
from itertools import chain, islice
from multiprocessing import get_context

from tablewright.errors import InputError
from tablewright.usage.history import TableHistory, table_history
from tablewright.usage.store import UsageStore

from .decision import TableDecision, decide
from .prices import PriceBook
from .search import Budget
from .settings import TableSetting

_PARALLEL_FROM = 64
"""Tables from which on starting processes, one second each, pays."""
_AHEAD = 4


def decide_tables(
    store: UsageStore,
    book: PriceBook,
    budget: Budget,
    declared: Mapping[str, TableSetting | None] | None = None,
    names: Collection[str] | None = None,
    region: str | None = None,
) -> Iterator[TableDecision]:
    """Decide on each table of a store; a few histories are in memory at once.

    Args:
        store: the use of tables.
        book: prices by region.
        budget: of throttling, for each table.
        declared: how manifests set tables, by name.
        names: only these tables; None for all.
        region: only this one.

    Raises:
        InputError: the store cannot be read, or prices of a region are missing.
    """
    settings = declared or {}
    calls = (
        partial(decide, history, book(history.table.resource.region), budget,
                settings.get(history.table.resource.table))
        for history in _histories(store, names, region)
    )  # fmt: skip
    first = list(islice(calls, _PARALLEL_FROM))
    processes = os.cpu_count() or 1
    if len(first) < _PARALLEL_FROM or processes == 1:
        yield from (call() for call in chain(first, calls))
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        yield from _in_order(pool, chain(first, calls), processes * _AHEAD)


def _in_order(
    pool: ProcessPoolExecutor, calls: Iterable[partial[TableDecision]], most: int
) -> Iterator[TableDecision]:
    """Answers in the order of the calls, with no more than `most` of them under way."""
    waiting: list[Future[TableDecision]] = []
    for call in calls:
        waiting.append(pool.submit(call))
        if len(waiting) >= most:
            wait(waiting[:1], return_when=FIRST_COMPLETED)
            yield waiting.pop(0).result()
    for future in waiting:
        yield future.result()


def _histories(
    store: UsageStore, names: Collection[str] | None, region: str | None
) -> Iterator[TableHistory]:
    for days in store.tables(names, region):
        history = table_history(days)
        if history is None:
            first = days[0].resource
            raise InputError(
                f"the usage of {first.table} in {first.region} has its indexes, not the table",
                "import or collect the table itself as well",
            )
        yield history
