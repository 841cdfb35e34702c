"""Physical names after their templates are filled in, within a table and across the stack."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tablewright.manifest.documents.node import Path
from tablewright.manifest.messages.vocabulary import nearest_word, shown
from tablewright.manifest.models import Alarm, MetricAlarm, Stack, Table
from tablewright.manifest.naming import (
    ALARM_WORDS,
    DASHBOARD_WORDS,
    ROLE_WORDS,
    STACK_ALARM_WORDS,
    TABLE_WORDS,
    AlarmSubject,
    dashboard_name,
    placeholders,
    policy_name,
    role_name,
    stack_alarms,
    table_alarms,
)
from tablewright.manifest.rules.finding import Finding, Subject, at


@dataclass(frozen=True, slots=True)
class Form:
    """What AWS accepts as a name of one kind of thing, and where it says so."""

    what: str
    longest: int
    pattern: re.Pattern[str]
    characters: str
    shortest: int = 1


TABLE = Form("table", 255, re.compile(r"[A-Za-z0-9_.-]+"), "letters, digits, `_`, `-`, `.`", 3)
ALARM = Form("alarm", 255, re.compile(r"[^\x00-\x1f\x7f]+"), "visible characters")
ROLE = Form("role", 64, re.compile(r"[\w+=,.@-]+", re.ASCII), "letters, digits, `_+=,.@-`")
POLICY = Form("policy", 128, re.compile(r"[\w+=,.@-]+", re.ASCII), "letters, digits, `_+=,.@-`")
DASHBOARD = Form("dashboard", 255, re.compile(r"[A-Za-z0-9_-]+"), "letters, digits, `_`, `-`")
"""Developer Guide, Constraints; CloudWatch PutMetricAlarm and PutDashboard; IAM CreateRole and
PutRolePolicy (API references)."""


def name_is_accepted(
    path: Path, name: str, form: Form, reads: tuple[Path, ...]
) -> Iterator[Finding]:
    """Length and characters of a name; one with an unknown placeholder is reported as such."""
    if placeholders(name):
        return
    if not form.shortest <= len(name) <= form.longest:
        short = len(name) < form.shortest
        yield Finding(
            path,
            f"the name of the {form.what} would be `{shown(name)}`: {len(name)} characters, "
            + (f"fewer than {form.shortest}" if short else f"more than {form.longest}"),
            "choose a longer one" if short else "shorten the table's name or the template",
            reads,
        )
    elif not form.pattern.fullmatch(name):
        yield Finding(
            path,
            f"the name of the {form.what} would be `{shown(name)}`",
            f"use {form.characters} only",
            reads,
        )


def template_is_known(path: Path, template: str | None, words: Sequence[str]) -> Iterator[Finding]:
    """Only known placeholders."""
    for word in dict.fromkeys(placeholders(template or "")):
        if word not in words:
            meant = nearest_word(word, words)
            listed = ", ".join(f"{{{known}}}" for known in words)
            fix = f"did you mean `{{{meant}}}`?" if meant else f"use one of {listed}"
            yield Finding(path, f"`{{{shown(word)}}}` is not a placeholder here", fix)


def table_names(subject: Subject) -> Iterator[Finding]:
    """The table's own name, and those of its roles and policies."""
    spec = subject.spec
    if spec.table_name is not None:
        path = at("tableName")
        unknown = list(template_is_known(path, spec.table_name, TABLE_WORDS))
        yield from unknown
        if not unknown:
            yield from name_is_accepted(path, subject.name, TABLE, (("metadata", "name"),))
    elif not any(template_is_known((), subject.stack.spec.naming.table, TABLE_WORDS)):
        reads = (("stack", "spec", "naming", "table"),)
        yield from name_is_accepted(("metadata", "name"), subject.name, TABLE, reads)
    for number, role in enumerate(spec.access):
        path = at("access", number)
        named = (
            ("roleName", role.role_name, ROLE, role_name(subject.stack, subject.table, role)),
            (
                "policyName",
                role.policy_name,
                POLICY,
                policy_name(subject.stack, subject.table, role),
            ),
        )
        for field, template, form, name in named:
            here = (*path, field) if template else path
            unknown = list(template_is_known(here, template, ROLE_WORDS))
            yield from unknown
            if not unknown:
                yield from name_is_accepted(here, name, form, (("metadata", "name"),))


