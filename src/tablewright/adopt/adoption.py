"""From live tables to manifests, checked by reading them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from tablewright.aws.tables import users_tags
from tablewright.errors import ManifestError
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveTable
from tablewright.fleet.manifest_scaling import sayable_scaling, unsayable_scaling
from tablewright.fleet.reading import Unread
from tablewright.fleet.roles import LiveRole
from tablewright.manifest import load_text
from tablewright.manifest.messages.vocabulary import UNREAD
from tablewright.manifest.models import Table
from tablewright.manifest.survey import SurveyedStack
from tablewright.plan.declaration.declare import declare

from .advice import Advice, advice
from .alarms import alarm_specification, unsayable, watching
from .comparison import differences
from .demands import Demand, demands, fulfil
from .destination import NEW_STACK, Destination, StackHead, without_defaults
from .document import joined
from .draft import Draft, commented
from .files import STACK_FILE, file_names
from .replication import Copies, at_home, missing, replication
from .roles import identity, named_tables, role_specifications
from .specification import (
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
        demands: what the stack or a policy demands, and it does not have.
        met: what was demanded, and is written although it is not so yet.
        tags_of_import: that the stack gives to it, with their values.
    """

    name: str
    text: str
    unread: Mapping[str, str]
    left_out: tuple[str, ...]
    stays: frozenset[str]
    advice: tuple[Advice, ...]
    regions: frozenset[str]
    holds: frozenset[str] = frozenset()
    demands: tuple[Demand, ...] = ()
    met: tuple[Demand, ...] = ()
    tags_of_import: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AdoptedStack:
    """The tables of one account and region, as one stack.

    Args:
        account_id: of the tables.
        region: of the tables.
        name: of the stack.
        text: its document; empty where it is declared already.
        tables: as they are written down.
        environment: of the stack.
        declared: the stack that they are added to, with the tables that it has.
    """

    account_id: str
    region: str
    name: str
    text: str
    tables: tuple[AdoptedTable, ...]
    environment: str = ""
    declared: SurveyedStack | None = None

    @property
    def files(self) -> dict[str, str]:
        """Text by file name."""
        names = self.table_files
        stack = {STACK_FILE: self.text} if self.text else {}
        return stack | {names[table.name]: table.text for table in self.tables}

    @property
    def table_files(self) -> dict[str, str]:
        """File names by table."""
        return file_names([table.name for table in self.tables])

    @property
    def stream(self) -> str:
        """All documents as one text."""
        texts = [self.text, *(table.text for table in self.tables)]
        return joined(text for text in texts if text)

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
    destination: Destination = NEW_STACK,
    *,
    planned: Planned | None = None,
    roles: Roles | None = None,
    meet_policy: bool = False,
) -> tuple[AdoptedStack, ...]:
    """Manifests for live tables: one stack for each account and region.

    Args:
        tables: as `discover` found them.
        alarms: of their accounts and regions, with tags.
        destination: what they come into. A new stack has its name; with several of them the
            region, and the account where there are several, are added to it.
        planned: which of the tables are not live, but what somebody else declares.
        roles: that change hands with the tables that their policies name.
        meet_policy: what a policy demands is written, where nobody has to decide anything.

    Raises:
        UsageError: there are stacks in the destination, and none of them is meant.
    """

    def place(live: LiveTable) -> tuple[str, str]:
        return live.account_id, live.region

    ordered = sorted(at_home(tables), key=lambda home: (*place(home[0]), home[0].name))
    groups = {where: list(some) for where, some in groupby(ordered, lambda home: place(home[0]))}
    several_accounts = len({account for account, _ in groups}) > 1
    destination = replace(destination, many_accounts=several_accounts)
    stacks = []
    for (account, region), some in groups.items():
        parts = [destination.name or "adopted"]
        apart = len(groups) > 1
        if apart:
            parts += [account, region] if several_accounts else [region]
        new = any(live.name in (planned or {}) for live, _ in some)
        head = destination.head(account, region, "-".join(parts), apart=apart, has_planned=new)
        live_alarms = alarms.get((account, region), ())
        live_roles = (roles or {}).get(account, ())
        drafts = [
            _with_roles(_planned(draft, planned or {}), live_roles, head)
            for draft in (_draft(*table, live_alarms, head) for table in some)
        ]
        stacks.append(_stack(head, account, region, drafts, meet_policy=meet_policy))
    return tuple(stacks)


