"""From live tables to manifests, checked by reading them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any

from tablewright.errors import ManifestError
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveTable
from tablewright.fleet.manifest_scaling import sayable_scaling, unsayable_scaling
from tablewright.fleet.reading import Unread
from tablewright.fleet.roles import LiveRole
from tablewright.manifest import load_text
from tablewright.manifest.messages.vocabulary import UNREAD
from tablewright.manifest.models import Stack, Table
from tablewright.plan.declaration.declare import declare

from .advice import Advice, advice
from .alarms import alarm_specification, unsayable, watching
from .comparison import differences
from .document import comments, document, joined
from .files import STACK_FILE, file_names
from .replication import Copies, at_home, missing, replication
from .roles import identity, named_tables, role_specifications
from .specification import (
    Specification,
    specification,
    unread_paths,
)


@dataclass(frozen=True, slots=True)
class AdoptedTable:
    """One table as it is written down.

    Args:
        name: of the table.
        text: its document, comments included.
        unread: field paths written as `UNREAD`, with the reasons.
        left_out: what is live and is not written down, in words; it stays as it is.
        stays: of that, names of alarms, resources of scaling with their dimensions, and roles as
            `roles.identity` has them.
        advice: what goes against good practice.
        regions: its own, and those of its replicas.
        holds: what is written down, as `stays` has it.
    """

    name: str
    text: str
    unread: Mapping[str, str]
    left_out: tuple[str, ...]
    stays: frozenset[str]
    advice: tuple[Advice, ...]
    regions: frozenset[str]
    holds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AdoptedStack:
    """The tables of one account and region, as one stack."""

    account_id: str
    region: str
    name: str
    text: str
    tables: tuple[AdoptedTable, ...]

    @property
    def files(self) -> dict[str, str]:
        """Text by file name."""
        names = file_names([table.name for table in self.tables])
        return {STACK_FILE: self.text} | {names[table.name]: table.text for table in self.tables}

    @property
    def stream(self) -> str:
        """All documents as one text."""
        return joined([self.text, *(table.text for table in self.tables)])

    @property
    def exit_status(self) -> int:
        """0 when all could be read, else 4."""
        return 4 if any(table.unread for table in self.tables) else 0


Alarms = Mapping[tuple[str, str], Sequence[LiveAlarm] | Unread]
"""Live alarms by account and region, as `discover_alarms` answers them."""


Roles = Mapping[str, Sequence[LiveRole]]
"""Live roles by account."""


Planned = Mapping[str, Mapping[str, str]]
"""Tables that are to be created, by name: fields that cannot be known, with the reasons."""


def adopt(
    tables: Iterable[LiveTable],
    alarms: Alarms,
    *,
    environment: str,
    name: str = "adopted",
    planned: Planned | None = None,
    roles: Roles | None = None,
) -> tuple[AdoptedStack, ...]:
    """Manifests for live tables: one stack for each account and region.

    Args:
        tables: as `discover` found them.
        alarms: of their accounts and regions, with tags.
        environment: of the stacks.
        name: of the stack; with several of them the region, and the account where there are
            several, are added to it.
        planned: which of the tables are not live, but what somebody else declares.
        roles: that change hands with the tables that their policies name.
    """

    def place(live: LiveTable) -> tuple[str, str]:
        return live.account_id, live.region

    ordered = sorted(at_home(tables), key=lambda home: (*place(home[0]), home[0].name))
    groups = {where: list(some) for where, some in groupby(ordered, lambda home: place(home[0]))}
    several_accounts = len({account for account, _ in groups}) > 1
    stacks = []
    for (account, region), some in groups.items():
        parts = [name]
        if len(groups) > 1:
            parts += [account, region] if several_accounts else [region]
        new = any(live.name in (planned or {}) for live, _ in some)
        head = _Head("-".join(parts), region, environment, new)
        live_alarms = alarms.get((account, region), ())
        live_roles = (roles or {}).get(account, ())
        stacks.append(_stack(head, account, some, live_alarms, live_roles, planned or {}))
    return tuple(stacks)


@dataclass(frozen=True, slots=True)
class _Head:
    """The stack's own document; with tables that are not live yet, or without."""

    name: str
    region: str
    environment: str
    has_planned: bool

    @property
    def spec(self) -> Specification:
        return {
            "region": self.region,
            "environment": self.environment,
            "mandatoryTags": [],
            "defaults": {"adopt": True},
        }

    @property
    def text(self) -> str:
        written = _WITH_PLANNED if self.has_planned else _LIVE_ALONE
        return comments((written, _NO_TAGS)) + document("Stack", self.name, self.spec)

    @property
    def model(self) -> Stack:
        return Stack.model_validate({"metadata": {"name": self.name}, "spec": self.spec})


