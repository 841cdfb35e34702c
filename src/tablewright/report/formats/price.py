"""Money and rates in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tablewright.cost.pricing.rates import RateChange
from tablewright.documents import deployment as documents

_CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """An amount to the cent."""
    return amount.quantize(_CENT)


def usd(amount: Decimal) -> str:
    """`$1,234.50`, `-$3.20`; a rate below a dollar keeps all its digits: `$0.1425`."""
    return f"{'-' if amount < 0 else ''}${abs(amount):,f}"


def rates_text(rates: Sequence[RateChange]) -> str:
    """What a table is charged by no longer, differently, and from now on.

    `before: capacity $983.02 a month; after: writes $0.71 per million units`; of a new table, which
    has no before, the rates alone.
    """
    gone = [
        f"{rate.rate.what} {usd(rate.before_usd)} {rate.rate.per}"
        for rate in rates
        if rate.before_usd is not None and rate.after_usd is None
    ]
    changed = [
        f"{rate.rate.what} {usd(rate.before_usd)} → {usd(rate.after_usd)} {rate.rate.per}"
        for rate in rates
        if rate.before_usd is not None and rate.after_usd is not None
    ]
    new = [
        f"{rate.rate.what} {usd(rate.after_usd)} {rate.rate.per}"
        for rate in rates
        if rate.before_usd is None and rate.after_usd is not None
    ]
    labelled = (("before: ", gone), ("", changed), ("after: " if gone or changed else "", new))
    return "; ".join(opening + ", ".join(parts) for opening, parts in labelled if parts)


def rate_json(change: RateChange) -> documents.RateDocument:
    """A rate as JSON values: sums as text, null where nothing is charged by it."""
    return {
        "what": change.rate.what,
        "per": change.rate.per.removeprefix("a ").removeprefix("per "),
        "beforeUsd": None if change.before_usd is None else f"{change.before_usd:f}",
        "afterUsd": None if change.after_usd is None else f"{change.after_usd:f}",
    }
