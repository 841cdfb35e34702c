"""Decisions on many tables of a store, each by itself, in several processes where that pays."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from multiprocessing import get_context

from tablewright.cost.commitments.commitments import committed_shares
from tablewright.cost.decisions.decision import Refusal, TableDecision, decide
from tablewright.cost.decisions.declaration import DeclaredCapacity
from tablewright.cost.decisions.search import Budget
from tablewright.cost.pricing.prices import PriceBook
from tablewright.errors import InputError
from tablewright.usage.day import UsageDay
from tablewright.usage.history import TableHistory, table_history
from tablewright.usage.store import TableFile, UsageStore

_PARALLEL_FROM = 64
"""Tables from which on starting processes, a second each, pays."""
_AHEAD = 4
"""Tables handed to each process before its first answer is taken."""


def decide_tables(
    store: UsageStore,
    book: PriceBook,
    budget: Budget,
    declared: Mapping[str, DeclaredCapacity] | None = None,
    names: Collection[str] | None = None,
    region: str | None = None,
    account: str | None = None,
) -> Iterator[TableDecision]:
    """Decide on each table of a store; each process has one table in memory at a time.

    Args:
        store: the use of tables.
        book: prices by region.
        budget: of throttling, for each table.
        declared: what manifests say of tables, by name.
        names: only these tables; None for all.
        region: only this one.
        account: of these names in this region, where several accounts have them.

    Raises:
        InputError: the store cannot be read.
    """
    settings = declared or {}
    files: Iterable[TableFile] = store.files(names, region)
    if names is not None and region is not None:
        files = store.of_stack(names, region, account)
    calls = (
        partial(decide_file, file, book.only(file.region), budget, settings.get(file.table))
        for file in files
    )
    first = list(islice(calls, _PARALLEL_FROM))
    processes = os.cpu_count() or 1
    if len(first) < _PARALLEL_FROM or processes == 1:
        yield from (call() for call in chain(first, calls))
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        yield from _in_order(pool, chain(first, calls), processes * _AHEAD)


def decide_file(
    file: TableFile, book: PriceBook, budget: Budget, declared: DeclaredCapacity | None = None
) -> TableDecision:
    """Decide on the table of a file.

    Raises:
        InputError: the file is damaged.
    """
    return decide_days(file.read(), book, budget, declared)


def decide_days(
    days: Sequence[UsageDay],
    book: PriceBook,
    budget: Budget,
    declared: DeclaredCapacity | None = None,
) -> TableDecision:
    """Decide on the table whose days these are.

    Returns:
        The decision; with a `refusal` where prices are missing, or the use of the table or of an
        index that is declared.
    """
    table = replace(days[0].resource, index="")
    try:
        stated = book.terms.stated(table.table, table.region)
        history, prices = _history(days, declared), book(table.region)
        shares = committed_shares(book, table.region)
        setting = declared.setting if declared else None
        return decide(history, prices, budget, setting, stated, shares)
    except InputError as error:
        return TableDecision(table, refusal=Refusal(error.code, error.message, error.next_step))


def _history(days: Sequence[UsageDay], declared: DeclaredCapacity | None) -> TableHistory:
    """What was measured of a table, and of the indexes that it is declared with.

    Raises:
        InputError: nothing was measured of one of them. A decision is on all of them together:
            they share a billing mode, and one that is left out would lose its capacity.
    """
    history = table_history(days)
    if history is None:
        table = days[0].resource
        raise InputError(
            f"the usage of {table.table} in {table.region} has its indexes, not the table",
            "import or collect the table itself as well",
        )
    if declared is None:
        return history
    there = {of_index.resource.index: of_index for of_index in history.indexes}
    if missing := sorted(declared.indexes - there.keys()):
        table, several = history.table.resource, len(missing) > 1
        raise InputError(
            f"the usage of {table.table} in {table.region} lacks its "
            f"index{'es' if several else ''} {', '.join(missing)}, which would get its capacity "
            "from the same decision",
            "collect it: `tablewright usage collect PATH`, or import it: `tablewright usage import "
            f"FILE --table {table.table} --region {table.region} --index {missing[0]}`",
        )
    # The use of an index that is gone stays in the store, and decides nothing.
    kept = tuple(of_index for name, of_index in there.items() if name in declared.indexes)
    return replace(history, indexes=kept)


def _in_order(
    pool: ProcessPoolExecutor, calls: Iterable[partial[TableDecision]], most: int
) -> Iterator[TableDecision]:
    """Answers in the order of the calls, with no more than `most` of them under way."""
    waiting: deque[Future[TableDecision]] = deque()
    for call in calls:
        waiting.append(pool.submit(call))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
