"""`tablewright adopt --cloudformation` and `--template`: tables that CloudFormation manages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tablewright.adopt.adoption import AdoptedStack, Alarms
from tablewright.adopt.cloudformation.comparing import alarm_differences, differences
from tablewright.adopt.cloudformation.deployed import CloudFormationStack, read_stack
from tablewright.adopt.cloudformation.described import TemplateTable, described, described_alarm
from tablewright.adopt.cloudformation.handover import (
    EditedTemplates,
    StackHandOver,
    edited,
    hand_over,
)
from tablewright.adopt.cloudformation.policies import statements
from tablewright.adopt.cloudformation.references import canonical
from tablewright.adopt.cloudformation.resources import (
    ALARM,
    TemplateResources,
    read_resources,
)
from tablewright.adopt.cloudformation.roles import TemplateRole, template_roles
from tablewright.adopt.cloudformation.sources import TemplateSource, read_sources
from tablewright.adopt.cloudformation.steps import Deploys, is_serverless, steps
from tablewright.adopt.cloudformation.surroundings import Surroundings
from tablewright.adopt.cloudformation.table_fields import FIELDS
from tablewright.adopt.cloudformation.template import Template
from tablewright.aws.session import Session
from tablewright.cli import advice, console
from tablewright.errors import AwsError, UsageError
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.discovery import Discovery
from tablewright.fleet.live import LiveTable
from tablewright.fleet.reading import Unread
from tablewright.fleet.roles import LiveRole

_EDITED = "cloudformation"


@dataclass(frozen=True, slots=True)
class ReadStack:
    """A stack or a template with the tables that were chosen of it.

    Args:
        name: of the stack; None for a file alone.
        original: the template as it was written.
        read: what it makes.
        tables: the chosen tables, as the template has them.
        is_deployed: it was read from CloudFormation.
        tags: of the stack.
        capabilities: it was deployed with.
    """

    name: str | None
    original: Template
    read: TemplateResources
    tables: tuple[TemplateTable, ...]
    is_deployed: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()

    @property
    def names(self) -> set[str]:
        """Names of the chosen tables, as far as they are known."""
        return {table.resource.name for table in self.tables if table.resource.name}

    @property
    def region(self) -> str:
        """Where it is."""
        return self.read.around.region


def read_stacks(
    session: Session,
    stack: str | None,
    template: Path | None,
    parameters: Mapping[str, str],
    regions: Sequence[str],
    chosen: Collection[str],
) -> tuple[ReadStack, ...]:
    """The deployed stack of a name, or what a template or a cdk.out folder would make.

    Args:
        session: of the account.
        stack: name of a deployed stack.
        template: file or folder; with `stack` as well, the text that is edited.
        parameters: of the template, by name.
        regions: given for it.
        chosen: names of the tables; all of them where none is given.

    Raises:
        UsageError: there is no such stack or template, or it is no template.
    """
    if len(regions) > 1:
        raise UsageError("a stack is in one region, and several are given", "give one --region")
    given = regions[0] if regions else None
    if stack is not None:
        return (_deployed(session, stack, template, parameters, given or session.region, chosen),)
    sources = read_sources(template) if template is not None else ()
    for source in sources:
        if source.account_id not in {None, session.account_id}:
            raise UsageError(
                f"{source.template.file} is for account {source.account_id}, and these credentials "
                f"are for {session.account_id}",
                "use credentials for its account, or --role ARN of a role there",
            )
    return tuple(_source(session, source, parameters, given, chosen) for source in sources)


def _source(
    session: Session,
    source: TemplateSource,
    parameters: Mapping[str, str],
    region: str | None,
    chosen: Collection[str],
) -> ReadStack:
    """A template of the CDK, with what its deployed stack tells if there is one."""
    place = region or source.region or session.region
    if source.stack is not None and not parameters:
        try:
            stack = read_stack(session, source.stack, place)
        except UsageError:  # it was never deployed
            pass
        except AwsError as error:
            console.say(f"unread: the stack {source.stack}: {error.message}")
        else:
            return _of_stack(stack, source.template, chosen)
    return _planned(session, source, parameters, place, chosen)


def _deployed(
    session: Session,
    name: str,
    template: Path | None,
    parameters: Mapping[str, str],
    region: str,
    chosen: Collection[str],
) -> ReadStack:
    if parameters:
        raise UsageError(
            "a deployed stack has its parameters", "give --parameter with --template alone"
        )
    stack = read_stack(session, name, region)
    original = None
    if template is not None:
        sources = [
            source for source in read_sources(template) if source.stack in {None, stack.name}
        ]
        if not sources:
            raise UsageError(f"{template} has no stack {stack.name}", "give its own template")
        original = sources[0].template
    return _of_stack(stack, original, chosen)


def _of_stack(
    stack: CloudFormationStack, given: Template | None, chosen: Collection[str]
) -> ReadStack:
    """A deployed stack; the text that is edited is the one that was given, if one was."""
    if given is not None and canonical(given.root) != canonical(stack.original.root):
        console.say(
            f"differs: {given.file} is not what the stack {stack.name} was deployed from: the "
            "templates of the hand-over would change more than they say"
        )
    read = read_resources(stack.template, stack.around)
    return ReadStack(
        stack.name, given or stack.original, read, _tables(read, chosen), is_deployed=True,
        tags=stack.tags, capabilities=stack.capabilities,
    )  # fmt: skip


def _planned(
    session: Session,
    source: TemplateSource,
    parameters: Mapping[str, str],
    region: str,
    chosen: Collection[str],
) -> ReadStack:
    around = Surroundings(
        region=region,
        account_id=session.account_id,
        stack=source.stack,
        parameters=parameters,
    )
    read = read_resources(source.template, around)
    return ReadStack(source.stack, source.template, read, _tables(read, chosen))


def _tables(read: TemplateResources, chosen: Collection[str]) -> tuple[TemplateTable, ...]:
    about = read.by_table
    return tuple(
        described(resource, about.get(resource.name or "", ()), read.around)
        for resource in read.tables
        if not chosen or resource.name in chosen
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Live tables of stacks, with those that a template alone knows.

    Args:
        discovery: what is live.
        planned: tables that are not, in their regions.
        unknown: of each of these, the fields that cannot be known, with the reasons.
        alarms: of them.
    """

    discovery: Discovery
    planned: tuple[LiveTable, ...] = ()
    unknown: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    alarms: tuple[tuple[tuple[str, str], LiveAlarm], ...] = ()

    @property
    def tables(self) -> tuple[LiveTable, ...]:
        """All of them."""
        return (*self.discovery.tables, *self.planned)

    def all_alarms(self, live: Alarms) -> Alarms:
        """Live alarms, and those of tables that are not live yet."""
        every = dict(live)
        for place, alarm in self.alarms:
            there = every.get(place, ())
            if not isinstance(there, Unread):
                every[place] = (*there, alarm)
        return every


