"""What exists already of what is declared, asked for as far as a run needs it.

What asks AWS is imported where it asks: an unchanged preview asks nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from tablewright.components.existing import NOTHING, Existing, LiveName
from tablewright.deploy.ownership.stack_identity import StackIdentity
from tablewright.engine import StateResource
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.resource_kinds.types import TABLE

from .ignored_changes import recorded_tables, refuse_ignored_changes
from .moved_tables import keep_what_moved
from .preflight import look
from .recorded import RecordedResource, RecordedResources, unrecorded
from .recorded_settings import keep_consistency, keep_streams_of_replicas, recorded_ceilings
from .replicas import with_replicas
from .scaling_targets import with_scaled_tables

if TYPE_CHECKING:
    from tablewright.deploy.target_environment import TargetEnvironment


def read_existing(
    declared: DeclaredStack,
    resources: Collection[StateResource],
    left_open: Collection[RecordedResource],
    stack: StackIdentity,
    place: TargetEnvironment,
    gone: Collection[str] = (),
) -> Existing:
    """All that a run must not create again, and must not reset.

    Args:
        declared: the stack.
        resources: of its state.
        left_open: what killed runs may have made.
        stack: the stack, as it is called in the tag of ownership.
        place: where it goes.
        gone: recorded tables that do not live any more.

    Raises:
        InputError, RefusedError: what is live contradicts what is declared.
        UnreadError: something declared could not be asked for.
    """
    keep_streams_of_replicas(declared, resources)
    keep_consistency(declared, resources)
    keep_what_moved(declared, resources)
    living = [
        resource for resource in resources if resource.type != TABLE or resource.id not in gone
    ]
    if place.home is None:
        refuse_ignored_changes(declared, recorded_tables(living))
    known: list[RecordedResource] = [*living, *left_open]
    existing, wanted = NOTHING, unrecorded(declared, RecordedResources.of(known))
    if wanted:
        adopting = {
            declared_table.table.name for declared_table in declared.tables if declared_table.adopt
        } & wanted.tables
        taking = replace(stack, adopting=frozenset(adopting))
        existing = look(declared, wanted, taking, place.session)
    if any(table.global_table for table in declared.tables):
        existing = with_replicas(existing, declared, wanted, place.session)
    if any(table.table.billing_mode == "PROVISIONED" for table in declared.tables):
        existing = with_scaled_tables(existing, declared, resources, place.session)
    if place.home is None:  # Pulumi's own plug-in imports no scheduled action
        existing = replace(existing, import_ids=dict(_importable(existing)))
        refuse_ignored_changes(declared, existing.tables)
    ceilings = recorded_ceilings(declared, resources)
    recorded = frozenset(resource.id for resource in living if resource.type == TABLE)
    return replace(existing, tables={**ceilings, **existing.tables}, recorded=recorded)


def _importable(existing: Existing) -> Iterator[tuple[LiveName, str]]:
    """What Pulumi's own plug-in can import."""
    for (kind, identity), import_id in existing.import_ids.items():
        if kind != "appautoscaling.ScheduledAction":
            yield (kind, identity), import_id
