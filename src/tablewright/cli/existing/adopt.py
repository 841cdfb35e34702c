"""`tablewright adopt`: manifests for tables that live already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tablewright.adopt.adoption import adopt
from tablewright.adopt.destination import Destination
from tablewright.adopt.pulumi import PulumiExport, read_export
from tablewright.adopt.terraform import (
    TerraformState,
    TerraformTable,
    hand_over,
    read_state,
    roles_about,
)
from tablewright.aws.session import Session
from tablewright.cli import console
from tablewright.cli.inputs.accounts import counted, pairs, sessions
from tablewright.cli.styled import say_prose
from tablewright.errors import UsageError
from tablewright.fleet.discovery import Discovery, discover, discover_alarms, with_replicas
from tablewright.fleet.live import LiveTable
from tablewright.fleet.roles import LiveRole
from tablewright.fleet.table_users import read_users
from tablewright.report.findings.adoption import as_json, grouped, labels, stack_lines, usage_lines
from tablewright.report.formats.number import number_of

from .adopt_hand_over import check_target, tell_hand_over
from .adopt_roles import read_roles
from .adopt_stack import finish, read_stacks, roles_of, tell, with_planned
from .adopt_writing import Writing, read_destination, tell_next, tell_written, written

Adopted = tuple[Writing, int]
"""What was written, and the exit status."""


def run(directory: Path | None, output_format: str, **given: Any) -> int:
    """Write manifests for live tables, and what finishes a hand-over from another program."""
    with console.messages_kept() as notes:
        writing, status = _adopted(directory=directory, **given)
        tell_next(writing, directory, meet_policy=given["meet_policy"])
    if output_format == "json":
        console.data_json(as_json(writing.stacks, [*map(str, writing.texts)], notes))
    elif directory is None:
        for stack in writing.stacks:
            console.data(stack.stream)
    return status


def _adopted(
    *,
    names: Sequence[str],
    regions: Sequence[str],
    target: str,
    profile: str | None,
    roles: Sequence[str],
    accounts: Path | None,
    sandbox: str,
    tags: Sequence[str],
    terraform_state: Path | None,
    pulumi_stack: Path | None,
    cloudformation: str | None,
    template: Path | None,
    parameters: Sequence[str],
    environment: str | None,
    name: str | None,
    directory: Path | None,
    everything: bool,
    meet_policy: bool,
) -> Adopted:
    destination = read_destination(directory, name, environment)
    if cloudformation or template:
        if terraform_state or pulumi_stack or tags or everything:
            raise UsageError(
                "a stack says which tables are meant", "name some of them, or none for all"
            )
        looked = sessions(target, profile, sandbox, roles, accounts)
        values = pairs(parameters, "--parameter")
        return _from_stacks(
            looked,
            cloudformation,
            template,
            values,
            regions,
            names,
            destination,
            directory,
            meet_policy=meet_policy,
        )
    if parameters:
        raise UsageError("parameters are those of a template", "give --template FILE")
    held, export = _holder(terraform_state, pulumi_stack)
    managed = held.chosen(names)
    if not (names or managed or tags or everything):
        raise UsageError("no tables are given", "name them, or give --tag, --all")
    looked = sessions(target, profile, sandbox, roles, accounts)
    if target == "aws":
        check_accounts(managed, looked)
    discovery = _discovered(looked, regions, names, managed, pairs(tags, "--tag"))
    if discovery.missing:
        raise UsageError(discovery.absences[0].message, discovery.absences[0].next_step)
    if not (names or managed):
        discovery = _without_owned(
            discovery, {stack.id.name for stack in destination.survey.stacks}
        )
    for part in discovery.unread:
        console.say(f"unread: {part}")
    if not discovery.tables:
        looked_at = number_of(discovery.regions, "region")
        console.say(f"there is no table to adopt in {looked_at}; nothing was written")
    alarms = discover_alarms(looked, discovery.tables)
    live_roles = {
        session.account_id: _roles_of_state(session, held, discovery.tables) for session in looked
    }
    stacks = adopt(discovery.tables, alarms, destination, roles=live_roles, meet_policy=meet_policy)
    check_target(export, stacks)
    writing = written(stacks, directory)
    tell_written(writing)
    _tell_makers(discovery.tables)
    _tell_users(looked, discovery.tables)
    if holder := terraform_state or pulumi_stack:
        for absent in sorted({*names} - {table.name for table in managed}):
            console.say(f"{absent} is not in {holder}: nothing of it to hand over there")
    status = tell_hand_over(export, hand_over(held, stacks), directory)
    return writing, max((discovery.exit_status, status, *(stack.exit_status for stack in stacks)))


def _roles_of_state(
    session: Session, held: TerraformState, tables: Sequence[LiveTable]
) -> Sequence[LiveRole]:
    """The live roles of a state that are about its tables in an account."""
    names = {table.name for table in tables if table.account_id == session.account_id}
    names &= {table.name for table in held.tables if table.account_id == session.account_id}
    about = roles_about(held.instances, names)
    for role, why in about.items():
        if why:
            console.say(f"left as it is: role {role} ({why})")
    return [*read_roles(session, [role for role, why in about.items() if not why]).values()]


def _holder(
    terraform_state: Path | None, pulumi_stack: Path | None
) -> tuple[TerraformState, PulumiExport | None]:
    """What another program has in its state, and its stack if that is Pulumi's."""
    if terraform_state and pulumi_stack:
        raise UsageError("two programs hold the tables", "hand them over one after the other")
    if pulumi_stack:
        export = read_export(pulumi_stack)
        return export.state, export
    return read_state(terraform_state) if terraform_state else TerraformState(), None


