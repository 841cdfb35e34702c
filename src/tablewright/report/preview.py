"""A preview for people (terminal, Markdown) and for machines (JSON)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from tablewright.deploy.explanation import MOVE, ExplainedChange, Explanation, PropertyChange
from tablewright.engine import HOLDS_DATA
from tablewright.plan.step import Risk, Step

from .number import number_of
from .price import rate_json, rates_text, usd

MARKS = {"move": "→", "create": "+", "import": "=", "update": "~", "replace": "±", "delete": "-"}
COLOURS = {
    "move": "cyan",
    "create": "green",
    "import": "cyan",
    "update": "yellow",
    "replace": "red",
    "delete": "red",
}
RISK_COLOURS = {
    "move": "cyan",
    Risk.IN_PLACE: "green",
    Risk.LIMITED: "yellow",
    Risk.SLOW: "yellow",
    Risk.REPLACES: "bold red",
    Risk.DELETES: "bold red",
    Risk.IMPOSSIBLE: "bold red",
}
MAX_VALUE_LENGTH = 60
NOT_COMPARED = "live drift was not checked (--refresh checks it)"
_GONE = {"replace", "delete"}


def render(explanation: Explanation, title: str, console: Console) -> None:
    """Print the preview of one stack for a person."""
    lines: list[RenderableType] = [Text(title, style="bold")]
    lines += [_branch(change) for change in explanation.changes]
    lines.append(Text(summary(explanation), style="bold"))
    if money := price_summary(explanation):
        lines.append(Text(money))
    console.print(Group(*lines))


def price_summary(explanation: Explanation) -> str:
    """What the tables' capacity costs before and after; empty where that stays or is unknown."""
    if (held := explanation.held) is None:
        return ""
    return (
        f"Capacity held: {usd(held.before_usd)} → {usd(held.after_usd)} a month, "
        "at list price; what is charged by use comes on top."
    )


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
    gone = [change for change in explanation.changes if _GONE & {*change.actions}]
    losses = sum(change.type in HOLDS_DATA for change in gone)
    if losses:
        return f"{losses} LOST OR REPLACED"
    return "no item lost" if gone else "nothing replaced, nothing deleted"


def _branch(change: ExplainedChange) -> RenderableType:
    action = change.actions[-1]
    colour = COLOURS.get(action, "white")
    mark = " ".join(MARKS.get(action_word, "·") for action_word in change.actions)
    label = Text.assemble(
        (f"{mark:<4}", colour),
        (f"{change.kind} ", ""),
        (change.name, "bold"),
        (f"  {' and '.join(change.actions)}", colour),
        (f" (because of {', '.join(change.causes)})" if change.causes else "", "red"),
        (moved(change), "dim"),
    )
    tree = Tree(label, guide_style="dim")
    for step in change.steps:
        tree.add(_row(step.risk.value, RISK_COLOURS[step.risk], step.title, step.note))
    if change.rates:
        tree.add(_row("price", "cyan", rates_text(change.rates)))
    if not change.steps:
        for property_change in change.properties:
            tree.add(Text(difference(property_change), style="dim"))
    if change.gap:
        tree.add(Text(change.gap, style="yellow"))
    return Group(tree)


def moved(change: ExplainedChange) -> str:
    """Of a move: from which name to which, and whether AWS sees anything of it."""
    if change.moved is None:
        return ""
    before, after = change.moved
    alone = "; nothing changes in AWS" if change.actions == (MOVE,) else ""
    return f" ({before} → {after}{alone})"


def _row(word: str, style: str, title: str, note: str = "") -> RenderableType:
    row = Table.grid(padding=(0, 2, 0, 0))
    row.add_column(width=max(len(risk.value) for risk in Risk))
    row.add_column(overflow="fold")
    further = f"\n{note}" if note else ""
    row.add_row(Text(word, style=style), Text.assemble(title, (further, "dim")))
    return row


def difference(change: PropertyChange) -> str:
    """`path: before → after`, values cut to a readable length."""
    return f"{change.path}: {_short(change.before)} → {_short(change.after)}"


def _short(value: Any) -> str:
    if value is None:
        return "(none)"
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
    return text if len(text) <= MAX_VALUE_LENGTH else text[: MAX_VALUE_LENGTH - 1] + "…"


def as_json(explanation: Explanation) -> dict[str, Any]:
    """The preview as plain JSON values; sums of money are text, so that no cent is rounded."""
    held = explanation.held
    return {
        "changes": [change_json(change) for change in explanation.changes],
        "unchanged": explanation.unchanged,
        "counts": dict(explanation.counts),
        "summary": summary(explanation),
        "capacityUsdPerMonth": held
        and {"before": f"{held.before_usd:f}", "after": f"{held.after_usd:f}"},
    }


def change_json(change: ExplainedChange) -> dict[str, Any]:
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
        "moved": change.moved and {"from": change.moved[0], "to": change.moved[1]},
        "properties": [
            {"path": changed.path, "before": changed.before, "after": changed.after}
            for changed in change.properties
        ],
    }


def _step_json(step: Step) -> dict[str, Any]:
    return {
        "title": step.title,
        "operation": step.operation,
        "risk": step.risk.value,
        "properties": list(step.properties),
        "note": step.note,
    }


def markdown(explanation: Explanation, title: str) -> str:
    """The preview as Markdown, made for a pull request's comment."""
    lines = [f"### {title}", "", f"**{summary(explanation)}**", ""]
    if explanation.empty:
        return "\n".join(lines)
    lines += ["| | resource | what happens | risk |", "|---|---|---|---|"]
    lines += [row for change in explanation.changes for row in _rows(change)]
    if money := price_summary(explanation):
        lines += ["", money]
    return "\n".join(lines) + "\n"


def _rows(change: ExplainedChange) -> Iterable[str]:
    actions = " and ".join(change.actions)
    because = f" because of {', '.join(change.causes)}" if change.causes else ""
    head = f"{change.kind} **{_cell(change.name)}**"
    mark = " ".join(MARKS.get(changed, "·") for changed in change.actions)
    what = f"{actions}{because}{_cell(moved(change))}"
    yield f"| `{mark}` | {head} | {what} | {change.risk.value} |"
    for step in change.steps:
        note = f"<br>{_cell(step.note)}" if step.note else ""
        yield f"| | | {_cell(step.title)}{note} | {step.risk.value} |"
    if change.rates:
        yield f"| | | price: {_cell(rates_text(change.rates))} | |"
    if not change.steps:
        for changed in change.properties:
            yield f"| | | `{_cell(difference(changed))}` | |"
    if change.gap:
        yield f"| | | {_cell(change.gap)} | |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
