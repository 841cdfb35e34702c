"""What a stack's mandatory tags and a company's policies demand of an adopted table. Pure.

A table that grew by hand is written down as it is, which a policy may refuse. What it demands is
told with the line that is missing, and written where the user asks for it and it is a change in
place without a choice: of capacity, keys and the values of tags people decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tablewright.manifest.documents.node import Path
from tablewright.manifest.models import Stack, StackPolicy, Table
from tablewright.manifest.reading import place_at
from tablewright.manifest.rules.finding import Finding, Subject
from tablewright.manifest.rules.standard import table_offences
from tablewright.manifest.rules.tags import mandatory_tags_lacking
from tablewright.manifest.standard import Standard


@dataclass(frozen=True, slots=True)
class Demand:
    """Something that is demanded of a table, and that it does not have.

    Args:
        what: is demanded, and where that is written.
        fix: what to do about it, for people.
        path: of the field, from `spec` on.
        value: what fulfils it, where nobody has to decide anything; None where somebody has to.
    """

    what: str
    fix: str
    path: Path
    value: Any = None

    def __str__(self) -> str:
        """All in one sentence."""
        return f"{self.what}: {self.advice}"

    @property
    def advice(self) -> str:
        """The line to add, or else what to do."""
        return f"add `{self.line}`" if self.line else self.fix

    @property
    def line(self) -> str:
        """What to add to the `spec` of the table; empty where somebody has to decide."""
        if self.value is None:
            return ""
        value = self.value
        for part in reversed(self.path[2:]):
            value = {part: value}
        return f"{self.path[1]}: {_inline(value)}"


def demands(stack: Stack, standard: Standard, table: Table) -> Iterator[Demand]:
    """All that is demanded of a table of a stack, with the stack's defaults merged under it."""
    subject = Subject(stack, table)
    for finding in mandatory_tags_lacking(subject).values():
        yield Demand(finding.message, finding.fix, finding.path)
    for document, policy in standard.policies_for(stack):
        for finding in table_offences(policy, subject):
            what = f"{finding.message} ({place_at(document, finding.other)})"
            field, value = _fulfilled(policy, finding)
            yield Demand(what, finding.fix, field, value)


def fulfil(spec: Mapping[str, Any], demand: Demand) -> dict[str, Any]:
    """A `spec` that has what is demanded; only for one that has a value."""
    return _with(spec, demand.path[1:], demand.value)


def _fulfilled(policy: StackPolicy, finding: Finding) -> tuple[Path, Any]:
    """The field that answers a finding, and its value where there is one and no other."""
    demand = finding.other[-1]
    if demand == "minimumRecoveryDays":
        return ("spec", "recovery"), {"days": policy.spec.minimum_recovery_days}
    if demand == "deletionProtection":
        return ("spec", "deletionProtection"), True
    if demand == "alarms":
        return finding.path[:3], {}
    if demand == "encryption":
        managed = "AWS_MANAGED" in policy.spec.encryption
        return ("spec", "encryption"), {"type": "AWS_MANAGED"} if managed else None
    return finding.path, None


def _inline(value: Any) -> str:
    """A value in one line of YAML."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {_inline(below)}' for name, below in value.items())}}}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _with(spec: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    first, *rest = path
    name = str(first)
    below = spec.get(name) or {}
    return {**spec, name: _with(below, tuple(rest), value) if rest else value}
