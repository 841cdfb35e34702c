"""Declared, recorded and live, compared field by field with the rules of `verify`. Pure.

The rules say whether what is live is as declared, and so know what is no difference: capacity that
scaling has set, tags of AWS's own services, defaults. Asked of what is recorded in place of what is
live, the same rules tell the third value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace

from tablewright.checks.effects import SET_BACK
from tablewright.checks.verdict import CheckFinding, Verdict
from tablewright.checks.verify import verify
from tablewright.deploy.ownership.remade import TAKE_OVER
from tablewright.fleet.live import LiveTable
from tablewright.fleet.stack import LiveStack
from tablewright.plan.declaration.declared import DeclaredStack, DeclaredTable
from tablewright.plan.table import GlobalIndex, Table

from .drifted import Drifted, DriftKind, DriftReport

Key = tuple[str, str, str]
_NOT_COMPARED = frozenset({"TW108", "TW123"})
"""Rules that prove something of what is live and compare it with nothing declared."""
APPLY = "run `tablewright up PATH` to apply it"
"""The remedy for what is declared and was not deployed yet."""
_UNDECLARED = "not declared"
"""What the rules expect of an index or a replica that no manifest names."""
_UNDER_WAY = frozenset({"CREATING", "UPDATING", "ENABLING", "DISABLING"})
"""Statuses in which the answer is not there yet."""
_FILLED = tuple(field.name for field in fields(Table) if field.name not in {"name", "key"})
_FILLED_OF_INDEX = ("throughput", "on_demand_maximum", "warm_throughput")


@dataclass(frozen=True, slots=True)
class Remade:
    """A recorded resource whose name another one has by now: its kind in words, and its name."""

    resource: str
    name: str


def compare(
    owner: str,
    declared: DeclaredStack,
    recorded: LiveStack,
    live: LiveStack,
    remade: Collection[Remade] = (),
) -> DriftReport:
    """All fields in which the three differ.

    Args:
        owner: the stack, as it is called in the tag of ownership.
        declared: by the manifests.
        recorded: in the state; see `recorded_stack`.
        live: in AWS.
        remade: what has the name of something recorded, and is another one.
    """
    filled = with_recorded(declared, recorded)
    of_record = {_key(finding): finding for finding in verify(filled, recorded).findings}
    records = _Records(of_record)
    spoken = {_key(finding) for finding in verify(declared, live).findings}
    findings = [
        finding for finding in verify(filled, live).findings if finding.rule not in _NOT_COMPARED
    ]
    again = {(made.resource, made.name) for made in remade}
    drifted = [
        field
        for finding in findings
        if (finding.kind, finding.subject) not in again
        if (field := _field(finding, records, declared=_key(finding) in spoken))
    ]
    return DriftReport(
        stack=owner,
        region=live.region,
        account_id=live.account_id,
        fields=(*map(_made_again, remade), *drifted, *_undeclared(declared, recorded)),
        compared=len(findings),
        unrecorded=tuple(_unrecorded(findings, of_record)),
    )


def with_recorded(declared: DeclaredStack, recorded: LiveStack) -> DeclaredStack:
    """The stack with what it leaves open as it is recorded: what is left out keeps its value."""
    tables = []
    for table in declared.tables:
        record = recorded.tables.get(table.table.name)
        tables.append(_filled(table, record.table) if isinstance(record, LiveTable) else table)
    return replace(declared, tables=tuple(tables))


def _filled(declared: DeclaredTable, record: Table) -> DeclaredTable:
    table = declared.table
    open_fields = {name: getattr(record, name) for name in _FILLED if getattr(table, name) is None}
    if table.billing_mode not in (None, record.billing_mode):
        open_fields.pop("throughput", None)
        open_fields.pop("on_demand_maximum", None)
    if table.global_indexes is not None:
        known = record.indexes_by_name
        open_fields["global_indexes"] = tuple(
            _filled_index(index, known.get(index.name), table.billing_mode == record.billing_mode)
            for index in table.global_indexes
        )
    return replace(declared, table=replace(table, **open_fields))


def _filled_index(index: GlobalIndex, record: GlobalIndex | None, same_mode: bool) -> GlobalIndex:  # noqa: FBT001
    if record is None or not same_mode:
        return index
    return replace(
        index,
        **{
            name: getattr(record, name) for name in _FILLED_OF_INDEX if getattr(index, name) is None
        },
    )


@dataclass(frozen=True, slots=True)
class _Records:
    """What the rules say of the record, by resource and fact."""

    findings: Mapping[Key, CheckFinding]

    def value(self, finding: CheckFinding) -> str | None:
        """The recorded value of a field; None where nothing is recorded of it."""
        record = self.findings.get(_key(finding))
        if record is None:
            part = f"{finding.fact}: "
            has_parts = any(
                (kind, subject) == (finding.kind, finding.subject) and fact.startswith(part)
                for kind, subject, fact in self.findings
            )
            return "exists" if has_parts else None
        if record.verdict is Verdict.PASSED:
            return record.expected
        unknown = record.verdict is Verdict.UNKNOWN or _is_gone(record)
        return None if unknown else record.actual

    def declared(self, finding: CheckFinding) -> str | None:
        """The declared value; None where no manifest names the thing.

        As it is told beside the record: beside what is live, it may be told with a bound that a
        schedule has moved.
        """
        expected = self.findings.get(_key(finding), finding).expected
        return None if expected == _UNDECLARED else expected

    def has(self, finding: CheckFinding) -> bool:
        """Whether the resource itself is recorded."""
        return any(
            (kind, subject) == (finding.kind, finding.subject) and not _is_gone(record)
            for (kind, subject, _), record in self.findings.items()
        )


def _field(finding: CheckFinding, records: _Records, *, declared: bool) -> Drifted | None:
    """The field, unless it is live as declared."""
    if finding.verdict is Verdict.PASSED:
        return None
    known = records.value(finding)
    under_way = finding.actual in _UNDER_WAY
    unread = finding.verdict is Verdict.UNKNOWN or under_way
    kind = DriftKind.UNREAD if unread else _kind(finding, known, records)
    applies = kind is DriftKind.NOT_APPLIED and (finding.fix == SET_BACK or _is_gone(finding))
    return Drifted(
        rule=finding.rule,
        resource=finding.kind,
        subject=finding.subject,
        fact=finding.fact,
        kind=kind,
        declared=records.declared(finding) if declared else None,
        recorded=known,
        live=None if unread or _is_gone(finding) else finding.actual,
        fix=APPLY if applies else finding.fix,
        reason=(f"it is {finding.actual}" if under_way else finding.actual) if unread else "",
        shorter=_shorter(finding),
    )


def _shorter(finding: CheckFinding) -> tuple[tuple[str, str], ...]:
    """Both values of a finding with what differs of them."""
    if finding.difference is None:
        return ()
    return (
        (finding.expected, finding.difference.expected),
        (finding.actual, finding.difference.actual),
    )


def _kind(finding: CheckFinding, known: str | None, records: _Records) -> DriftKind:
    if _is_gone(finding):
        return DriftKind.NOT_APPLIED if known is None else DriftKind.DELETED
    if known == finding.actual or not records.has(finding):
        return DriftKind.NOT_APPLIED
    return DriftKind.CHANGED


def _is_gone(finding: CheckFinding) -> bool:
    return finding.actual.startswith("no such ")


def _made_again(remade: Remade) -> Drifted:
    return Drifted(
        rule="",
        resource=remade.resource,
        subject=remade.name,
        fact="creation",
        kind=DriftKind.REMADE,
        declared=None,
        recorded="the one that was deployed",
        live="another one of its name",
        fix=TAKE_OVER,
    )


def _undeclared(declared: DeclaredStack, recorded: LiveStack) -> Iterator[Drifted]:
    """What is recorded and declared no more: the next run deletes it, or is refused."""
    wanted: Iterable[tuple[str, Iterable[str], Iterable[str]]] = (
        ("table", recorded.tables, (table.table.name for table in declared.tables)),
        ("alarm", recorded.alarms, (alarm.name for alarm in declared.all_alarms)),
        ("role", recorded.roles, (role.name for t in declared.tables for role in t.roles)),
    )
    for kind, known, names in wanted:
        for name in sorted({*known} - {*names}):
            yield Drifted(
                rule="",
                resource=kind,
                subject=name,
                fact=kind,
                kind=DriftKind.NOT_APPLIED,
                declared=None,
                recorded="exists",
                live=None,
                fix="declare it again, release it, or see what `tablewright preview PATH` says",
            )


def _unrecorded(
    findings: Iterable[CheckFinding], of_record: Mapping[Key, CheckFinding]
) -> Iterator[str]:
    for finding in findings:
        record = of_record.get(_key(finding))
        if finding.verdict is Verdict.PASSED and (
            record is None or record.verdict is Verdict.FAILED
        ):
            yield f"{finding.kind} {finding.subject}: {finding.fact}"


def _key(finding: CheckFinding) -> Key:
    return finding.kind, finding.subject, finding.fact
