"""The hand-over from another Pulumi program as lines to print, exact and in order. Pure.

Sources: Pulumi, "retainOnDelete" and "protect", both of which the children of a component inherit;
a protected resource is deleted by nothing, retained or not. "Removing resources without deleting
them": by `retainOnDelete`, or by `pulumi state delete`, which refuses what others need.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

from tablewright.adopt.adoption import AdoptedStack
from tablewright.adopt.looking import looked_at
from tablewright.adopt.terraform import HandOver
from tablewright.pulumi_values import STACK_TYPE

from .export import PulumiExport, PulumiResource

_LOSS = "aws.* (delete|replace)( |$)"
"""In the preview of a program; what is retained is `delete[retain]`."""


def refused_target(export: PulumiExport, stacks: Iterable[AdoptedStack]) -> AdoptedStack | None:
    """A written stack that would be the exported one itself, and delete all else that is in it."""
    for stack in stacks:
        if (stack.name, stack.environment) == (export.project, export.stack):
            return stack
    return None


def steps(export: PulumiExport, change: HandOver, preview: str, deploy: str) -> Iterator[str]:
    """The steps; none where nothing changes hands.

    Args:
        export: the stack.
        change: what changes hands.
        preview: the command that previews the manifests.
        deploy: the command that takes over.
    """
    urns = {instance.address for instance in change.taken}
    taken = [resource for resource in export.resources if resource.address in urns]
    if not taken:
        return
    yield (
        "\nThe hand-over from Pulumi, in this order, with no other run of the program in between; "
        "nothing is deleted on the way.\nWhat changes hands:"
    )
    yield from (f"  {resource.name} ({resource.kind})" for resource in taken)
    yield from _first(export, taken)
    yield from _second(export, change)
    yield from _by_state(export, taken)
    yield "3. Take them over; the preview shows imports, and no change but the tag of the owner:"
    yield f"     {preview}"
    yield f"     {deploy}"
    yield from _rest(change)


def _first(export: PulumiExport, taken: Sequence[PulumiResource]) -> Iterator[str]:
    protected = any(resource.protect for resource in taken)
    more = ", set `protect` to false," if protected else ""
    yield f"1. In the program, set the option `retainOnDelete` of each of these to true{more}"
    yield "   and change nothing else."
    yield from _look(export)  # what waits to be deployed is deployed with it, unprotected now
    yield "   Then run:"
    yield f"     {_pulumi(export, 'up')}"
    for parent in dict.fromkeys(resource.parent for resource in taken):
        if component := _component(export, parent):
            yield (
                f"   Those of the component {component.name} ({component.kind}) inherit them, "
                "where it is given them."
            )


def _second(export: PulumiExport, change: HandOver) -> Iterator[str]:
    yield "2. Remove them from the program: one that still declares them would create them again."
    yield "   What needs one gets its name or ARN as a value, or reads it by `Table.get`."
    by_urn = {resource.address: resource for resource in export.resources}
    referring = [by_urn[instance.address] for instance in change.referring]
    referring = [user for user in referring if user.custom or user.kind == STACK_TYPE]
    if referring:
        yield "   These do now:"
        yield from (
            "     the outputs of the stack"
            if user.kind == STACK_TYPE
            else f"     {_named(user.address)}"
            for user in referring
        )
    yield from _look(export)
    yield "   Then they leave the stack, and stay where they are:"
    yield f"     {_pulumi(export, 'up')}"


def _look(export: PulumiExport) -> Iterator[str]:
    """What has to be so before a run of the program."""
    yield "   Go on only when this ends with `kept`: what else it prints would be deleted in AWS,"
    yield "   or made again, and of a preview that failed nobody knows:"
    yield f"     {looked_at(_pulumi(export, 'preview'), _LOSS)}"


def _by_state(export: PulumiExport, taken: Sequence[PulumiResource]) -> Iterator[str]:
    """The other way, where the engine takes it."""
    names = {resource.address for resource in taken}
    needing = [
        resource
        for resource in export.resources
        if resource.address not in names
        and (resource.dependencies & names or resource.parent in names)
    ]
    if needing:
        yield (
            "   (`pulumi state delete` is no way here: it refuses what "
            f"{', '.join(resource.name for resource in needing)} depends on)"
        )
        return
    yield "   Or in the place of 1 and 2: these, then remove them from the program. A run of it in"
    yield "   between would create them again; its next preview must not name them:"
    for resource in reversed(taken):
        if resource.protect:
            yield f"     {_pulumi(export, 'state', 'unprotect', resource.address, '--yes')}"
        yield f"     {_pulumi(export, 'state', 'delete', resource.address, '--yes')}"


def _rest(change: HandOver) -> Iterator[str]:
    if change.needed:
        yield "Needed by what was adopted, and still of the program; do not destroy these:"
        yield from (f"  {_named(instance.address)}" for instance in change.needed)
    for table, region in change.elsewhere:
        yield (
            f"The replica of {table} in {region} is not in this stack: where another holds it, "
            "hand it over there as well."
        )


def _component(export: PulumiExport, urn: str) -> PulumiResource | None:
    return next(
        (
            resource
            for resource in export.resources
            if resource.address == urn and not resource.custom and resource.kind != STACK_TYPE
        ),
        None,
    )


def _named(urn: str) -> str:
    """Name and type of a resource, as its URN has them."""
    *_, kind, name = urn.split("::")
    return f"{name} ({kind.rpartition('$')[2]})"


def _pulumi(export: PulumiExport, *words: str) -> str:
    """A command in the project's folder."""
    return shlex.join(["pulumi", *words, "--stack", export.stack])
