"""`tablewright drift --accept`: what is live into the manifests, after a look at the difference.

Only what differs between what is recorded and what is live is accepted: what the manifests alone
say otherwise is about to be applied, and stays unless it is named.
Each field is written into a copy, read back and compared again: it is kept where it is no drift any
more and nothing else has become one. So what cannot be said by itself is left out and told.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tablewright.adopt.acceptance import Edit, field_of, ways
from tablewright.adopt.role_statements import NotSayable
from tablewright.cli import console
from tablewright.cli.inputs.manifest_edits import ManifestEdits, editable
from tablewright.deploy.drift.drifted import Drifted, DriftKind, DriftReport
from tablewright.deploy.drift.look import Seen
from tablewright.errors import InputError, ManifestError, UsageError
from tablewright.fleet.live import LiveTable
from tablewright.manifest.models import Stack, Table
from tablewright.manifest.placing import Placement, write_field
from tablewright.manifest.rendering import document_of
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import DeclaredTable
from tablewright.plan.facets import DELETION_PROTECTION, OFF
from tablewright.plan.owner import owned

from .drift_parts import edits_of_part

BY_HAND = "no field of a manifest says this by itself: change it by hand, or set it back"
Key = tuple[str, str, str]
_FOLLOWING = "tags of the scaling of"
"""What is not as declared as soon as scaling is: the next run puts the stack's tags on it."""
BY_NAME = "it lets the table be deleted: name it, `--field {}`"
BOTH_CHANGED = (
    "the manifest says {}, which is not applied yet: name it, `--field {}`, to declare {}"
)
"""Of what differs from what is recorded in the manifests and in AWS: one of the two is lost."""


@dataclass(frozen=True, slots=True)
class Way:
    """Edits of one table that may declare what is live.

    Args:
        name: `metadata.name` of the table.
        spec: its own, defaults and what differs by environment merged.
        edits: to make, in their order.
    """

    name: str
    spec: Mapping[str, Any]
    edits: Sequence[Edit]


class Acceptance:
    """Manifests on their way to declare what is live.

    Args:
        edits: of the manifests.
        seen: what is recorded and live.
        kept: what the manifests are to say as they do.
    """

    def __init__(self, edits: ManifestEdits, seen: Seen, kept: Sequence[Drifted] = ()) -> None:
        self._edits, self._seen = edits, seen
        self._kept = {(drifted.key, drifted.declared) for drifted in kept}
        self.left_out: list[str] = []
        self._refusal = ""

    def take(self, wanted: Sequence[Drifted]) -> None:
        """Write drifted of the fields that can be written."""
        for drifted in wanted:
            before = _keys(self._compared())
            if drifted.key not in before:
                continue  # it went with another one
            goal, self._refusal = before - {drifted.key}, ""
            if not any(way.edits and self._proves(way, goal) for way in self._ways(drifted)):
                self.left_out.append(f"{path_of(drifted)}: {self._refusal or BY_HAND}")

    def _proves(self, way: Way, goal: set[Key]) -> bool:
        """Make these edits if they read back as no drift, and as none that was not there."""
        undo: list[str] = []
        try:
            self._edits.edit(way.name, partial(_edited, undo, way, self._edits.placement))
            compared = self._compared()
            further = _keys(compared) - goal
            if self._keeps(compared) and all(fact.startswith(_FOLLOWING) for _, _, fact in further):
                return True
        except ManifestError:
            pass
        except InputError as error:
            self._refusal = f"{error.message.rstrip('.')}: {error.next_step}"
        if undo:
            self._edits.edit(way.name, lambda *_: undo[0])
        return False

    def _keeps(self, compared: DriftReport) -> bool:
        """Whether what is to be applied is declared as it was."""
        return self._kept <= {(drifted.key, drifted.declared) for drifted in compared.fields}

    def _ways(self, drifted: Drifted) -> Iterator[Way]:
        stack = self._edits.load()
        for table, meant in zip(stack.tables, declare(stack).tables, strict=True):
            document = document_of(table)
            name, spec = document["metadata"]["name"], document["spec"]
            for edits in self._edits_of(drifted, stack.stack, table, meant, spec):
                yield Way(name, spec, edits)

    def _edits_of(
        self,
        drifted: Drifted,
        stack: Stack,
        table: Table,
        meant: DeclaredTable,
        spec: Mapping[str, Any],
    ) -> Iterator[Sequence[Edit]]:
        """The ways to declare in a table's document what is live; none where it is another's."""
        live = self._seen.live.tables.get(meant.table.name)
        if drifted.resource == "table":
            if drifted.subject == meant.table.name and isinstance(live, LiveTable):
                yield from ways(drifted.fact, spec, meant.table.tags or {}, live)
            return
        try:
            arn = live.arn if isinstance(live, LiveTable) else ""
            yield tuple(edits_of_part(drifted, self._seen.live, stack, table, meant, spec, arn))
        except NotSayable as error:
            self._refusal = str(error)

    def _compared(self) -> DriftReport:
        return self._seen.compared(owned(declare(self._edits.load()), self._seen.owner))


