"""What tables cost, and what they should be set to; money is text, so that no cent is rounded."""

from __future__ import annotations

from typing import Any, TypedDict


class EvaluationDocument(TypedDict):
    """One setting of a table under its measured use."""

    name: str
    """What it is called: `as declared`, `on demand`, ..."""
    spec: dict[str, Any]
    """The same as fields of a manifest."""
    usdPerMonth: str | None
    """What it costs."""
    lines: dict[str, str | None]
    """The same charge by charge, by the name of its price."""
    throttledShare: float
    """Share of the requested units that would have been refused."""
    withinBudget: bool
    """That share is within `--budget`."""


class EvidenceDocument(TypedDict):
    """On which use a decision rests."""

    days: float
    """How many days were measured."""
    missingMinutes: int
    """Minutes of them without a datapoint."""
    chosenOn: str
    """The days on which the setting was chosen, first/last."""
    judgedOn: str
    """The days on which it was judged."""


class TableErrorDocument(TypedDict):
    """Why nothing could be decided on a table."""

    code: str
    """Of the error, as `tablewright explain CODE` tells of it: `TW-E150`."""
    message: str
    """What is wrong."""
    fix: str
    """What to do about it."""


class TableDecisionDocument(TypedDict):
    """What a table should be set to."""

    account: str
    """Its account."""
    region: str
    """Its region."""
    name: str
    """Its name."""
    current: EvaluationDocument | None
    """As it is set now; null where nobody knows."""
    decision: EvaluationDocument | None
    """As it should be set."""
    onDemand: EvaluationDocument | None
    """On demand."""
    hindsight: EvaluationDocument | None
    """The cheapest that could have been had, knowing the use."""
    committed: EvaluationDocument | None
    """What to set where the commitments of `fleet.committed` are made; null for the decision."""
    alternatives: list[EvaluationDocument]
    """What else was weighed."""
    savingUsdPerMonth: str | None
    """Current less decided."""
    savingRangeUsdPerMonth: list[str] | None
    """Its lower and upper bound."""
    mostMissedShare: float
    """By how much at most a setting that was not tried could be cheaper."""
    evidence: EvidenceDocument | None
    """Null where nothing was measured."""
    reasons: list[str]
    """Why."""
    risks: list[str]
    """What to watch."""
    assumptions: list[str]
    """What was assumed."""
    error: TableErrorDocument | None
    """Why nothing could be decided; the exit status is 4 then."""


class ReservationDocument(TypedDict):
    """Reserved capacity that would save more."""

    region: str
    """Where."""
    dimension: str
    """`read` or `write`."""
    years: int
    """For how long."""
    units: int
    """How many."""
    upfrontUsd: str | None
    """At once; it cannot be returned."""
    usdPerMonth: str | None
    """Each month."""
    savesUsdPerMonth: str | None
    """Each month."""


class ReservedUseDocument(TypedDict):
    """Reserved capacity that there is."""

    region: str
    """Where."""
    dimension: str
    """`read` or `write`."""
    units: int
    """How many."""
    usedUnits: str
    """On average over the last week, as decided."""


class FleetBillDocument(TypedDict):
    """What a month costs in all."""

    lines: dict[str, str | None]
    """Charge by charge; what is taken off is below 0."""
    usdPerMonth: str | None
    """The sum."""
    terms: str | None
    """The file of `--pricing`; null for list prices."""
    reserved: list[ReservedUseDocument]
    """Reserved capacity that there is."""


class SavingsPlanDocument(TypedDict):
    """A savings plan that would save more."""

    years: int
    """For how long."""
    usdPerHour: str
    """What is committed to."""
    savesUsdPerMonth: str | None
    """Each month."""
    onDemandPercent: str
    """The discount on demand."""
    provisionedPercent: str
    """The discount on provisioned capacity."""


class CommittedFleetDocument(TypedDict):
    """All tables set as their `committed` says, with these commitments."""

    tables: int
    """Those that are set otherwise than decided."""
    usdPerMonth: str | None
    """Of all tables, with the commitments."""
    savesUsdPerMonth: str | None
    """Against the decisions without commitments."""
    reserved: list[ReservationDocument]
    """Capacity to reserve then."""
    savingsPlan: SavingsPlanDocument | None
    """What to commit to besides then."""


class FleetDocument(TypedDict):
    """The sums."""

    tables: int
    """All tables."""
    undecided: int
    """Those with too little data, which keep what they have, and those that failed."""
    failed: int
    """Those that could not be looked at; each has an `error`, and the exit status is 4."""
    compared: int
    """Those of which both current and decided cost are known; the sums are theirs."""
    currentUsdPerMonth: str | None
    """As they are set."""
    decisionUsdPerMonth: str | None
    """As they should be set."""
    onDemandUsdPerMonth: str | None
    """All on demand."""
    savingUsdPerMonth: str | None
    """Current less decided."""
    bill: FleetBillDocument
    """All tables as decided, with the reservations, the savings plan and the free tier of
    `--pricing`."""
    reserved: list[ReservationDocument]
    """Capacity to reserve; its saving is not in `savingUsdPerMonth`."""
    savingsPlan: SavingsPlanDocument | None
    """What to commit to besides; null where nothing saves. Its saving comes on top."""
    committed: CommittedFleetDocument | None
    """What is cheaper than the decisions with their commitments; null where nothing is."""
    notes: list[str]
    """What a reader must know besides."""


class PriceSourceDocument(TypedDict):
    """Which prices were used."""

    date: str
    """Their date."""
    source: str
    """Where they are from."""


class OptimizationDocument(TypedDict):
    """What `optimize` recommends."""

    tables: list[TableDecisionDocument]
    """Each table."""
    fleet: FleetDocument
    """The sums."""
    prices: dict[str, PriceSourceDocument]
    """By region."""


class PricesDocument(TypedDict):
    """The prices of a region."""

    region: str
    """The region."""
    date: str
    """From when they are."""
    source: str
    """Where they are from."""
    usd: dict[str, str]
    """By AWS's name of the usage type."""


class AmountDocument(TypedDict):
    """Units and what they cost."""

    units: str
    """Of the charge."""
    usd: str
    """To the cent."""


class ChargeDocument(TypedDict):
    """One charge of one table."""

    region: str
    """The table's region."""
    table: str
    """Its name."""
    charge: str
    """What is charged."""
    days: int
    """How many were compared."""
    billed: AmountDocument | None
    """What AWS charged; null where it charged nothing."""
    modelled: AmountDocument | None
    """What the model says; null where it has none."""
    notes: list[str]
    """Why they may differ."""


class BillDocument(TypedDict):
    """A bill beside the model."""

    charges: list[ChargeDocument]
    """Each charge."""
    billedUsd: str
    """The sum."""
    modelledUsd: str
    """The sum."""
    withoutTableUsd: str
    """What AWS charged for DynamoDB and names no table for."""