def with_planned(stacks: Sequence[ReadStack], discovery: Discovery) -> Found:
    """The tables of templates that are not live, beside the live ones."""
    live = {(table.region, table.name) for table in discovery.tables}
    unread = {(part.region, part.name) for part in discovery.unread}
    planned, unknown, alarms = list[LiveTable](), dict[str, Mapping[str, str]](), []
    for stack in stacks:
        about = stack.read.by_table
        for table in stack.tables:
            name = table.resource.name or ""
            unseen = {(stack.region, name), (stack.region, ""), ("", "")} & unread
            is_known = table.regions and table.resource.is_certain
            if stack.is_deployed or unseen or not is_known or (stack.region, name) in live:
                continue
            planned += table.regions
            unknown[name] = _unknown_fields(table)
            place = (stack.read.around.account_id, stack.region)
            for resource in about.get(name, ()):
                if resource.kind == ALARM and resource.tables == {name}:
                    alarm = described_alarm(resource)
                    alarms += [(place, alarm)] if alarm else []
    return Found(replace(discovery, missing=()), tuple(planned), unknown, tuple(alarms))


def _unknown_fields(table: TemplateTable) -> dict[str, str]:
    fields = FIELDS[table.resource.kind]
    return {
        name: reason
        for given, reason in table.unknown.items()
        for name in fields.get(given, ())[:1]
    }


def tell(stacks: Sequence[ReadStack], stack_tables: Found, alarms: Alarms) -> int:
    """Say what of the templates is unknown, not live, or other than what is live.

    Returns:
        The exit status: 4 where something is unknown.
    """
    status = 0
    for stack in stacks:
        problems = [
            *stack.read.problems,
            *(
                replace(problem, file=stack.read.template.file)
                for table in stack.tables
                for problem in table.problems
            ),
        ]
        for problem in dict.fromkeys(problems):
            console.say(f"unknown: {problem}")
            status = 4
        for line in _missing(stack, stack_tables):
            console.say(line)
        for line in _differing(stack, stack_tables.discovery.tables, alarms):
            console.say(f"differs: {line}")
    return status


