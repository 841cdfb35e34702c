"""What a run has done, for people and for machines."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from tablewright.deploy.explanation import Explanation
from tablewright.deploy.outcome import DeploymentOutcome
from tablewright.documents import deployment as documents
from tablewright.report.formats.number import number_of
from tablewright.report.formats.values import difference
from tablewright.report.preview.preview import NOT_COMPARED, change_json

PAST = {
    "move": "moved",
    "create": "created",
    "import": "imported",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
    "keep": "kept",
}


def done(outcome: DeploymentOutcome) -> str:
    """One line about a run that has ended well."""
    parts = [
        f"{number} {' and '.join(PAST.get(word, word) for word in label.split(' and '))}"
        for label, number in outcome.explanation.counts.items()
    ]
    nothing = "no changes"
    if not outcome.explanation.compared:
        nothing += f"; {NOT_COMPARED}"
    summary = ", ".join(parts) or nothing
    return f"Done in {outcome.duration_seconds:.1f} s: {summary}."


def as_json(outcome: DeploymentOutcome, identity: Mapping[str, str]) -> documents.RunDocument:
    """The run as plain JSON values."""
    explanation = outcome.explanation
    return {
        "stack": identity["stack"],
        "target": identity["target"],
        "region": identity["region"],
        "changes": [change_json(change) for change in explanation.changes],
        "unchanged": explanation.unchanged,
        "counts": dict(explanation.counts),
        "seconds": round(outcome.duration_seconds, 3),
        "summary": done(outcome),
        "notes": list(outcome.notes),
    }


def render_drift(explanation: Explanation, title: str, console: Console) -> None:
    """Print what a refresh found to differ from the state."""
    console.print(Text(title, style="bold"))
    for change in explanation.changes:
        gone = "delete" in change.actions
        how = " is gone" if gone else " differed"
        tree = Tree(Text.assemble(f"{change.kind} ", (change.name, "bold"), how))
        for changed in change.properties:
            tree.add(Text(difference(changed)))
        console.print(tree)
    number = len(explanation.changes)
    text = f"{number_of(number, 'resource')} differed" if number else "Everything is as recorded"
    console.print(Text(f"{text}; the state now matches the live resources.", style="bold"))
