"""What a manifest notes as moved is the same thing in AWS, or the run does not begin. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tablewright.engine import StateResource
from tablewright.errors import RefusedError
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.resource_kinds import KINDS
from tablewright.resource_kinds.types import ALARM, ROLE, TABLE

_TYPES = {"table": TABLE, "alarm": ALARM, "role": ROLE}
_FIELDS = {"table": "tableName", "alarm": "name", "role": "roleName"}


def keep_what_moved(declared: DeclaredStack, resources: Iterable[StateResource]) -> None:
    """Refuse to make another thing of one that is noted as moved.

    A note of what is not recorded, or recorded under its new name by now, means nothing any more.

    Raises:
        RefusedError: its name in AWS would be another, and nothing there can be renamed.
    """
    names = dict(_names(declared))
    recorded = {
        (resource.type, resource.name): resource for resource in resources if resource.holds
    }
    for note in declared.moved:
        type_ = _TYPES[note.kind]
        before, after = recorded.get((type_, note.former)), names.get((type_, note.name))
        name = KINDS[type_].owner_name(before.inputs) if before else None
        if after is not None and name is not None and name != after:
            raise RefusedError(
                f"the {note.kind} {note.name} is noted as what {note.former} was, which AWS knows "
                f"as {name}; it is declared as {after}, and AWS renames nothing",
                f"keep the name with `{_FIELDS[note.kind]}: {name}`, or remove the note from "
                "`spec.moved` of the stack",
            )


def _names(declared: DeclaredStack) -> Iterator[tuple[tuple[str, str], str]]:
    """Names in AWS by type and logical name."""
    for table in declared.tables:
        yield (TABLE, table.key), table.table.name
        for role in table.roles:
            yield (ROLE, role.key), role.name
    for alarm in (
        *declared.alarms,
        *(table_alarm for t in declared.tables for table_alarm in t.alarms),
    ):
        yield (ALARM, alarm.key), alarm.name
