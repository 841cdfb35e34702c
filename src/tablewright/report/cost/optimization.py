"""What tables should be set to, for people and machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice
from textwrap import indent
from typing import Any

from rich.console import Console

from tablewright.cost.decisions.decision import LEAST_DAYS, Refusal, TableDecision
from tablewright.cost.decisions.evaluation import Evaluation
from tablewright.cost.fleets.fleet import FleetDecision
from tablewright.documents import cost as documents
from tablewright.report.formats.columns import columns
from tablewright.report.formats.markdown import bounded, escaped
from tablewright.report.formats.price import cents, usd
from tablewright.report.formats.prose import width_of, wrapped

from . import fleet_decision
from .fleet_decision import lines_json, money

_HEADINGS = ("table", "region", "now", "a month", "best", "a month", "saves", "throttled")
_SUMS = {"a month", "saves", "throttled"}


def json_pieces(fleet: FleetDecision) -> Iterator[str]:
    """All decisions as one JSON document, a table at a time; money as text, null where unknown."""
    yield '{\n  "tables": ['
    between = "\n"
    for decision in fleet.tables:
        yield between + _indented(_table(decision), 4)
        between = ",\n"
    prices = {of.region: {"date": of.date, "source": of.source} for of in fleet.prices}
    yield f'\n  ],\n  "fleet": {_indented(fleet_decision.as_json(fleet), 2).lstrip()}'
    yield f',\n  "prices": {_indented(prices, 2).lstrip()}\n}}'


def _indented(value: Any, blanks: int) -> str:
    return indent(json.dumps(value, indent=2), " " * blanks)


def _table(decision: TableDecision) -> documents.TableDecisionDocument:
    low_high = decision.saving_range_usd
    return {
        "account": decision.table.account,
        "region": decision.table.region,
        "name": decision.table.table,
        "current": _evaluation(decision.current),
        "decision": _evaluation(decision.decision),
        "onDemand": _evaluation(decision.on_demand),
        "hindsight": _evaluation(decision.hindsight),
        "committed": _evaluation(decision.committed),
        "alternatives": [*filter(None, map(_evaluation, decision.alternatives))],
        "savingUsdPerMonth": money(decision.saving_usd),
        "savingRangeUsdPerMonth": low_high and [f"{bound:f}" for bound in low_high],
        "mostMissedShare": round(decision.missed_share, 4),
        "evidence": _evidence(decision),
        "reasons": list(decision.reasons),
        "risks": list(decision.risks),
        "assumptions": list(decision.assumptions),
        "error": _refusal(decision.refusal),
    }


def _refusal(refusal: Refusal | None) -> documents.TableErrorDocument | None:
    if refusal is None:
        return None
    return {"code": refusal.code, "message": refusal.message, "fix": refusal.next_step}


def _evaluation(evaluation: Evaluation | None) -> documents.EvaluationDocument | None:
    if evaluation is None:
        return None
    return {
        "name": evaluation.name,
        "spec": evaluation.setting.spec(),
        "usdPerMonth": money(evaluation.usd_per_month),
        "lines": lines_json(evaluation.lines),
        "throttledShare": round(evaluation.throttled_share, 8),
        "withinBudget": evaluation.within,
    }


def _evidence(decision: TableDecision) -> documents.EvidenceDocument | None:
    if decision.window is None:
        return None
    window = decision.window
    return {
        "days": round(window.days, 2),
        "missingMinutes": window.missing,
        "chosenOn": "/".join(map(str, window.chosen_on)),
        "judgedOn": "/".join(map(str, window.judged_on)),
    }


def render(fleet: FleetDecision, console: Console) -> None:
    """Print decisions for a person: a table, then what each rests on."""
    width = width_of(console)
    lines = columns(_HEADINGS, lambda: map(_cells, fleet.tables), _SUMS, width)
    if not fleet.tables:
        lines = iter(())
    for heading in islice(lines, 1):
        console.print(heading, style="bold", soft_wrap=True)
    remarks = (line for several in _alike(fleet) for line in several)
    prose = (wrapped(line, width, "    ") for line in chain(remarks, fleet_decision.closing(fleet)))
    for text in chain(lines, prose):
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def _cells(decision: TableDecision) -> tuple[str, ...]:
    best, current = decision.decision, decision.current
    return (
        decision.table.table,
        decision.table.region,
        mode(current),
        _money(current),
        mode(best),
        _money(best),
        "?" if decision.saving_usd is None else usd(cents(decision.saving_usd)),
        "?" if best is None else f"{100 * best.throttled_share:.3f} %",
    )


def mode(evaluation: Evaluation | None) -> str:
    """`on demand`, `provisioned`, `target tracking, IA`; `?` where it is not known."""
    if evaluation is None:
        return "?"
    setting = evaluation.setting
    if setting.mode == "PAY_PER_REQUEST":
        word = "on demand"
    elif all(capacity.fixed for capacity in setting.capacity.values()):
        word = "provisioned"
    else:
        word = "target tracking"
    return f"{word}, IA" if evaluation.table_class == "STANDARD_INFREQUENT_ACCESS" else word


def _money(evaluation: Evaluation | None) -> str:
    return "?" if evaluation is None else usd(cents(evaluation.usd_per_month))


def _alike(fleet: FleetDecision) -> Iterator[list[str]]:
    """What decisions say of themselves; those that say the same are one."""
    tables: dict[tuple[str, ...], list[str]] = {}
    for decision in fleet.tables:
        _, place, *remarks = notes(decision)
        tables.setdefault(tuple(remarks), []).append(place)
    for alike, places in tables.items():
        yield ["", ", ".join(places), *alike]


def notes(decision: TableDecision) -> Iterator[str]:
    """What a decision says of itself, a line each."""
    yield ""
    yield f"{decision.table.table} ({decision.table.region})"
    if decision.refusal is not None:
        yield f"  not decided: {decision.refusal.message}"
        yield f"  next: {decision.refusal.next_step}"
    if decision.decision is not None and not _is_kept(decision):
        for index, capacity in _capacities(decision.decision):
            yield f"  set {index}: {capacity}"
    if decision.window is not None and decision.window.days >= LEAST_DAYS:
        chosen, judged = decision.window.chosen_on, decision.window.judged_on
        yield (
            f"  chosen on {chosen[0]} to {chosen[1]}, judged on {judged[0]} to {judged[1]}; "
            f"{decision.window.missing} minutes missing"
        )
    if decision.saving_range_usd is not None:
        low, high = map(usd, decision.saving_range_usd)
        days = f"all {decision.window.days:.0f} days" if decision.window else "all days"
        yield (
            f"  saves {usd(cents(decision.saving_usd or Decimal(0)))} a month by the days that "
            f"judge, likely {low} to {high} by {days}"
        )
    if decision.alternatives and decision.hindsight is not None:
        best = decision.hindsight.usd_per_month
        regret = decision.decision.usd_per_month / best - 1 if best and decision.decision else 0
        yield f"  in hindsight {_money(decision.hindsight)} a month: {100 * regret:.1f} % regret"
        yield (
            "  a capacity that was not tried could be cheaper by "
            f"{100 * decision.missed_share:.0f} % at most"
        )
    yield from (f"  why: {reason}" for reason in decision.reasons)
    yield from (f"  risk: {risk}" for risk in decision.risks)
    yield from (f"  assumed: {assumption}" for assumption in decision.assumptions)


def _is_kept(decision: TableDecision) -> bool:
    """Whether the best capacity is the one that it has: then there is nothing to set."""
    best, current = decision.decision, decision.current
    return best is not None and current is not None and best.setting == current.setting


def _capacities(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    for (index, side), capacity in evaluation.setting.capacity.items():
        yield (f"{side}s of {index}" if index else f"{side}s"), str(capacity)


def markdown(fleet: FleetDecision) -> str:
    """Decisions for a pull request."""
    head = [
        "| " + " | ".join(_HEADINGS) + " |",
        "|" + "---|" * len(_HEADINGS),
    ]
    rows = ["| " + " | ".join(map(escaped, _cells(decision))) + " |" for decision in fleet.tables]
    closing = ["", *(f"{escaped(line)}\n" for line in fleet_decision.closing(fleet))]
    table = bounded("\n".join(head), rows, "\n".join(closing), "| and {} more tables |")
    details = [line for several in _alike(fleet) for line in _details(several)]
    opening = f"{table}\n<details><summary>Reasons and risks</summary>\n"
    return bounded(opening, details, "</details>", "and {} more lines\n")


def _details(remarks: Sequence[str]) -> Iterator[str]:
    first, *others = [line.strip() for line in remarks if line]
    yield f"**{escaped(first)}**\n"
    yield from (f"- {escaped(entry)}" for entry in others)
    yield ""
