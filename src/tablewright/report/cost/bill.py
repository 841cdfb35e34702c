"""A bill beside the model, for people and machines."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console

from tablewright.cost.bill import Amount, Comparison
from tablewright.documents import cost as documents
from tablewright.report.formats.columns import columns
from tablewright.report.formats.price import cents, usd
from tablewright.report.formats.prose import width_of

_HEADINGS = ("table", "region", "charge", "billed", "modelled", "difference")


def as_json(
    comparisons: Sequence[Comparison], without_table_usd: Decimal
) -> documents.BillDocument:
    """All charges as plain JSON values; money and units as text, null where one side has none."""
    return {
        "charges": [
            {
                "region": comparison.charge.region,
                "table": comparison.charge.table,
                "charge": comparison.charge.name,
                "days": len((comparison.billed or comparison.modelled or Amount()).days),
                "billed": _amount(comparison.billed),
                "modelled": _amount(comparison.modelled),
                "notes": list(comparison.notes),
            }
            for comparison in comparisons
        ],
        "billedUsd": f"{cents(_total(comparison.billed for comparison in comparisons)):f}",
        "modelledUsd": f"{cents(_total(comparison.modelled for comparison in comparisons)):f}",
        "withoutTableUsd": f"{cents(without_table_usd):f}",
    }


def _amount(amount: Amount | None) -> documents.AmountDocument | None:
    if amount is None:
        return None
    return {"units": f"{amount.units.normalize():f}", "usd": f"{cents(amount.usd):f}"}


def _total(amounts: Any) -> Decimal:
    return sum((amount.usd for amount in amounts if amount is not None), start=Decimal(0))


def render(comparisons: Sequence[Comparison], without_table_usd: Decimal, console: Console) -> None:
    """Print the charges, a line each, and the sums."""
    lines = columns(
        _HEADINGS, lambda: map(_cells, comparisons), {"billed", "modelled"}, width_of(console)
    )
    console.print(next(lines), style="bold", soft_wrap=True)
    for row in lines:
        console.print(row, markup=False, highlight=False, soft_wrap=True)
    billed = _total(comparison.billed for comparison in comparisons)
    modelled = _total(comparison.modelled for comparison in comparisons)
    console.print(f"billed {usd(cents(billed))}, modelled {usd(cents(modelled))}", highlight=False)
    if without_table_usd:
        console.print(
            f"besides, {usd(cents(without_table_usd))} of DynamoDB for no table: reserved "
            "capacity, a savings plan or a tax",
            highlight=False,
            soft_wrap=True,
        )


def _cells(comparison: Comparison) -> tuple[str, ...]:
    charge = comparison.charge
    return (
        charge.table,
        charge.region,
        charge.name.partition("Usd")[0],
        _money(comparison.billed),
        _money(comparison.modelled),
        "; ".join(comparison.notes) or "none",
    )


def _money(amount: Amount | None) -> str:
    return "-" if amount is None else usd(cents(amount.usd))
