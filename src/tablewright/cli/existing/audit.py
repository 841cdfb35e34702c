"""`tablewright audit`: what puts items, money or access of live tables at risk."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

from tablewright.audit.audit import AuditReport, audit
from tablewright.audit.declared_exceptions import declared_exceptions
from tablewright.audit.exceptions import AuditException, endings, read_exceptions
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
from tablewright.fleet.discovery import Discovery, UnreadPart, discover, with_replicas
from tablewright.fleet.live import LiveTable
from tablewright.fleet.stack_tables import StackTables, discover_stacks
from tablewright.manifest import StackManifest
from tablewright.manifest.naming import table_name
from tablewright.manifest.rules.acceptance import no_rule
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
    """Check live tables against rules: those of the manifests at PATH, or all."""
    declared = _declared(paths, environment, stacks, fix=fix)
    own = _own_rules(rules)
    every = (*AUDIT_RULES, *own.rules)
    asked = chosen(every, chosen_rules, skip, Severity(severity))
    exceptions = _exceptions(baseline, declared, [rule.id for rule in every])
    places = [_tables_of(stack) for stack in declared]
    everywhere = sessions(
        target, profile, sandbox, roles, accounts, {place.account for place in places}
    )
    wanted_tags = pairs(tags, "--tag")
    now = time_of_aws(target, sandbox)
    for ending in endings(exceptions, now.date()):
        console.say(ending)
    actions = frozenset(action for rule in asked for action in rule.iam)
    where = [(place.account, place.region, sorted(place.names)) for place in places]
    words = ("audit", where, sorted(regions), sorted(wanted_tags.items()), days, sorted(actions))
    with going_on(everywhere, words, fresh=fresh) as times:
        with counted("reading") as progress:
            if places:
                discovery = discover_stacks(everywhere, places, wanted_tags, progress)
            else:
                discovery = discover(everywhere, regions or None, None, wanted_tags, progress)
            chosen_tables = {_identity(table) for table in discovery.tables}
            discovery = with_replicas(discovery, everywhere, progress)
        with counted("looking around") as progress:
            evidence = read_evidence(everywhere, discovery, days, now, actions, progress)
    with redirect_stdout(sys.stderr):
        report = audit(
            [table for table in evidence if _identity(table.live) in chosen_tables],
            asked,
            exceptions,
            today=now.date(),
            unread=(*discovery.unread, *_missing(discovery)),
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


def _declared(
    paths: Sequence[str], environment: str | None, stacks: Sequence[str], *, fix: bool
) -> tuple[StackManifest, ...]:
    """The manifests whose tables are asked about; with `--fix`, ones that can be written to.

    Raises:
        UsageError: an option needs manifests, and there are none, or none to write to.
    """
    name_them = "name them: `tablewright audit PATH --fix`"
    if stacks and not paths:
        raise UsageError("--stack names a stack of manifests", "name the manifests as well")
    if fix and not paths:
        raise UsageError("--fix needs manifests to write to", name_them)
    declared = stack_manifests(paths, environment, stacks) if paths else ()
    if not fix:
        return declared
    names = [str(stack.id) for stack in declared]
    return tuple(editable(paths, "--fix", name_them, environment, name) for name in names)


def _own_rules(folder: str | None) -> OwnRules:
    """The rules of `--rules`; the files that cannot be read are told."""
    if folder is None:
        return OwnRules()
    with redirect_stdout(sys.stderr):  # which is for data
        own = read_own_rules(Path(folder), {rule.id for rule in AUDIT_RULES})
    for problem in own.broken:
        console.say(f"{problem.place}: {problem.message}")
    return own


def _exceptions(
    baseline: Path | None, declared: Sequence[StackManifest], rule_ids: Sequence[str]
) -> tuple[AuditException, ...]:
    """The accepted problems of the baseline file and of the manifests."""
    exceptions = () if baseline is None else read_exceptions(baseline, rule_ids)
    for stack in declared:
        exceptions += declared_exceptions(stack, rule_ids)
    return exceptions


def _identity(table: LiveTable) -> tuple[str, str, str]:
    return (table.account_id, table.region, table.name)


def _missing(discovery: Discovery) -> tuple[UnreadPart, ...]:
    """The declared tables that are in none of the accounts."""
    return tuple(
        UnreadPart("", absent.place, name, absent.reason(name))
        for absent in discovery.absences
        for name in absent.names
    )


def _tables_of(stack: StackManifest) -> StackTables:
    """Where the tables of a stack are."""
    names = frozenset(table_name(stack.stack, table) for table in stack.tables)
    return StackTables(stack.stack.spec.account, stack.stack.spec.region, names)


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
            raise UsageError(*no_rule(id_, known))
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