def _stack(
    head: StackHead, account_id: str, region: str, drafts: Sequence[Draft], *, meet_policy: bool
) -> AdoptedStack:
    read = _read_back(head, drafts)
    faults = {name: faults for name, (faults, _) in read.items()}
    drafts = [_demanded(draft, head, read[draft.live.name][1]) for draft in drafts]
    if meet_policy:
        drafts = [_met(draft, head) for draft in drafts]
    return AdoptedStack(
        account_id=account_id,
        region=region,
        name=head.name,
        text=head.text,
        tables=tuple(_finished(draft, head, faults[draft.live.name]) for draft in drafts),
        environment=head.model.spec.environment,
        declared=head.declared,
    )


def _demanded(draft: Draft, head: StackHead, table: Table | None) -> Draft:
    """The same with what is demanded of it and could be read; nothing of one that is refused."""
    if table is None:
        return draft
    unread = {path.partition("[")[0] for path in draft.unread}
    demanded = demands(head.model, head.standard, table)
    return replace(
        draft, demands=tuple(demand for demand in demanded if str(demand.path[1]) not in unread)
    )


def _met(draft: Draft, head: StackHead) -> Draft:
    """The same with what is demanded, where that makes a manifest that is accepted."""
    met = tuple(demand for demand in draft.demands if demand.line)
    spec = draft.spec
    for demand in met:
        spec = fulfil(spec, demand)
    fulfilled = replace(draft, spec=spec, met=met)
    _, table = _read_back(head, [fulfilled])[draft.live.name]
    return draft if table is None else _demanded(fulfilled, head, table)


def _draft(
    live: LiveTable, copies: Copies, alarms: Sequence[LiveAlarm] | Unread, head: StackHead
) -> Draft:
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
        alarms_spec, strange = alarm_specification(watched, head.bare_model, _bare(live))
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
    if not head.model.spec.defaults.adopt:
        spec["adopt"] = True
    return Draft(
        live, copies, spec, written, unread, tuple(left_out), frozenset(stays), tuple(counsel)
    )


def _planned(draft: Draft, planned: Planned) -> Draft:
    """The same, and where its table is not live yet, so that it is created."""
    if draft.live.name not in planned:
        return draft
    unknown = planned[draft.live.name]
    return replace(
        draft,
        spec={**draft.spec, **dict.fromkeys(unknown, UNREAD), "adopt": False},
        unread={**draft.unread, **unknown},
    )


def _with_roles(draft: Draft, roles: Sequence[LiveRole], head: StackHead) -> Draft:
    """The same with the roles whose policies name its table, and without a default of the stack.

    Of the roles those that a manifest can say.
    """
    about = [role for role in roles if draft.live.arn in named_tables(role)]
    entries, reasons = role_specifications(about, head.bare, draft.live, draft.spec)
    spec = {**draft.spec, **({"access": entries} if entries else {})}
    return replace(
        draft,
        spec=without_defaults(spec, head.defaults),
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


def _read_back(
    head: StackHead, drafts: Sequence[Draft]
) -> dict[str, tuple[tuple[str, ...], Table | None]]:
    """By table, in what its text, read back, would differ from the live table: usually nothing.

    With it the table as it was read, the stack's defaults under it; None if it was refused.
    """
    text = joined([head.bare, *(draft.checkable for draft in drafts)])
    try:
        manifest = load_text(text, {})
        declared = declare(manifest)
    except ManifestError as error:
        if len(drafts) > 1:
            apart = (_read_back(head, [draft]) for draft in drafts)
            return {name: read for of_one in apart for name, read in of_one.items()}
        messages = dict.fromkeys(problem.message for problem in error.problems)
        return {drafts[0].live.name: (tuple(messages), None)}
    return {
        draft.live.name: (
            tuple(differences(table, draft.live, draft.copies, draft.alarms)),
            model,
        )
        for draft, table, model in zip(drafts, declared.tables, manifest.tables, strict=True)
    }


def _tags_of_import(draft: Draft, head: StackHead) -> Mapping[str, str]:
    """What the stack changes of its tags, as far as these could be read."""
    tags = draft.live.table.tags
    return {} if tags is None else head.tags_of_import(users_tags(tags))


def _finished(draft: Draft, head: StackHead, faults: Sequence[str]) -> AdoptedTable:
    left_out = (*draft.left_out, *(f"not exactly as it is in AWS: {fault}" for fault in faults))
    return AdoptedTable(
        name=draft.live.name,
        text=commented(draft, left_out),
        unread=draft.unread,
        left_out=left_out,
        stays=draft.stays,
        advice=draft.counsel,
        demands=draft.demands,
        met=draft.met,
        tags_of_import=_tags_of_import(draft, head),
        regions=frozenset(
            {draft.live.region} | {replica.region for replica in draft.live.reading.replicas}
        ),
        holds=frozenset(
            {*draft.alarms}
            | {" ".join(target.place) for target in sayable_scaling(draft.live)}
            | {identity(name) for name in draft.roles}
        ),
    )
