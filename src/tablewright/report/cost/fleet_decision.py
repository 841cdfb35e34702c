"""What follows for a whole fleet, for people and machines: its bill, and what to commit to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from tablewright.cost.commitments.reservation import Reservation
from tablewright.cost.commitments.savings_plan import SavingsPlan
from tablewright.cost.fleets.fleet import CommittedFleet, FleetDecision
from tablewright.cost.fleets.fleet_bill import FREE_TIER, PLAN, RESERVED
from tablewright.documents import cost as documents
from tablewright.report.formats.number import number_of
from tablewright.report.formats.price import cents, usd

_CREDITS = {
    RESERVED: "reserved capacity",
    PLAN: "the savings plan",
    FREE_TIER: "the free tier",
}
_LEFT_OUT = (
    "in no sum, unless --pricing states it: streams, backups, exports, replicas, and what "
    "CloudWatch charges for alarms, dashboards and contributor insights"
)


def as_json(fleet: FleetDecision) -> documents.FleetDocument:
    """Sums, the bill and commitments as plain JSON values; money as text."""
    totals, plan = fleet.totals, fleet.commitments.plan
    return {
        "tables": totals.tables,
        "undecided": totals.undecided,
        "failed": totals.refused,
        "compared": totals.compared,
        "currentUsdPerMonth": money(totals.current_usd),
        "decisionUsdPerMonth": money(totals.decision_usd),
        "onDemandUsdPerMonth": money(totals.on_demand_usd),
        "savingUsdPerMonth": money(totals.saving_usd),
        "bill": {
            "lines": lines_json(fleet.bill.lines),
            "usdPerMonth": money(fleet.bill.usd_per_month),
            "terms": fleet.bill.terms or None,
            "reserved": [
                {
                    "region": use.region,
                    "dimension": use.dimension,
                    "units": use.units,
                    "usedUnits": f"{use.used:.1f}",
                }
                for use in fleet.bill.in_use
            ],
        },
        "reserved": [_reservation(reservation) for reservation in fleet.commitments.reserved],
        "savingsPlan": None if plan is None else _plan(plan),
        "committed": _committed(fleet.committed),
        "notes": list(_notes(fleet)),
    }


def _committed(committed: CommittedFleet | None) -> documents.CommittedFleetDocument | None:
    if committed is None:
        return None
    plan = committed.commitments.plan
    return {
        "tables": committed.tables,
        "usdPerMonth": money(
            committed.bill.usd_per_month - committed.commitments.saves_usd_per_month
        ),
        "savesUsdPerMonth": money(committed.saves_usd_per_month),
        "reserved": [_reservation(chosen) for chosen in committed.commitments.reserved],
        "savingsPlan": None if plan is None else _plan(plan),
    }


def lines_json(lines: Mapping[str, Decimal]) -> dict[str, str | None]:
    """Charges by their names: `onDemandRead`, `storage`, ..."""
    return {name.partition("Usd")[0]: money(amount) for name, amount in sorted(lines.items())}


def money(amount: Decimal | None) -> str | None:
    """A sum to the cent; None where it is not known."""
    return None if amount is None else f"{cents(amount):f}"


def _reservation(reservation: Reservation) -> documents.ReservationDocument:
    return {
        "region": reservation.region,
        "dimension": reservation.dimension,
        "years": 1,
        "units": reservation.units,
        "upfrontUsd": money(reservation.upfront_usd),
        "usdPerMonth": money(reservation.usd_per_month),
        "savesUsdPerMonth": money(reservation.saves_usd_per_month),
    }


def _plan(plan: SavingsPlan) -> documents.SavingsPlanDocument:
    return {
        "years": 1,
        "usdPerHour": f"{plan.usd_per_hour:f}",
        "savesUsdPerMonth": money(plan.saves_usd_per_month),
        "onDemandPercent": f"{plan.on_demand_percent:f}",
        "provisionedPercent": f"{plan.provisioned_percent:f}",
    }


def closing(fleet: FleetDecision) -> Iterator[str]:
    """What all tables save, by which prices, and what to commit to, a line each."""
    yield from map(_reservation_text, fleet.commitments.reserved)
    if fleet.commitments.plan is not None:
        yield _plan_text(fleet.commitments.plan)
    yield from _committed_text(fleet.committed)
    yield from _notes(fleet)
    yield from _bill_text(fleet)
    if not fleet.tables:
        yield "No table is measured, so nothing is decided."
        return
    books = ", ".join(sorted({f"{prices.source} of {prices.date}" for prices in fleet.prices}))
    if fleet.bill.terms:
        books += f", by the terms of {fleet.bill.terms}"
    yield _LEFT_OUT
    known = fleet.totals.compared
    total = number_of(fleet.totals.tables, "table")
    if not known:
        yield f"{total}; what they cost now is not known. List prices: {books}."
        return
    of = "" if known == fleet.totals.tables else f" (known of {known})"
    saving = usd(cents(fleet.totals.saving_usd))
    yield f"{total}: {saving} a month less than now{of}. List prices: {books}."


def _reservation_text(reservation: Reservation) -> str:
    return (
        f"{reservation.region}: {reservation.units:,} {reservation.dimension} units reserved for a "
        f"year would save {usd(cents(reservation.saves_usd_per_month))} a month more "
        f"({usd(cents(reservation.upfront_usd))} upfront; it cannot be returned)"
    )


def _plan_text(plan: SavingsPlan) -> str:
    return (
        f"a Database Savings Plan of {usd(plan.usd_per_hour)} an hour for a year would save "
        f"{usd(cents(plan.saves_usd_per_month))} a month more (rates of {plan.on_demand_percent} % "
        f"off on demand and {plan.provisioned_percent} % off provisioned; it cannot be returned)"
    )


def _committed_text(committed: CommittedFleet | None) -> Iterator[str]:
    if committed is not None:
        parts = [
            f"{chosen.units:,} {chosen.dimension} units reserved in {chosen.region}"
            for chosen in committed.commitments.reserved
        ]
        if committed.commitments.plan is not None:
            parts.append(f"a plan of {usd(committed.commitments.plan.usd_per_hour)} an hour")
        yield (
            f"instead, {number_of(committed.tables, 'table')} set as `committed` of the JSON says, "
            f"and {', '.join(parts)}, would save "
            f"{usd(cents(committed.saves_usd_per_month))} a month more"
        )


def _bill_text(fleet: FleetDecision) -> Iterator[str]:
    """What the account has besides list prices, and what is left to pay."""
    amounts = [(text, fleet.bill.lines.get(name)) for name, text in _CREDITS.items()]
    parts = [f"{text} {usd(cents(amount))}" for text, amount in amounts if amount is not None]
    if parts:
        yield f"with {', '.join(parts)}: {usd(cents(fleet.bill.usd_per_month))} a month as decided"


def _notes(fleet: FleetDecision) -> Iterator[str]:
    for use in fleet.bill.in_use:
        if use.used < use.units:
            yield (
                f"{use.region}: of {use.units:,} {use.dimension} units that are reserved, "
                f"{use.used:,.0f} are used as decided; the others are paid all the same"
            )
    for region in fleet.commitments.unpriced:
        yield (
            f"{region}: what reserved capacity costs is not known, so none was weighed; state it "
            "below `prices` in a file of --pricing"
        )
