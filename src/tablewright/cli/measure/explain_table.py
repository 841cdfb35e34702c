"""`tablewright explain`: why a table should be set as `optimize` says."""

from __future__ import annotations

from pathlib import Path

from tablewright.cli import console
from tablewright.cli.styled import page_width, styled
from tablewright.cost.decisions.search import Budget
from tablewright.cost.fleets.tables import decide_tables
from tablewright.cost.pricing.price_store import open_book
from tablewright.errors import InputError, UsageError
from tablewright.report.cost import decision_chart, optimization
from tablewright.usage.store import UsageStore

from .optimize import per_million


def run(table: str, store: Path, budget: str, price_file: Path | None, pricing: Path | None) -> int:
    """Draw what each setting of a table would have cost."""
    book = open_book(price_file, pricing)
    share = Budget(per_million(budget))
    decisions = list(decide_tables(UsageStore(store), book, share, names=[table]))
    if not decisions:
        raise UsageError(
            f"{store} has no use of a table {table!r}",
            f"import it: `tablewright usage import FILE --table {table} --region REGION "
            f"--store {store}`",
        )
    for decision in decisions:
        if decision.refusal is not None:
            raise InputError(decision.refusal.message, decision.refusal.next_step)
        for line in optimization.notes(decision):
            console.data(line)
        prices = book(decision.table.region)
        for line in decision_chart.lines(decision, prices, page_width(styled())):
            console.data(line)
    return 0
