"""Whether a stack and its tables are what a company's policy demands. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tablewright.errors import nearest_names
from tablewright.manifest.documents.node import Path
from tablewright.manifest.models import Stack, StackPolicy
from tablewright.manifest.rules.finding import Finding, Subject, at
from tablewright.manifest.tagging import effective_tags


def applies(policy: StackPolicy, stack: Stack) -> bool:
    """Whether a policy is about stacks of this environment."""
    environments = policy.spec.environments
    return not environments or stack.spec.environment in environments


def stack_offences(policy: StackPolicy, stack: Stack) -> Iterator[Finding]:
    """What of a stack itself breaks the policy."""
    regions, region = policy.spec.regions, stack.spec.region
    if regions and region not in regions:
        yield _finding(
            policy,
            "regions",
            at("region"),
            f"allows no stack in {region}",
            f"use {' or '.join(regions)}",
        )
    for field, tags in (("enforcedTags", stack.spec.enforced_tags), ("tags", stack.spec.tags)):
        for name, value in tags.items():
            yield from _value(policy, at(field, name), name, value)


def table_offences(policy: StackPolicy, subject: Subject) -> Iterator[Finding]:
    """What of a table breaks the policy, but for what it is exempt from."""
    exempt = {
        demand
        for exemption in policy.spec.exemptions
        if exemption.table == subject.table.metadata.name
        and exemption.stack in (None, subject.stack.metadata.name)
        for demand in exemption.demands
    }
    for finding in _demanded(policy, subject):
        if finding.other[-1] not in exempt:
            yield finding


def idle_exemptions(
    policy: StackPolicy, tables: Mapping[str, Collection[str]]
) -> Iterator[Finding]:
    """Exemptions of tables that no stack has which they could be about.

    Args:
        policy: which.
        tables: names of tables, by stack.
    """
    for number, exemption in enumerate(policy.spec.exemptions):
        stacks = [exemption.stack] if exemption.stack else sorted(tables)
        names = {name for stack in stacks for name in tables.get(stack, ())}
        if exemption.table not in names and any(stack in tables for stack in stacks):
            where = f"the stack {exemption.stack} has" if exemption.stack else "no stack here has"
            article = "no" if exemption.stack else "a"
            path = at("exemptions", number, "table")
            message = f"{where} {article} table `{exemption.table}`, so it exempts nothing here"
            yield Finding(path, message, nearest_names(exemption.table, names))


def _demanded(policy: StackPolicy, subject: Subject) -> Iterator[Finding]:
    yield from _recovery(policy, subject)
    yield from _protection(policy, subject)
    yield from _choices(policy, subject)
    yield from _alarms(policy, subject)
    yield from _tags(policy, subject)


def _recovery(policy: StackPolicy, subject: Subject) -> Iterator[Finding]:
    least, recovery = policy.spec.minimum_recovery_days, subject.spec.recovery
    if least is None:
        return
    fix = f"write `recovery: {{days: {least}}}`"
    demand = f"demands point-in-time recovery of at least {least} days"
    if recovery is None or not recovery.enabled:
        path = at("recovery") if recovery is None else at("recovery", "enabled")
        yield _finding(policy, "minimumRecoveryDays", path, f"{demand}, and there is none", fix)
    elif recovery.days < least:
        what = f"{demand}, not {recovery.days}"
        yield _finding(policy, "minimumRecoveryDays", at("recovery", "days"), what, fix)


def _protection(policy: StackPolicy, subject: Subject) -> Iterator[Finding]:
    if policy.spec.deletion_protection and not subject.spec.deletion_protection:
        yield _finding(
            policy,
            "deletionProtection",
            at("deletionProtection"),
            "demands protection against deletion",
            "write `deletionProtection: true`; or, where the table is to go, exempt it in the "
            f"policy: `exemptions: [{{table: {subject.table.metadata.name}, "
            "demands: [deletionProtection], reason: WHY}]`",
        )


def _choices(policy: StackPolicy, subject: Subject) -> Iterator[Finding]:
    """Fields that may only have some of their values."""
    spec = subject.spec
    for field, allowed, value, path, written in (
        (
            "encryption",
            policy.spec.encryption,
            spec.encryption.type,
            at("encryption", "type"),
            "encryption: {{type: {}}}",
        ),
        (
            "billingModes",
            policy.spec.billing_modes,
            spec.billing_mode,
            at("billingMode"),
            "billingMode: {}",
        ),
    ):
        if allowed and value not in allowed:
            fix = " or ".join(f"`{written.format(choice)}`" for choice in allowed)
            yield _finding(policy, field, path, f"allows no {value}", f"write {fix}")


def _alarms(policy: StackPolicy, subject: Subject) -> Iterator[Finding]:
    spec = subject.spec
    declared = {
        info.alias or name: getattr(spec.alarms, name)
        for name, info in type(spec.alarms).model_fields.items()
    }
    for name in policy.spec.alarms:
        alarm: Any = declared[name]
        if alarm is None or not alarm.enabled:
            path = at("alarms", name) if alarm is None else at("alarms", name, "enabled")
            fix = f"write `alarms: {{{name}: {{}}}}`"
            yield _finding(policy, "alarms", path, f"demands the alarm `{name}`", fix)


def _tags(policy: StackPolicy, subject: Subject) -> Iterator[Finding]:
    own = subject.spec.tags
    tags = effective_tags(subject.stack, own)
    for name in policy.spec.mandatory_tags:
        if not tags.get(name, "").strip():
            path = at("tags", name) if name in own else at("tags")
            fix = f"add `{name}` to its `tags`, or to `spec.tags` of the stack for all tables"
            yield _finding(policy, "mandatoryTags", path, f"demands the tag `{name}`", fix)
    for name, value in own.items():
        if tags.get(name) == value:  # else another one wins, which the stack says
            yield from _value(policy, at("tags", name), name, value)


def _value(policy: StackPolicy, path: Path, name: str, value: str) -> Iterator[Finding]:
    allowed = policy.spec.tag_values.get(name, ())
    if allowed and value not in allowed:
        what, fix = f"allows no `{name}: {value}`", f"use {' or '.join(allowed)}"
        yield _finding(policy, "tagValues", path, what, fix)


def _finding(policy: StackPolicy, field: str, path: Path, what: str, fix: str) -> Finding:
    """What is demanded, and where, at the place that does not have it."""
    message = f"the policy `{policy.metadata.name}` {what}"
    return Finding(path, message, fix, (_ENVIRONMENT,), ("spec", field))


_ENVIRONMENT: Path = ("stack", "spec", "environment")
