"""`tablewright usage bill`: the bill beside the model."""

from __future__ import annotations

from pathlib import Path

from tablewright.cli import console
from tablewright.cli.styled import styled
from tablewright.cost.bill import billed, compared, modelled
from tablewright.cost.pricing.price_store import open_book
from tablewright.errors import UsageError
from tablewright.report.cost import bill as report
from tablewright.usage.store import UsageStore


def run(
    file: Path, store: Path, price_file: Path | None, pricing: Path | None, output_format: str
) -> int:
    """Lay what AWS charged beside what the model says for the same days."""
    charged = billed(file)
    days = (day for table in UsageStore(store).files() for day in table.read())
    comparisons = compared(charged.charges, modelled(days, open_book(price_file, pricing)))
    if not comparisons:
        raise UsageError(
            f"{file} and {store} have no table on the same day in common",
            "collect the days of the bill: `tablewright usage collect --all --days 63`",
        )
    if output_format == "json":
        console.data_json(report.as_json(comparisons, charged.without_table_usd))
    else:
        report.render(comparisons, charged.without_table_usd, styled())
    return 0