def _missing(stack: ReadStack, stack_tables: Found) -> Iterator[str]:
    there = {table.name for table in stack_tables.discovery.tables if table.region == stack.region}
    planned = {table.name for table in stack_tables.planned}
    for name in sorted(stack.names - there):
        if name in planned:
            yield f"{name} is not in {stack.region}: written as a table that is to be created"
        elif stack.is_deployed:
            yield f"{name} is in the stack and no longer in {stack.region}: nothing was written"
        else:
            yield f"{name} is not in {stack.region}, and may never be: nothing was written"


def _differing(stack: ReadStack, live: Sequence[LiveTable], alarms: Alarms) -> Iterator[str]:
    for table in stack.tables:
        yield from map(str, differences(table, live, stack.tags))
    around = stack.read.around
    there = alarms.get((around.account_id, around.region), ())
    if isinstance(there, Unread):
        return
    by_name = {alarm.alarm.name: alarm for alarm in there}
    tables = {table.name for table in live if table.region == stack.region} & stack.names
    for resource in stack.read.resources.values():
        if resource.kind == ALARM and resource.tables & tables:
            if resource.name and resource.name not in by_name:
                yield f"alarm {resource.name}: it is in the template and not in AWS"
            yield from map(str, alarm_differences(resource, by_name))


def roles_of(stack: ReadStack, live: Sequence[LiveTable]) -> tuple[TemplateRole, ...]:
    """The roles of a stack that are about its live tables."""
    tables = {table.name for table in live if table.region == stack.region} & stack.names
    serverless = is_serverless(stack.original)
    return template_roles(stack.read, stack.original, tables, serverless=serverless)


def finish(
    stacks: Sequence[ReadStack],
    adopted: Sequence[AdoptedStack],
    live: Sequence[LiveTable],
    roles: Mapping[str, LiveRole],
    directory: Path | None,
) -> int:
    """Write the edited templates, and say the steps of the hand-over.

    Args:
        stacks: as they were read.
        adopted: what was written of them.
        live: their live tables.
        roles: their live roles by name.
        directory: for the templates.

    Returns:
        The exit status: 4 where a template has to be edited by hand.
    """
    status = 0
    for stack in stacks:
        about = [(role, roles.get(role.name)) for role in roles_of(stack, live)]
        change = hand_over(stack.read, adopted, live, about)
        edits = edited(stack.original, change)
        deploys = _write(stack, change, edits, directory)
        _tell_rest(change)
        for statement in statements(stack.read, change):
            console.say(f"not carried: {statement}")
        for line in steps(stack.original, change, edits, deploys):
            console.say(line)
        if change.taken and (edits.retained.problems or edits.without.problems):
            status = 4
    return status


def _tell_rest(change: StackHandOver) -> None:
    for name, reason in change.stays:
        console.say(f"stays in the stack: {name}: {reason}")
    for name in change.not_carried:
        console.say(f"not carried: {name}: no manifest has a word for it")
    for user, properties in change.users:
        where = ", ".join(f"{user.id}.{name}" for name in properties)
        console.say(f"not carried: {where}: {user.kind} stays in the stack, and names one")


def _write(
    stack: ReadStack, change: StackHandOver, edits: EditedTemplates, directory: Path | None
) -> Deploys | None:
    """The two templates beside the manifests; their ending keeps them from being read as such."""
    if directory is None or not change.taken:
        return None
    stem = stack.name or Path(stack.original.file).name.partition(".")[0] or "template"
    folder = directory / _EDITED
    folder.mkdir(parents=True, exist_ok=True)
    first, second = folder / f"{stem}-1-retain.template", folder / f"{stem}-2-without.template"
    for file, edit in ((first, edits.retained), (second, edits.without)):
        file.write_text(edit.text, "utf-8", newline="")
        console.say(f"wrote {file}")
    return Deploys(
        stack=stack.name,
        region=stack.region,
        first=first,
        second=second,
        preview=advice.command_line("preview", str(directory)),
        up=advice.command_line("up", str(directory)),
        capabilities=stack.capabilities,
    )
