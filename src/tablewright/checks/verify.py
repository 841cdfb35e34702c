"""Do the live resources match the declaration? Every check of a stack, with its verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tablewright.aws.reading import TableReading
from tablewright.errors import AwsError
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveTable
from tablewright.fleet.reading import Unread
from tablewright.fleet.roles import LiveRole
from tablewright.fleet.stack import LiveStack
from tablewright.plan.declaration.declared import Alarm, DeclaredStack, DeclaredTable
from tablewright.resource_kinds import in_region

from .access.matrix import Matrix, role_matrix
from .effects import remedy
from .rule import Case
from .rules import RULES
from .verdict import CheckFinding, Kind, Verdict, VerifyReport

Live = LiveTable | TableReading | LiveAlarm | LiveRole | Mapping[str, Any] | Unread | None


def verify(declared: DeclaredStack, live: LiveStack) -> VerifyReport:
    """Compare `declared` with what was read under its names (`fleet.stack.read_stack`)."""
    findings: list[CheckFinding] = []
    for table in declared.tables:
        findings += _table(table, live)
    for alarm in declared.alarms:
        findings += _alarm(alarm, live)
    if declared.dashboard is not None:
        name = declared.dashboard.name
        findings += _judged("dashboard", name, declared.dashboard, live.dashboard, live)
    return VerifyReport(
        stack=declared.name,
        environment=declared.environment,
        region=live.region,
        account_id=live.account_id,
        findings=tuple(findings),
        access=None if live.access is None else tuple(_matrices(declared, live)),
    )


def unread(declared: DeclaredStack, error: AwsError) -> VerifyReport:
    """The report of a stack whose account or region could not be asked at all."""
    finding = CheckFinding(
        rule="",
        kind="stack",
        subject=declared.name,
        fact="everything",
        verdict=Verdict.UNKNOWN,
        expected="as declared",
        actual=error.message,
        fix=error.next_step,
    )
    account = declared.account or ""
    return VerifyReport(declared.name, declared.environment, declared.region, account, (finding,))


def _matrices(declared: DeclaredStack, live: LiveStack) -> Iterator[Matrix]:
    for table in declared.tables:
        for role in table.roles:
            live_role = live.roles.get(role.name)
            if isinstance(live_role, LiveRole):
                yield role_matrix(table, role, live_role, live)


def _table(table: DeclaredTable, live: LiveStack) -> Iterator[CheckFinding]:
    """A table with its replicas, alarms and roles."""
    name = table.table.name
    yield from _judged("table", name, table, live.tables.get(name), live)
    for replica in table.global_table.replicas if table.global_table else ():
        found_there = live.replicas.get((name, replica.region))
        subject = in_region(name, replica.region)
        yield from _judged("replica", subject, (table, replica), found_there, live)
    for alarm in table.alarms:
        yield from _alarm(alarm, live)
    for role in table.roles:
        live_role = live.roles.get(role.name)
        yield from _judged("role", role.name, (table, role), live_role, live)


def _alarm(alarm: Alarm, live: LiveStack) -> Iterator[CheckFinding]:
    live_alarm = live.alarms.get(alarm.name)
    # A composite alarm of that name has nothing that the other rules ask about.
    composite = isinstance(live_alarm, LiveAlarm) and live_alarm.rule is not None
    yield from _judged("alarm", alarm.name, alarm, live_alarm, live, comparable=not composite)


def _judged(
    kind: Kind,
    subject: str,
    declared: Any,
    live_resource: Live,
    live: LiveStack,
    *,
    comparable: bool = True,
) -> Iterator[CheckFinding]:
    there = comparable and live_resource is not None and not isinstance(live_resource, Unread)
    for rule in RULES:
        if rule.kind != kind or not (there or rule.always):
            continue
        for outcome in rule.check(Case(declared, live_resource, live)):
            yield CheckFinding(
                rule=rule.id,
                kind=kind,
                subject=subject,
                fact=outcome.fact,
                verdict=outcome.verdict,
                expected=outcome.expected,
                actual=outcome.actual,
                fix=remedy(outcome.fix, deployed=live.deployed),
                difference=outcome.difference,
            )
