"""What tables should be set to, for people and machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from tablewright.cost.decision import TableDecision
from tablewright.cost.evaluation import Evaluation
from tablewright.cost.prices import Prices

from .number import number_of
from .price import cents, usd

_HEADINGS = ("table", "region", "now", "a month", "best", "a month", "saves", "throttled")


def as_json(decisions: Sequence[TableDecision], prices: Iterable[Prices]) -> dict[str, Any]:
    """All decisions as plain JSON values; money as text, what is not known as null."""
    return {
        "tables": [_table(decision) for decision in decisions],
        "fleet": _fleet(decisions),
        "prices": {
            of_region.region: {"date": of_region.date, "source": of_region.source}
            for of_region in sorted(prices, key=lambda of_region: of_region.region)
        },
    }


def _table(decision: TableDecision) -> dict[str, Any]:
    low_high = decision.saving_range_usd
    return {
        "account": decision.table.account,
        "region": decision.table.region,
        "name": decision.table.table,
        "current": _evaluation(decision.current),
        "decision": _evaluation(decision.decision),
        "onDemand": _evaluation(decision.on_demand),
        "hindsight": _evaluation(decision.hindsight),
        "alternatives": [_evaluation(each) for each in decision.alternatives],
        "savingUsdPerMonth": _cents(decision.saving_usd),
        "savingRangeUsdPerMonth": low_high and [f"{bound:f}" for bound in low_high],
        "mostMissedShare": round(decision.missed_share, 4),
        "evidence": _evidence(decision),
        "reasons": list(decision.reasons),
        "risks": list(decision.risks),
        "assumptions": list(decision.assumptions),
    }


def _evaluation(evaluation: Evaluation | None) -> dict[str, Any] | None:
    if evaluation is None:
        return None
    return {
        "name": evaluation.name,
        "spec": evaluation.setting.spec(),
        "usdPerMonth": _cents(evaluation.usd_per_month),
        "throttledShare": round(evaluation.throttled_share, 8),
        "withinBudget": evaluation.within,
    }


def _evidence(decision: TableDecision) -> dict[str, Any] | None:
    if decision.window is None:
        return None
    window = decision.window
    return {
        "days": round(window.days, 2),
        "missingMinutes": window.missing,
        "chosenOn": "/".join(map(str, window.chosen_on)),
        "judgedOn": "/".join(map(str, window.judged_on)),
    }


def _fleet(decisions: Sequence[TableDecision]) -> dict[str, Any]:
    known = [each for each in decisions if each.current and each.decision]
    return {
        "tables": len(decisions),
        "undecided": sum(not each.alternatives for each in decisions),
        "compared": len(known),
        "currentUsdPerMonth": _total(each.current for each in known),
        "decisionUsdPerMonth": _total(each.decision for each in known),
        "onDemandUsdPerMonth": _total(each.on_demand for each in known),
        "savingUsdPerMonth": _cents(saving_usd(decisions)),
    }


def saving_usd(decisions: Iterable[TableDecision]) -> Decimal:
    """What a month saves in all, of the tables of which it is known."""
    return sum((each.saving_usd or Decimal(0) for each in decisions), start=Decimal(0))


def _total(evaluations: Iterable[Evaluation | None]) -> str | None:
    return _cents(sum((each.usd_per_month for each in evaluations if each), start=Decimal(0)))


def _cents(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{cents(amount):f}"


def render(decisions: Sequence[TableDecision], prices: Sequence[Prices], console: Console) -> None:
    """Print decisions for a person: a table, then what each rests on."""
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in _HEADINGS:
        right = heading in {"a month", "saves", "throttled"}
        shown.add_column(heading, justify="right" if right else "left")
    for decision in decisions:
        shown.add_row(*_cells(decision))
    console.print(shown)
    for decision in decisions:
        for line in notes(decision):
            console.print(line, highlight=False, soft_wrap=True)
    console.print(summary(decisions, prices), highlight=False, soft_wrap=True)


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
    """`on demand`, `fixed`, `target tracking`; `?` where it is not known."""
    if evaluation is None:
        return "?"
    setting = evaluation.setting
    if setting.mode == "PAY_PER_REQUEST":
        word = "on demand"
    elif all(capacity.fixed for capacity in setting.capacity.values()):
        word = "provisioned"
    else:
        word = "target tracking"
    return f"{word}, IA" if setting.table_class == "STANDARD_INFREQUENT_ACCESS" else word


def _money(evaluation: Evaluation | None) -> str:
    return "?" if evaluation is None else usd(cents(evaluation.usd_per_month))


def notes(decision: TableDecision) -> Iterator[str]:
    """What a decision says of itself, a line each."""
    yield ""
    yield f"{decision.table.table} ({decision.table.region})"
    if decision.decision is not None:
        for index, capacity in _capacities(decision.decision):
            yield f"  set {index}: {capacity}"
    if decision.window is not None:
        chosen, judged = decision.window.chosen_on, decision.window.judged_on
        yield (
            f"  chosen on {chosen[0]} to {chosen[1]}, judged on {judged[0]} to {judged[1]}; "
            f"{decision.window.missing} minutes missing"
        )
    if decision.saving_range_usd is not None:
        low, high = map(usd, decision.saving_range_usd)
        yield f"  likely saving {low} to {high} a month"
    if decision.alternatives:
        yield (
            "  a capacity that was not tried could be cheaper by "
            f"{100 * decision.missed_share:.0f} % at most"
        )
    yield from (f"  why: {reason}" for reason in decision.reasons)
    yield from (f"  risk: {risk}" for risk in decision.risks)
    yield from (f"  assumed: {assumption}" for assumption in decision.assumptions)


def _capacities(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    for (index, side), capacity in evaluation.setting.capacity.items():
        yield (f"{side}s of {index}" if index else f"{side}s"), str(capacity)


def summary(decisions: Sequence[TableDecision], prices: Sequence[Prices]) -> str:
    """One line: what all tables save, and by which prices."""
    books = ", ".join(sorted({f"{each.source} of {each.date}" for each in prices}))
    known = [decision for decision in decisions if decision.saving_usd is not None]
    total = number_of(len(decisions), "table")
    if not known:
        return f"{total}; what they cost now is not known. List prices: {books}."
    of = "" if len(known) == len(decisions) else f" (known of {len(known)})"
    saving = usd(cents(saving_usd(known)))
    return f"{total}: {saving} a month less than now{of}. List prices: {books}."


def markdown(decisions: Sequence[TableDecision], prices: Sequence[Prices]) -> str:
    """Decisions for a pull request."""
    lines = [
        "| " + " | ".join(_HEADINGS) + " |",
        "|" + "---|" * len(_HEADINGS),
        *("| " + " | ".join(map(_escaped, _cells(each))) + " |" for each in decisions),
        "",
        _escaped(summary(decisions, prices)),
        "",
        "<details><summary>Reasons and risks</summary>",
        "",
    ]
    for decision in decisions:
        entries = [line.strip() for line in notes(decision) if line]
        lines += [f"**{_escaped(entries[0])}**", ""]
        lines += [f"- {_escaped(entry)}" for entry in entries[1:]]
        lines.append("")
    return "\n".join([*lines, "</details>"])


def _escaped(text: str) -> str:
    for sign in "\\|*_<>`[]$":
        text = text.replace(sign, f"\\{sign}")
    return text
