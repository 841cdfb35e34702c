"""Why a table should be set so, as a chart of a terminal. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tablewright.cost.decisions.decision import TableDecision
from tablewright.cost.decisions.evaluation import Evaluation
from tablewright.cost.pricing.prices import Prices
from tablewright.report.formats.price import cents, usd

_NAME_WIDTH = 42
_AXIS_WIDTH = 50
_SECONDS_AN_HOUR = 3600
_MILLION = 1_000_000


def lines(decision: TableDecision, prices: Prices, width: int) -> Iterator[str]:
    """The alternatives as bars, the cheapest first, then where the table stands.

    Args:
        decision: on the table.
        prices: of its region.
        width: columns of the terminal.
    """
    shown = list(decision.alternatives)
    if decision.current is not None:
        shown.append(decision.current)
    shown.sort(key=lambda alternative: alternative.usd_per_month)
    top = max((alternative.usd_per_month for alternative in shown), default=Decimal(0))
    room = max(10, width - _NAME_WIDTH - 16)
    for alternative in shown:
        cells = int(alternative.usd_per_month / top * room) if top else 0
        yield (
            f"{_mark(decision, alternative)} {alternative.name:<{_NAME_WIDTH}}"
            f"{'█' * cells} {usd(cents(alternative.usd_per_month))}"
            f"{'' if alternative.within else '  throttles too much'}"
        )
    for side, in_use in decision.utilisation.items():
        pays_from = break_even(prices, side)
        if pays_from is not None:
            yield ""
            yield f"  {side}s: the searched capacity is in use by {100 * in_use:.0f} %"
            yield f"  {_axis(in_use, pays_from)}"


def _mark(decision: TableDecision, alternative: Evaluation) -> str:
    if alternative == decision.decision:
        return "▶"
    return "·" if alternative == decision.current else " "


def break_even(prices: Prices, side: str) -> Decimal | None:
    """The share of capacity in use from which on provisioned capacity is cheaper than on demand."""
    hour = prices.usd.get(f"{side}CapacityUsdPerUnitHour")
    million = prices.usd.get(f"onDemand{side.title()}UsdPerMillion")
    if hour is None or not million:
        return None
    return hour * _MILLION / (million * _SECONDS_AN_HOUR)


def _axis(in_use: float, pays_from: Decimal) -> str:
    """`0 % ├────┼────●────┤ 100 %   ┼ provisioned pays from 29 % on`."""
    cells = ["─"] * (_AXIS_WIDTH + 1)
    cells[min(_AXIS_WIDTH, int(pays_from * _AXIS_WIDTH))] = "┼"
    cells[min(_AXIS_WIDTH, int(in_use * _AXIS_WIDTH))] = "●"
    return f"0 % ├{''.join(cells)}┤ 100 %   ┼ provisioned pays from {100 * pays_from:.0f} % on"
