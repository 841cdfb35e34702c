"""A preview in words and for machines (JSON); `preview_tree` and `preview_markdown` show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from tablewright.cost.pricing.alarm_prices import PRICED_IN
from tablewright.deploy.explanation import MOVE, ExplainedChange, Explanation
from tablewright.documents import deployment as documents
from tablewright.documents.failure import faults
from tablewright.engine import HOLDS_DATA
from tablewright.errors import RefusedError
from tablewright.plan.changes.step import Step, Wait
from tablewright.report.formats.number import number_of
from tablewright.report.formats.price import rate_json, usd

from .outline import risks

MARKS = {"move": "→", "create": "+", "import": "=", "update": "~", "replace": "±", "delete": "-"}
NOT_COMPARED = "live drift was not checked (--refresh checks it)"
COMPARED = "live settings were read and compared"
_GONE = {"replace", "delete"}
_MOST_NAMES = 3


def further_summary(explanation: Explanation, spelt: Callable[[str], str] = str) -> Iterator[str]:
    """The lines of the summary after its first: risk, price, whether live settings were read.

    Args:
        explanation: of the preview.
        spelt: the name of a resource as it is written in this form.
    """
    if explanation.empty:
        return
    counted = [f"{number} {risk.value}" for risk, number in risks(explanation).items()]
    yield f"Risk: {', '.join(counted)}."
    yield from price_summary(explanation, spelt)
    looked = COMPARED if explanation.compared else NOT_COMPARED
    yield f"{looked[0].upper()}{looked[1:]}."


def price_summary(explanation: Explanation, spelt: Callable[[str], str] = str) -> Iterator[str]:
    """What is paid by the month before and after, where that differs; and what is in no sum."""
    if held := explanation.held:
        yield (
            f"Capacity held: {usd(held.before_usd)} → {usd(held.after_usd)} a month, "
            "at list price; what is charged by use comes on top."
        )
    if alarms := explanation.alarms:
        yield (
            f"Alarms: {usd(alarms.before_usd)} → {usd(alarms.after_usd)} a month, "
            f"at the list price of {PRICED_IN} without the free tier."
        )
    if without := _unpriced(explanation, spelt):
        yield f"Not priced here: {without}."


def _unpriced(explanation: Explanation, spelt: Callable[[str], str]) -> str:
    """What has a price that is not known, the same of several things together."""
    names: dict[str, list[str]] = {}
    for change in explanation.changes:
        if change.unpriced:
            *others, last = change.unpriced
            what = f"{', '.join(others)} and {last}" if others else last
            own = change.kind == what
            names.setdefault(what if own else f"{what} of", []).append(spelt(change.name))
    return "; ".join(f"{what} {_listed(of)}" for what, of in names.items())


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def summary(explanation: Explanation) -> str:
    """One line: what would happen, and that nothing is lost, or that something is."""
    if explanation.empty:
        matching = "matches" if explanation.unchanged == 1 else "match"
        known = f"{number_of(explanation.unchanged, 'resource')} {matching}"
        if explanation.compared:
            return f"No changes: {known} the declaration, live settings included."
        return f"No changes: {known} the recorded state; {NOT_COMPARED}."
    parts = [f"{number} to {label}" for label, number in explanation.counts.items()]
    parts += [f"{explanation.unchanged} unchanged", _loss(explanation)]
    return "Plan: " + ", ".join(parts) + "."


def _loss(explanation: Explanation) -> str:
    gone = any(_GONE & {*change.actions} for change in explanation.changes)
    if losses := len(_losses(explanation)):
        return f"{losses} LOST OR REPLACED"
    return "no item lost" if gone else "nothing replaced, nothing deleted"


def _losses(explanation: Explanation) -> list[ExplainedChange]:
    """What holds data and would be deleted or replaced."""
    changes = explanation.changes
    return [lost for lost in changes if lost.type in HOLDS_DATA and _GONE & {*lost.actions}]


def marks(change: ExplainedChange) -> str:
    """The signs of what is done, in order."""
    return " ".join(MARKS.get(action, "·") for action in change.actions)


def moved(change: ExplainedChange) -> str:
    """Of a move: from which name to which, and whether AWS sees anything of it; what a keep is."""
    if "keep" in change.actions:
        return " (retain_on_delete: it is left in AWS and forgotten here)"
    if change.moved is None:
        return ""
    before, after = change.moved
    alone = "; nothing changes in AWS" if change.actions == (MOVE,) else ""
    return f" ({before} → {after}{alone})"


def as_json(
    explanation: Explanation,
    identity: Mapping[str, str],
    notes: Sequence[str] = (),
    refused: RefusedError | None = None,
) -> documents.PreviewDocument:
    """The preview as plain JSON values; sums of money are text, so that no cent is rounded.

    Args:
        explanation: what would change.
        identity: stack, target and region.
        notes: what a reader must know besides.
        refused: why `up` would refuse it, if it would.
    """
    held, alarms = explanation.held, explanation.alarms
    return {
        "stack": identity["stack"],
        "target": identity["target"],
        "region": identity["region"],
        "changes": [change_json(change) for change in explanation.changes],
        "unchanged": explanation.unchanged,
        "counts": dict(explanation.counts),
        "summary": summary(explanation),
        "capacityUsdPerMonth": None
        if held is None
        else {"before": f"{held.before_usd:f}", "after": f"{held.after_usd:f}"},
        "alarmsUsdPerMonth": None
        if alarms is None
        else {"before": f"{alarms.before_usd:f}", "after": f"{alarms.after_usd:f}"},
        "liveSettingsCompared": explanation.compared,
        "notes": list(notes),
        "losses": [_loss_json(change) for change in _losses(explanation)],
        "refusals": faults(refused) if refused else [],
    }


def _loss_json(change: ExplainedChange) -> documents.LossDocument:
    return {
        "kind": change.kind,
        "name": change.name,
        "action": next(action for action in change.actions if action in _GONE),
        "causes": list(change.causes),
    }


def change_json(change: ExplainedChange) -> documents.ChangeDocument:
    """One change as plain JSON values."""
    return {
        "urn": change.urn,
        "type": change.type,
        "kind": change.kind,
        "name": change.name,
        "actions": list(change.actions),
        "risk": change.risk.value,
        "causes": list(change.causes),
        "gap": change.gap,
        "steps": [_step_json(step) for step in change.steps],
        "rates": [rate_json(changed) for changed in change.rates],
        "unpriced": list(change.unpriced),
        "table": change.table or None,
        "facts": list(change.facts),
        "moved": change.moved and {"from": change.moved[0], "to": change.moved[1]},
        "properties": [
            {"path": changed.path, "before": changed.before, "after": changed.after}
            for changed in change.properties
        ],
    }


def _step_json(step: Step) -> documents.StepDocument:
    return {
        "title": step.title,
        "operation": step.operation,
        "risk": step.risk.value,
        "properties": list(step.properties),
        "note": step.note,
        "before": step.before or None,
        "after": step.after or None,
        "waitsFor": None if step.wait is Wait.NONE else step.wait.value,
    }
