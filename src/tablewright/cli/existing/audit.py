"""`tablewright audit`: what puts items, money or access of live tables at risk."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

from tablewright.audit.audit import AuditReport, audit
from tablewright.audit.declared_exceptions import declared_exceptions
from tablewright.audit.exceptions import read_exceptions
from tablewright.audit.own_rules import OwnRules, read_own_rules
from tablewright.audit.reading import read_evidence
from tablewright.audit.rule import AuditRule, Severity
from tablewright.audit.rules import AUDIT_RULES
from tablewright.cli import console
from tablewright.cli.inputs.accounts import counted, pairs, sessions, time_of_aws
from tablewright.cli.inputs.going_on import going_on
from tablewright.cli.inputs.manifest_edits import editable
from tablewright.cli.inputs.manifests import stack_manifests
from tablewright.cli.styled import styled
from tablewright.errors import UsageError
from tablewright.fleet.discovery import UnreadPart, discover, with_replicas
from tablewright.fleet.stack_tables import StackTables, discover_stacks
from tablewright.manifest import StackManifest
from tablewright.manifest.naming import table_name
from tablewright.report.findings import audit as audit_report
from tablewright.report.findings import audit_exchange

from . import audit_fixing


def run(
    paths: Sequence[str],
    environment: str | None,
    stacks: Sequence[str],
    regions: Sequence[str],
    target: str,
    profile: str | None,
    roles: Sequence[str],
    accounts: Path | None,
    sandbox: str,
    tags: Sequence[str],
    chosen_rules: Sequence[str],
    rules: str | None,
    skip: Sequence[str],
    severity: str,
    fail_on: str,
    baseline: Path | None,
    days: int,
    output_format: str,
    *,
    verbose: bool,
    fix: bool,
    fresh: bool,
    yes: bool,
) -> int:
    """Ask rules of live tables: those of the manifests at PATH, or all."""
    name_them = "name them: `tablewright audit PATH --fix`"
    if stacks and not paths:
        raise UsageError("--stack names a stack of manifests", "name the manifests as well")
    if fix and not paths:
        raise UsageError("--fix needs manifests to write to", name_them)
    declared = stack_manifests(paths, environment, stacks) if paths else ()
    if fix:
        names = [stack.stack.metadata.name for stack in declared]
        declared = tuple(editable(paths, "--fix", name_them, environment, name) for name in names)
    own = OwnRules()
    if rules is not None:
        with redirect_stdout(sys.stderr):  # which is for data
            own = read_own_rules(Path(rules), {rule.id for rule in AUDIT_RULES})
        for problem in own.broken:
            console.say(f"{problem.place}: {problem.message}")
    every = (*AUDIT_RULES, *own.rules)
    asked = chosen(every, chosen_rules, skip, Severity(severity))
    known = [rule.id for rule in every]
    exceptions = () if baseline is None else read_exceptions(baseline, known)
    for stack in declared:
        exceptions += declared_exceptions(stack, known, os.environ)
    places = [_tables_of(stack) for stack in declared]
    wanted_accounts = {place.account for place in places}
    everywhere = sessions(target, profile, sandbox, roles, accounts, wanted_accounts)
    wanted_tags = pairs(tags, "--tag")
    actions = frozenset(action for rule in asked for action in rule.iam)
    now = time_of_aws(target, sandbox)
    for exception in exceptions:
        if exception.until < now.date():
            ended = f"the exception for {exception.rule} expired on {exception.until}"
            console.say(f"{exception.place}: {ended}; remove it, or fix the problem")
    where = [(place.account, place.region, sorted(place.names)) for place in places]
    words = ("audit", where, sorted(regions), sorted(wanted_tags.items()), days, sorted(actions))
    with going_on(everywhere, words, fresh=fresh) as times:
        with counted("reading") as progress:
            if places:
                discovery = discover_stacks(everywhere, places, wanted_tags, progress)
            else:
                discovery = discover(everywhere, regions or None, None, wanted_tags, progress)
            there = {(table.account_id, table.region, table.name) for table in discovery.tables}
            discovery = with_replicas(discovery, everywhere, progress)
        with counted("looking around") as progress:
            evidence = read_evidence(everywhere, discovery, days, now, actions, progress)
    wanted = [
        table
        for table in evidence
        if (table.live.account_id, table.live.region, table.live.name) in there
    ]
    missing = tuple(
        UnreadPart("", _regions_of(name, declared), name, "there is no such table")
        for name in discovery.missing
    )
    with redirect_stdout(sys.stderr):
        report = audit(
            wanted,
            asked,
            exceptions,
            today=now.date(),
            unread=(*discovery.unread, *missing),
            fail_on=Severity(fail_on),
            days=days,
            broken=own.broken,
        )
    report = replace(report, read=tuple(times.of(discovery.listed)))
    _print(report, output_format, verbose=verbose)
    show = console.data if output_format == "text" else console.say
    for stack in declared if fix else ():
        audit_fixing.fix(report, paths, stack, environment, show, yes=yes)
    return report.exit_status


def _tables_of(stack: StackManifest) -> StackTables:
    """Where the tables of a stack are."""
    names = frozenset(table_name(stack.stack, table) for table in stack.tables)
    return StackTables(stack.stack.spec.account, stack.stack.spec.region, names)


def _regions_of(name: str, stacks: Sequence[StackManifest]) -> str:
    places = [_tables_of(stack) for stack in stacks]
    return ", ".join(sorted({place.region for place in places if name in place.names}))


def chosen(
    every: Sequence[AuditRule], only: Sequence[str], skip: Sequence[str], severity: Severity
) -> tuple[AuditRule, ...]:
    """The rules to ask, of all that there are.

    Raises:
        UsageError: there is no rule of an id, or none is left.
    """
    known = {rule.id for rule in every}
    for id_ in (*only, *skip):
        if id_ not in known:
            raise UsageError(f"there is no rule {id_}", f"give one of {', '.join(sorted(known))}")
    left = tuple(
        rule
        for rule in every
        if (not only or rule.id in only)
        and rule.id not in skip
        and rule.severity.rank >= severity.rank
    )
    if not left:
        raise UsageError("no rule is left to ask", "skip fewer, or lower --severity")
    return left


def _print(report: AuditReport, output_format: str, *, verbose: bool) -> None:
    match output_format:
        case "json":
            console.data_json(report.to_json())
        case "sarif":
            console.data_json(audit_exchange.sarif(report))
        case "junit":
            console.data(audit_exchange.junit(report))
        case "csv":
            console.data(audit_report.as_csv(report))
        case "markdown":
            console.data(audit_report.markdown(report))
        case _:
            audit_report.render(report, styled(), every=verbose)