_LIVE_ALONE = "Written from live tables: as it stands, a preview imports them and changes nothing."
_WITH_PLANNED = (
    "Written from a template: what is live is imported without a change, the rest is created."
)
_NO_TAGS = (
    "No tag is mandatory, so that none is changed; name those that are once all tables have them."
)


@dataclass(frozen=True)
class _Draft:
    """A table on its way to text."""

    live: LiveTable
    copies: Copies
    spec: Specification
    alarms: Mapping[str, LiveAlarm]
    unread: Mapping[str, str]
    left_out: tuple[str, ...]
    stays: frozenset[str]
    advice: tuple[Advice, ...]
    roles: frozenset[str] = frozenset()

    @cached_property
    def text(self) -> str:
        """The document, without comments."""
        return document("Table", self.live.name, self.spec)

    @property
    def checkable(self) -> str:
        """The same without what could not be read, which no manifest may say."""
        if not self.unread:
            return self.text
        return document("Table", self.live.name, _readable(self.spec))


def _stack(
    head: _Head,
    account_id: str,
    tables: Sequence[tuple[LiveTable, Copies]],
    alarms: Sequence[LiveAlarm] | Unread,
    roles: Sequence[LiveRole],
    planned: Planned,
) -> AdoptedStack:
    stack = head.model
    drafts = [
        _with_roles(_planned(draft, planned), roles, head.text)
        for draft in (_draft(*table, alarms, stack) for table in tables)
    ]
    faults = _faults(head.text, drafts)
    return AdoptedStack(
        account_id=account_id,
        region=head.region,
        name=head.name,
        text=head.text,
        tables=tuple(_finished(draft, faults.get(draft.live.name, ())) for draft in drafts),
    )


def _draft(
    live: LiveTable, copies: Copies, alarms: Sequence[LiveAlarm] | Unread, stack: Stack
) -> _Draft:
    spec = {**specification(live), **replication(live, copies)}
    unread = {**unread_paths(live), **dict(_unread_copies(live, copies))}
    left_out = [*_left_out(live, copies)]
    stays = {" ".join(alarm.place) for alarm in live.scaling if unsayable_scaling(live, alarm)}
    watched: list[LiveAlarm] = []
    written: dict[str, LiveAlarm] = {}
    if isinstance(alarms, Unread):
        spec["alarms"], unread["alarms"] = UNREAD, alarms.reason
    else:
        watched = watching(alarms, live.name)
        alarms_spec, strange = alarm_specification(watched, stack, _bare(live))
        if alarms_spec:
            spec["alarms"] = alarms_spec
        for alarm in strange:
            if alarm.unread:
                unread[f"alarms[{alarm.alarm.name}]"] = "; ".join(alarm.unread.values())
            else:
                left_out.append(f"alarm {alarm.alarm.name} ({unsayable(alarm)})")
        stays |= {alarm.alarm.name for alarm in strange}
        written = {alarm.alarm.name: alarm for alarm in watched if alarm not in strange}
    counsel = advice(live, None if isinstance(alarms, Unread) else watched)
    return _Draft(
        live, copies, spec, written, unread, tuple(left_out), frozenset(stays), tuple(counsel)
    )


def _planned(draft: _Draft, planned: Planned) -> _Draft:
    """The same, and where its table is not live yet, so that it is created."""
    if draft.live.name not in planned:
        return draft
    unknown = planned[draft.live.name]
    return replace(
        draft,
        spec={**draft.spec, **dict.fromkeys(unknown, UNREAD), "adopt": False},
        unread={**draft.unread, **unknown},
    )


