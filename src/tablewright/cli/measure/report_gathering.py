"""Reading what a report shows, with what other commands read it with. Only reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from tablewright.audit.audit import AuditReport, audit
from tablewright.audit.reading import read_evidence
from tablewright.audit.rules import AUDIT_RULES
from tablewright.aws.session import Session
from tablewright.checks.access.reading import with_access
from tablewright.checks.verdict import VerifyReport
from tablewright.checks.verify import verify
from tablewright.cli.inputs import deploying
from tablewright.cli.inputs.accounts import counted, sessions, time_of_aws
from tablewright.deploy.deployment import Deployment
from tablewright.deploy.drift.drifted import DriftReport
from tablewright.deploy.drift.look import Seen, see, with_authors
from tablewright.engine.state.run_log import runs_of
from tablewright.fleet.discovery import Discovery, discover, with_replicas
from tablewright.fleet.live import LiveTable
from tablewright.fleet.reading import Unread
from tablewright.fleet.stack import LiveStack
from tablewright.report.formats.number import number_of
from tablewright.report.page.content import DeploymentRun, ReportContent, RunStep
from tablewright.report.page.document import document_of
from tablewright.report.page.texts import TextTable

from .report_hot_keys import hot_keys
from .report_measuring import measured
from .report_request import ReportParts, ReportRequest


def document(asked: ReportRequest, refresh_seconds: int = 0) -> dict[str, Any]:
    """The data of the page.

    Args:
        asked: what it is about.
        refresh_seconds: how often the page looks for a newer one; 0: never.

    Raises:
        TablewrightError: there is no such stack or sandbox, or AWS cannot be reached.
    """
    text = TextTable()
    parts = ReportParts(lambda: time_of_aws(asked.target, asked.sandbox))
    content = (_stack if asked.paths else _fleet)(asked, parts, text)
    content.update(when=parts.now(), sources=tuple(parts.sources), refresh_seconds=refresh_seconds)
    return document_of(ReportContent(**content), text)


def _stack(asked: ReportRequest, parts: ReportParts, text: TextTable) -> dict[str, Any]:
    chosen = {
        "environment": asked.environment,
        "stack": asked.stack,
        "backend": asked.backend,
        "provider": asked.provider,
        "target": asked.target,
        "profile": asked.profile,
        "sandbox": asked.sandbox,
    }
    with deploying.deployment(asked.paths, chosen) as opened:
        declared = opened.declared
        named = ", ".join(asked.paths)
        parts.ask("declared", f"manifests at {named}", lambda: declared)
        seen = parts.ask("live", "DynamoDB", lambda: see(opened), lambda seen: _unread(seen.live))
        live = seen.live if seen else None
        tables = _tables(live)
        found_there = Discovery(tables, (), (), 1)
        return {
            "title": opened.owner,
            "place": f"{opened.place.label}, {declared.region}"
            + (f", account {live.account_id}" if live else ""),
            "declared": declared,
            "live": tables,
            "verification": _verified(parts, opened, live),
            "drift": _drifted(parts, opened, seen),
            "audit": _audited(asked, parts, [opened.place.session], found_there),
            "hot_keys": hot_keys(parts, [opened.place.session], tables),
            "status": parts.ask("state", "the engine's state", opened.status),
            "runs": parts.ask("runs", "what the stack's runs logged", lambda: _runs(opened)) or (),
            **measured(asked, parts, text, declared),
        }


def _runs(opened: Deployment) -> tuple[DeploymentRun, ...]:
    """The runs over the stack that changed something, without what only groups resources."""
    return tuple(
        DeploymentRun(
            run.verb,
            run.start,
            tuple(
                RunStep(
                    step.name,
                    step.type,
                    step.operation,
                    step.began_seconds,
                    step.ended_seconds,
                    "refused" if step.failed else "",
                )
                for step in run.steps
                if not step.type.startswith(("pulumi:", "tablewright:"))
            ),
            run.end,
            run.failed,
        )
        for run in runs_of(opened.stack.place)
    )


def _tables(live: LiveStack | None) -> tuple[LiveTable, ...]:
    known = live.tables.values() if live else ()
    return tuple(table for table in known if isinstance(table, LiveTable))


def _unread(live: LiveStack) -> Iterator[str]:
    for name, table in live.tables.items():
        if isinstance(table, Unread):
            yield f"{name}: {table.reason}"
        elif table is not None:
            yield from _gaps(table)


def _gaps(table: LiveTable) -> Iterator[str]:
    for facet, reason in table.unread.items():
        yield f"{table.name}, {facet}: {reason}"


def _verified(
    parts: ReportParts, opened: Deployment, live: LiveStack | None
) -> VerifyReport | None:
    """What is as declared, with the matrix of what each role may do."""
    if live is None:
        parts.without("verify", "the live tables could not be read")
        return None
    declared, session = opened.declared, opened.place.session
    with_roles = parts.ask(
        "access", "the roles' policies", lambda: with_access(session, declared, live)
    )
    return parts.ask("verify", "verify", lambda: verify(declared, with_roles or live))


def _drifted(parts: ReportParts, opened: Deployment, seen: Seen | None) -> DriftReport | None:
    if seen is None:
        parts.without("drift", "the live tables could not be read")
        return None
    session = opened.place.session
    return parts.ask(
        "drift",
        "drift",
        lambda: with_authors(seen.compared(opened.declared), session),
        lambda report: (f"{field.title}, {field.fact}: {field.reason}" for field in report.unread),
    )


def _fleet(asked: ReportRequest, parts: ReportParts, text: TextTable) -> dict[str, Any]:
    everywhere = sessions(asked.target, asked.profile, asked.sandbox, asked.roles, asked.accounts)

    def look() -> Discovery:
        with counted("reading") as progress:
            return discover(everywhere, asked.regions or None, None, {}, progress)

    def gaps(discovery: Discovery) -> Iterator[str]:
        yield from map(str, discovery.unread)
        for table in discovery.tables:
            yield from _gaps(table)

    seen = parts.ask("live", "DynamoDB", look, gaps)
    discovery = seen or Discovery((), (), (), 0)
    parts.without("runs", "a fleet is of no one stack; name its manifests instead")
    parts.without("state", "a fleet is of no one stack; name its manifests instead")
    parts.without("drift", "a fleet has no manifests to compare with; name manifests instead")
    parts.without("verify", "a fleet has no manifests to compare with; name manifests instead")
    places = {(table.account_id, table.region) for table in discovery.tables}
    where = "AWS" if asked.target == "aws" else f"sandbox {asked.sandbox}"
    regions = number_of(len({region for _, region in places}), "region")
    accounts = number_of(len({account for account, _ in places}), "account")
    return {
        "title": "All tables",
        "place": f"{where}, {accounts}, {regions}",
        "live": discovery.tables,
        "audit": _audited(asked, parts, everywhere, discovery),
        "hot_keys": hot_keys(parts, everywhere, discovery.tables),
        **measured(asked, parts, text, None),
    }


def _with_counts(discovery: Discovery, everywhere: Sequence[Session]) -> Discovery:
    """The tables of one stack, and how many there are of all in their regions."""
    regions = sorted({table.region for table in discovery.tables})
    return (
        discovery
        if discovery.listed
        else replace(discovery, listed=discover(everywhere, regions, names=()).listed)
    )


def _audited(
    asked: ReportRequest, parts: ReportParts, everywhere: Sequence[Session], discovery: Discovery
) -> AuditReport | None:
    if not discovery.tables:
        parts.without("audit", "there is no live table to look at")
        return None
    names = {(table.account_id, table.region, table.name) for table in discovery.tables}

    def look() -> AuditReport:
        now = parts.now()
        actions = frozenset(action for rule in AUDIT_RULES for action in rule.iam)
        with counted("looking around") as progress:
            wider = with_replicas(_with_counts(discovery, everywhere), everywhere, progress)
            evidence = read_evidence(everywhere, wider, asked.days, now, actions, progress)
        tables = [
            table
            for table in evidence
            if (table.live.account_id, table.live.region, table.live.name) in names
        ]
        return audit(tables, AUDIT_RULES, today=now.date(), unread=wider.unread, days=asked.days)

    return parts.ask(
        "audit",
        f"audit, {len(AUDIT_RULES)} rules",
        look,
        lambda report: map(str, report.unread),
    )
