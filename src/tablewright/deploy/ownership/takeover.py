"""Whether what is live under a declared name may be taken over. Pure.

What a stack makes carries its owner's tag, so what is live, is not recorded and was begun by no run
of this state is somebody else's. It is taken over only if its owner names it: by `adopt: true` of
its own, or with the table that is adopted, as far as it concerns that table. What another stack has
is never taken over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tablewright.errors import InputError, RefusedError, TablewrightError, listed
from tablewright.fleet.alarms import LiveAlarm, tables_watched
from tablewright.fleet.roles import LiveRole
from tablewright.plan.declaration.declared import Alarm, DeclaredStack, DeclaredTable, Role
from tablewright.plan.owner import owner_of

from .stack_identity import StackIdentity

Fault = InputError | RefusedError
_NAMING = {
    "alarm": "its own `name`, or `naming.alarm` of the stack",
    "role": "its own `roleName`, or `naming.role` of the stack",
    "dashboard": "`dashboard.name`, or `naming.dashboard` of the stack",
}


@dataclass(frozen=True, slots=True)
class Takeover:
    """A declared resource whose name something live has.

    Args:
        word: what people call its kind.
        name: the name.
        adopt: whether it may be taken over by its own word.
        tags: of the live resource.
        table: the declared table that it belongs to, if it does.
        concerns: whether what is live concerns that table.
    """

    word: str
    name: str
    adopt: bool
    tags: Mapping[str, str]
    table: DeclaredTable | None = None
    concerns: bool = False

    def fault(self, stack: StackIdentity) -> Fault | None:
        """Why it must not be taken over; None if it may."""
        owner = owner_of(self.tags)
        if owner not in {None, stack.owner}:
            return RefusedError(
                f"{self.word} {self.name} belongs to the stack {owner}; it has one owner",
                f"give it another name here ({_NAMING[self.word]})",
            )
        if self.adopt or self._comes_with_its_table(stack, owner):
            return None
        if owner == stack.owner:
            return elsewhere(f"{self.word} {self.name}", stack)
        return InputError(
            f"{self.word} {self.name} exists already, and the manifest would write over it",
            f"give it another name here ({_NAMING[self.word]}), or add `adopt: true` to it to take "
            "it over",
        )

    def _comes_with_its_table(self, stack: StackIdentity, owner: str | None) -> bool:
        if self.table is None or not self.concerns:
            return False
        begun = self.table.adopt and owner == stack.owner  # claimed by a run that was killed
        return self.table.table.name in stack.adopting or begun


def elsewhere(subject: str, stack: StackIdentity) -> InputError:
    """What to say of something that carries this stack's own tag and is not in its state."""
    return InputError(
        f"{subject} carries the tag of this very stack, {stack.owner}, but is not in its state at "
        f"{stack.backend}: the state it is in is elsewhere",
        "name that place with --backend (or that stack with --stack); if that state is lost, add "
        "`adopt: true` to take it over",
    )


def refuse(faults: Sequence[TablewrightError]) -> None:
    """Raise what there is to say, all at once.

    Raises:
        InputError, RefusedError: there is something.
    """
    if not faults:
        return
    kind = RefusedError if any(isinstance(fault, RefusedError) for fault in faults) else InputError
    first, *others = faults
    if not others:
        raise first
    reasons = listed((fault.message, fault.next_step) for fault in faults)
    raise kind(
        f"{len(faults)} things stand between the manifests and the live resources:\n{reasons}",
        "correct them and run the same command again; nothing was touched",
    )


def takeovers_of_alarms(declared: DeclaredStack, live: Iterable[LiveAlarm]) -> Iterator[Takeover]:
    """For each live alarm the declared one of its name."""
    tables = {alarm.name: (alarm, table) for table in declared.tables for alarm in table.alarms}
    of_stack: dict[str, tuple[Alarm, DeclaredTable | None]] = {
        alarm.name: (alarm, None) for alarm in declared.alarms
    }
    for live_alarm in live:
        alarm, table = {**of_stack, **tables}[live_alarm.alarm.name]
        concerns = table is not None and _watches(live_alarm.alarm, alarm, table.table.name)
        yield Takeover("alarm", alarm.name, alarm.adopt, live_alarm.alarm.tags, table, concerns)


def _watches(live: Alarm, declared: Alarm, table: str) -> bool:
    """Whether an alarm watches this table alone, or what the declared one watches of no table."""
    watched = tables_watched(live)
    if watched or live.metric is None or declared.metric is None:
        return watched == {table}
    return _series(live) == _series(declared)


def _series(alarm: Alarm) -> tuple[Any, ...]:
    metric = alarm.metric
    return () if metric is None else (metric.namespace, metric.metric_name, dict(metric.dimensions))


def takeovers_of_roles(declared: DeclaredStack, live: Mapping[str, LiveRole]) -> Iterator[Takeover]:
    """For each live role the declared one of its name."""
    roles: dict[str, tuple[Role, DeclaredTable]] = {
        role.name: (role, table) for table in declared.tables for role in table.roles
    }
    for name, live_role in live.items():
        role, table = roles[name]
        place = (declared.region, table.table.name)
        yield Takeover("role", name, role.adopt, live_role.tags, table, _names(live_role, *place))


def _names(role: LiveRole, region: str, table: str) -> bool:
    """Whether an inline policy of a role names the table, or parts of it."""
    resources = [
        resource
        for policy in (role.inline or {}).values()
        for statement in _listed(policy.get("Statement"))
        for resource in _listed(statement.get("Resource"))
    ]
    parts = f":{region}:", f":table/{table}"
    return any(
        parts[0] in arn and (arn.endswith(parts[1]) or f"{parts[1]}/" in arn) for arn in resources
    )


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]