def alarm_names(subject: Subject) -> Iterator[Finding]:
    """The names of the table's alarms, and the dimensions that are filled in like names."""
    for alarm in table_alarms(subject.stack, subject.table):
        path = alarm_path(alarm, subject.table)
        if isinstance(alarm.settings, MetricAlarm):
            for dimension, value in (alarm.settings.dimensions or {}).items():
                yield from template_is_known((*path, "dimensions", dimension), value, ALARM_WORDS)
        if alarm.settings.name is not None:
            path = (*path, "name")
        unknown = list(template_is_known(path, alarm.settings.name, ALARM_WORDS))
        yield from unknown
        if not unknown:
            yield from name_is_accepted(path, alarm.name, ALARM, (("metadata", "name"),))


def alarm_path(alarm: AlarmSubject, table: Table) -> Path:
    """Where in the table's document an alarm is asked for."""
    alarms = table.spec.alarms
    if isinstance(alarm.settings, MetricAlarm):
        number = next(n for n, metric in enumerate(alarms.metrics) if metric is alarm.settings)
        return at("alarms", "metrics", number)
    return at("alarms", type(alarms).model_fields[alarm.kind].alias or alarm.kind)


def stack_templates(stack: Stack) -> Iterator[Finding]:
    """The stack's own templates and names."""
    naming = stack.spec.naming
    for field, template, words in (
        ("table", naming.table, TABLE_WORDS),
        ("alarm", naming.alarm, ALARM_WORDS),
        ("stackAlarm", naming.stack_alarm, STACK_ALARM_WORDS),
        ("role", naming.role, ROLE_WORDS),
        ("policy", naming.policy, ROLE_WORDS),
        ("dashboard", naming.dashboard, DASHBOARD_WORDS),
    ):
        yield from template_is_known(at("naming", field), template, words)
    if "name" not in placeholders(naming.table):
        message = "gives all tables of the stack one name"
        yield Finding(at("naming", "table"), message, "let it contain `{name}`")
    for name, info in type(stack.spec.alarms).model_fields.items():
        settings = getattr(stack.spec.alarms, name)
        if isinstance(settings, Alarm):
            path = at("alarms", info.alias or name, "name")
            yield from template_is_known(path, settings.name, STACK_ALARM_WORDS)
    if stack.spec.dashboard:
        path = at("dashboard", "name")
        unknown = list(template_is_known(path, stack.spec.dashboard.name, DASHBOARD_WORDS))
        yield from unknown
        if not unknown:
            here = path if stack.spec.dashboard.name else at("dashboard")
            yield from name_is_accepted(here, dashboard_name(stack), DASHBOARD, ())


@dataclass(frozen=True, slots=True)
class Claim:
    """A physical name that a table, something of it, or the stack takes.

    Args:
        what: tables, roles or alarms.
        word: what the table calls it: the name of the role, the `{alarm}` of the alarm.
        name: the physical name.
        path: where it is asked for in the document.
        field: where the name itself stands, if it is said there.
    """

    what: str
    word: str
    name: str
    path: Path
    field: str = ""

    @property
    def place(self) -> Path:
        """Where a reader looks for the name."""
        return (*self.path, self.field) if self.field else self.path

    @property
    def thing(self) -> tuple[str, str]:
        """The same for two names that AWS takes for one.

        IAM knows no two roles whose names differ in case only (IAM User Guide, IAM and STS quotas).
        """
        return self.what, self.name.casefold() if self.what == "roles" else self.name


def claims(subject: Subject) -> Iterator[Claim]:
    """All names of a table that must be unique; its own comes first."""
    stack, table = subject.stack, subject.table
    own_name = at("tableName") if table.spec.table_name else ("metadata", "name")
    yield Claim("tables", table.metadata.name, subject.name, own_name)
    for position, role in enumerate(table.spec.access):
        field = "roleName" if role.role_name else ""
        name = role_name(stack, table, role)
        yield Claim("roles", role.name, name, at("access", position), field)
    for alarm in table_alarms(stack, table):
        yield _alarm_claim(alarm, alarm_path(alarm, table))


def stack_claims(stack: Stack) -> Iterator[Claim]:
    """All names of the stack itself that must be unique."""
    fields = type(stack.spec.alarms).model_fields
    for alarm in stack_alarms(stack):
        yield _alarm_claim(alarm, at("alarms", fields[alarm.kind].alias or alarm.kind))


def _alarm_claim(alarm: AlarmSubject, path: Path) -> Claim:
    return Claim("alarms", alarm.word, alarm.name, path, "name" if alarm.settings.name else "")


RULES = (table_names, alarm_names)