def _with_roles(draft: _Draft, roles: Sequence[LiveRole], head: str) -> _Draft:
    """The same with the roles whose policies name its table, as far as a manifest can say them."""
    about = [role for role in roles if draft.live.arn in named_tables(role)]
    entries, reasons = role_specifications(about, head, draft.live, draft.spec)
    return replace(
        draft,
        spec={**draft.spec, **({"access": entries} if entries else {})},
        left_out=(*draft.left_out, *(f"role {name} ({why})" for name, why in reasons.items())),
        stays=draft.stays | {identity(name) for name in reasons},
        roles=frozenset(role.name for role in about if role.name not in reasons),
    )


def _bare(live: LiveTable) -> Table:
    """The table with its name and key alone: enough to declare alarms on it."""
    key = live.table.key.partition[0]
    attribute = {"name": key, "type": live.table.attributes[key]}
    return Table.model_validate(
        {"metadata": {"name": live.name}, "spec": {"partitionKey": attribute}}
    )


def _left_out(live: LiveTable, copies: Copies) -> Iterator[str]:
    """What a manifest has no words for."""
    for scaling in live.scaling:
        if reason := unsayable_scaling(live, scaling):
            where = f"index {scaling.index}" if scaling.index else "the table"
            yield f"auto scaling of {where}, {scaling.direction} ({reason})"
    for destination in live.kinesis[1:]:
        yield f"the Kinesis destination {destination.stream_arn}"
    for region, copy in copies.items():
        yield from (f"{what} of the replica in {region}" for what in _of_replica_left_out(copy))


def _of_replica_left_out(copy: LiveTable) -> Iterator[str]:
    if copy.scaling:
        yield "auto scaling"
    for destination in copy.kinesis:
        yield f"the Kinesis destination {destination.stream_arn}"
    if copy.policy is not None:
        yield "the resource policy"
    if copy.stream_policy is not None:
        yield "the resource policy of the stream"


def _unread_copies(live: LiveTable, copies: Copies) -> Iterator[tuple[str, str]]:
    if regions := missing(live, copies):
        yield "globalTable", f"no replica was read in {', '.join(regions)}"
        return
    for region, copy in copies.items():
        for path, reason in unread_paths(copy).items():
            yield f"globalTable.replicas[{region}].{path}", reason


def _readable(value: Any) -> Any:
    """The specification without what is `UNREAD`, at every depth."""
    if isinstance(value, dict):
        return {name: _readable(element) for name, element in value.items() if element != UNREAD}
    return [_readable(element) for element in value] if isinstance(value, list) else value


def _faults(head: str, drafts: Sequence[_Draft]) -> dict[str, tuple[str, ...]]:
    """By table, in what its text, read back, would differ from the live table; usually nothing."""
    try:
        declared = declare(load_text(joined([head, *(draft.checkable for draft in drafts)]), {}))
    except ManifestError as error:
        if len(drafts) > 1:
            apart = (_faults(head, [draft]) for draft in drafts)
            return {
                name: faults
                for faults_of_table in apart
                for name, faults in faults_of_table.items()
            }
        messages = dict.fromkeys(problem.message for problem in error.problems)
        return {drafts[0].live.name: tuple(messages)}
    return {
        draft.live.name: tuple(differences(table, draft.live, draft.copies, draft.alarms))
        for draft, table in zip(drafts, declared.tables, strict=True)
    }


def _finished(draft: _Draft, faults: Sequence[str]) -> AdoptedTable:
    left_out = (*draft.left_out, *(f"not exactly as it is in AWS: {fault}" for fault in faults))
    return AdoptedTable(
        name=draft.live.name,
        text=comments(_comments(draft, left_out)) + draft.text,
        unread=draft.unread,
        left_out=left_out,
        stays=draft.stays,
        advice=draft.advice,
        regions=frozenset(
            {draft.live.region} | {replica.region for replica in draft.live.reading.replicas}
        ),
        holds=frozenset(
            {*draft.alarms}
            | {" ".join(target.place) for target in sayable_scaling(draft.live)}
            | {identity(name) for name in draft.roles}
        ),
    )


def _comments(draft: _Draft, left_out: Sequence[str]) -> Iterator[str]:
    if draft.spec.get("adopt") is False:
        yield "Not in AWS yet: it is created, not imported."
    for path, reason in draft.unread.items():
        yield f"UNREAD {path}: {reason}. Say what it is before you deploy."
    for what in left_out:
        yield f"Left as it is: {what}."
    for line in draft.advice:
        yield line.what + (f" Below `{line.below}`:" if line.below else "")
        if line.line:
            yield f"  {line.line}"