def _from_stacks(
    looked: Sequence[Session],
    stack: str | None,
    template: Path | None,
    parameters: Mapping[str, str],
    regions: Sequence[str],
    names: Sequence[str],
    destination: Destination,
    directory: Path | None,
    *,
    meet_policy: bool,
) -> Adopted:
    """Write manifests for the tables of a stack, and what finishes its hand-over."""
    if len(looked) > 1:
        raise UsageError("a stack is in one account, and several are given", "give one --role")
    [session] = looked
    read = read_stacks(session, stack, template, parameters, regions, names)
    if absent := sorted(
        {*names} - {known for managed_stack in read for known in managed_stack.names}
    ):
        raise UsageError(
            f"there is no table {', '.join(absent)} in {stack or template}", "check the names"
        )
    with counted("reading") as progress:
        discovery = _together(
            discover(looked, [managed_stack.region], managed_stack.names, None, progress)
            for managed_stack in read
            if managed_stack.names
        )
        discovery = with_replicas(discovery, looked, progress)
    for part in discovery.unread:
        console.say(f"unread: {part}")
    stack_tables = with_planned(read, discovery)
    if not stack_tables.tables:
        console.say("none of its tables is known and live; nothing was written")
    alarms = stack_tables.all_alarms(discover_alarms(looked, discovery.tables))
    candidates = {
        role.name
        for managed_stack in read
        for role in roles_of(managed_stack, discovery.tables)
        if not role.why
    }
    roles = read_roles(session, candidates)
    stacks = adopt(
        stack_tables.tables,
        alarms,
        destination,
        planned=stack_tables.unknown,
        roles={session.account_id: [*roles.values()]},
        meet_policy=meet_policy,
    )
    writing = written(stacks, directory)
    tell_written(writing)
    _tell_users(looked, discovery.tables)
    unknown_status = tell(read, stack_tables, alarms)
    edit_status = finish(read, stacks, discovery.tables, roles, directory)
    statuses = (stack.exit_status for stack in stacks)
    status = max((stack_tables.discovery.exit_status, unknown_status, edit_status, *statuses))
    return writing, status


def _together(discoveries: Iterable[Discovery]) -> Discovery:
    """What was found of several stacks as one; a table of two of them counts once."""
    every = [*discoveries]
    return Discovery(
        tables=tuple(
            {
                (table.region, table.name): table
                for discovery in every
                for table in discovery.tables
            }.values()
        ),
        unread=tuple(dict.fromkeys(part for discovery in every for part in discovery.unread)),
        missing=(),
        regions=sum(discovery.regions for discovery in every),
    )


def _discovered(
    looked: Sequence[Session],
    regions: Sequence[str],
    names: Sequence[str],
    managed: Sequence[TerraformTable],
    tags: Mapping[str, str],
) -> Discovery:
    """The tables to adopt, with their replicas wherever those are."""
    chosen = {*names, *(table.name for table in managed)}
    all_managed = chosen <= {table.name for table in managed}
    where = tuple(sorted({table.region for table in managed})) if all_managed else ()
    with counted("reading") as progress:
        discovery = discover(looked, regions or where or None, chosen or None, tags, progress)
        return with_replicas(discovery, looked, progress)


def _without_owned(discovery: Discovery, here: Collection[str]) -> Discovery:
    """Without tables of stacks that are declared elsewhere; who means one of them names it.

    Args:
        discovery: all tables, or those with a tag.
        here: names of the stacks that are declared where the manifests go.
    """
    owned = [
        table
        for table in discovery.tables
        if table.reading.owner and table.reading.owner.partition("/")[0] not in here
    ]
    left_out = {
        (table.account_id, region, table.name)
        for table in owned
        for region in (table.region, *(replica.region for replica in table.reading.replicas))
    }
    for line in grouped(
        (table.name, f"owned by the stack {table.reading.owner}") for table in owned
    ):
        say_prose(f"left out: {line}")
    tables = [
        table
        for table in discovery.tables
        if (table.account_id, table.region, table.name) not in left_out
    ]
    return replace(discovery, tables=tuple(tables))


def check_accounts(managed: Sequence[TerraformTable], looked: Sequence[Session]) -> None:
    """Tables of the same names in another account are other tables.

    Raises:
        UsageError: the state is of an account that is not looked into.
    """
    accounts = {session.account_id for session in looked}
    for table in managed:
        if table.account_id not in accounts:
            raise UsageError(
                f"the state's table {table.name} is in account {table.account_id}, and these "
                f"credentials are for {', '.join(sorted(accounts))}",
                "use credentials for the state's account, or --role ARN of a role there",
            )


def _tell_makers(tables: Sequence[LiveTable]) -> None:
    """Say which stacks of CloudFormation made tables, and would go on changing them."""
    for line in stack_lines(tables):
        console.say(line)


def _tell_users(looked: Sequence[Session], tables: Sequence[LiveTable]) -> None:
    """Say who uses the tables, which a change of them may concern."""
    for session in looked:
        users = read_users(session, tables)
        read = [table for table in tables if table.arn in users]
        called = labels((table.name, table.region, table.account_id) for table in read)
        of_tables = (users[table.arn] for table in read)
        for line in usage_lines(zip(called, of_tables, strict=True)):
            say_prose(f"used by: {line}")