def accept(
    paths: Sequence[str],
    environment: str | None,
    seen: Seen,
    report: DriftReport,
    names: Sequence[str],
    *,
    stack: str,
    yes: bool,
) -> None:
    """Write what is live of the drifted fields into the manifests, after a yes.

    Args:
        paths: of the manifests.
        environment: of the stack, whatever its manifest says.
        seen: what is recorded and live.
        report: its drift.
        names: only these fields; all if there are none.
        stack: its name, among those that the manifests declare.
        yes: the question is answered already.

    Raises:
        UsageError: the manifests cannot be written to, or no field of that name has drifted.
        ConsentError, DeclinedError: nobody said yes; the manifests are as they were.
    """
    declared = editable(paths, "--accept", "name them", environment, stack)
    edits = ManifestEdits(paths, declared, environment)
    named = chosen(report, names)
    left = {} if names else {drifted: why for drifted in named if (why := _why_left(drifted))}
    wanted = [drifted for drifted in named if drifted not in left]
    kept = [drifted for drifted in report.drift if is_pending(drifted) and drifted not in wanted]
    acceptance = Acceptance(edits, seen, kept)
    acceptance.take(wanted)
    for drifted, why in left.items():
        console.say(f"left out: {path_of(drifted)}: {why}")
    for text in acceptance.left_out:
        console.say(f"left out: {text}")
    differences = [*edits.differences()]
    for difference in differences:
        console.say(difference)
    if not differences:
        console.say("Nothing to write.")
        return
    console.confirm("Write this into the manifests?", yes=yes)
    edits.write()


def chosen(report: DriftReport, names: Sequence[str]) -> list[Drifted]:
    """The drifted fields of these names: `deletionProtection`, `orders.deletionProtection`.

    Raises:
        UsageError: no field of a name has drifted.
    """
    drifted_fields = [drifted for drifted in report.drift if drifted.kind is not DriftKind.REMADE]
    if not names:
        return drifted_fields
    for name in names:
        if not any(name in _names(drifted) for drifted in drifted_fields):
            known = ", ".join(dict.fromkeys(map(path_of, drifted_fields))) or "nothing"
            raise UsageError(f"no field {name} has drifted", f"what has drifted is: {known}")
    return [drifted for drifted in drifted_fields if any(name in _names(drifted) for name in names)]


def path_of(drifted: Drifted) -> str:
    """`orders.deletionProtection`; what no field declares is called as `verify` calls it."""
    return f"{drifted.subject}.{field_of(drifted.fact) or drifted.fact}"


def is_pending(drifted: Drifted) -> bool:
    """Whether the manifests say otherwise than what is recorded: the user's, not applied yet."""
    if drifted.kind is DriftKind.NOT_APPLIED:
        return True
    return drifted.declared is not None and drifted.declared != drifted.recorded


def _why_left(drifted: Drifted) -> str:
    """Why it is not accepted unless it is named; nothing if it is."""
    if drifted.kind is DriftKind.NOT_APPLIED:
        says = "no manifest declares it" if drifted.declared is None else "the manifest changed it"
        return f"{says}, which is not applied yet; nobody changed it in AWS"
    if is_pending(drifted):
        live = "that it is gone" if drifted.live is None else drifted.live
        return BOTH_CHANGED.format(drifted.declared, path_of(drifted), live)
    return BY_NAME.format(path_of(drifted)) if _frees(drifted) else ""


def _names(drifted: Drifted) -> set[str]:
    field = field_of(drifted.fact)
    return {path_of(drifted), drifted.fact, f"{drifted.subject}.{drifted.fact}", field or ""}


def _frees(drifted: Drifted) -> bool:
    """Whether to declare what is live lets more be deleted."""
    return drifted.fact == DELETION_PROTECTION.fact and drifted.live == OFF


def _keys(report: DriftReport) -> set[Key]:
    return {drifted.key for drifted in report.fields}


def _edited(undo: list[str], way: Way, placement: Placement, text: str, position: int) -> str:
    """The text after these edits; `undo` gets what it was."""
    undo.append(text)
    for place, value in way.edits:
        text = write_field(text, position, place, value, way.spec, placement, os.environ)
    return text
