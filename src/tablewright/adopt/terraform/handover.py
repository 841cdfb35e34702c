"""What changes hands with adopted tables, what stays and matters to them, and the steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tablewright.adopt.adoption import AdoptedStack, AdoptedTable
from tablewright.adopt.looking import looked_at
from tablewright.adopt.roles import identity
from tablewright.plan.owner import OWNER_TAG

from .belonging import TablePart, parts_of, replica_regions
from .roles import role_of
from .state import StateInstance, TableId, TerraformState, texts


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a state has to do with tables that were adopted.

    Args:
        taken: instances that Terraform has to forget: the tables, and what would go on changing
            or deleting a part of them.
        shared: resources, without instance keys, of which other instances stay with Terraform.
        needed: instances that stay with Terraform and that a table needs: its key, its alarms'
            topics.
        referring: instances that stay and refer to something taken.
        elsewhere: replicas, by table and region, that this state does not manage.
    """

    taken: tuple[StateInstance, ...] = ()
    shared: frozenset[str] = frozenset()
    needed: tuple[StateInstance, ...] = ()
    referring: tuple[StateInstance, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()


def hand_over(state: TerraformState, stacks: Iterable[AdoptedStack]) -> HandOver:
    """What of a state changes hands with the tables of these stacks."""
    adopted = [_Adopted(stack, table) for stack in stacks for table in stack.tables]
    tables = [table for table in state.tables if any(other.is_table(table.id) for other in adopted)]
    held = {name for other in adopted for name in other.table.holds}
    parts = [part for instance in state.instances for part in parts_of(instance)]
    taken = (
        *(table.instance for table in tables),
        *(part.instance for part in parts if any(other.owns(part) for other in adopted)),
        *(instance for instance in state.instances if _role(instance) in held),
    )
    if not tables:  # another state holds them, or nobody
        return HandOver()
    addresses = {instance.address for instance in taken}
    rest = [other for other in state.instances if other.address not in addresses]
    needed = tuple(_needed(taken, rest))
    return HandOver(
        taken=taken,
        shared=frozenset(other.resource for other in taken) & {other.resource for other in rest},
        needed=needed,
        referring=tuple(_referring(taken, [other for other in rest if other not in needed])),
        elsewhere=tuple(_elsewhere(adopted, taken)),
    )


def _role(instance: StateInstance) -> str | None:
    """The role that it is, or is a part of, as `AdoptedTable.holds` names it."""
    name = role_of(instance)
    return None if name is None else identity(name)


@dataclass(frozen=True, slots=True)
class _Adopted:
    """An adopted table with the place it is in."""

    stack: AdoptedStack
    table: AdoptedTable

    def is_table(self, other: TableId) -> bool:
        """Whether that is this table itself, or a replica of it."""
        return self.table.name == other.name and other.region in {None, *self.table.regions}

    def owns(self, part: TablePart) -> bool:
        """Whether that belongs to this table and was adopted with it."""
        return self.is_table(part.table) and part.identity not in self.table.stays


def _needed(
    taken: Sequence[StateInstance], rest: Sequence[StateInstance]
) -> Iterator[StateInstance]:
    """What of the rest is named by its ARN in what was taken, or in what that needs."""
    named = {text for instance in taken for text in texts(instance.attributes)}
    waiting = list(rest)
    while referred := [instance for instance in waiting if _arn(instance) in named]:
        yield from referred
        named |= {text for instance in referred for text in texts(instance.attributes)}
        waiting = [instance for instance in waiting if instance not in referred]


def _referring(
    taken: Sequence[StateInstance], rest: Iterable[StateInstance]
) -> Iterator[StateInstance]:
    resources = {instance.resource for instance in taken}
    arns = tuple(
        arn for instance in taken if isinstance(arn := instance.attributes.get("arn"), str)
    )
    for instance in rest:
        if instance.dependencies & resources or any(
            arn in text for text in texts(instance.attributes) for arn in arns
        ):
            yield instance


def _elsewhere(
    adopted: Iterable[_Adopted], taken: Iterable[StateInstance]
) -> Iterator[tuple[str, str]]:
    managed = {region for instance in taken for region in replica_regions(instance)}
    for table in adopted:
        for region in sorted(table.table.regions - {table.stack.region} - managed):
            yield table.table.name, region


def _arn(instance: StateInstance) -> str | None:
    arn = instance.attributes.get("arn")
    return arn if isinstance(arn, str) else None


_LOSS = "will be destroyed|(must|will) be replaced"
"""In a plan; of what is replaced by request, or since something else is, it says `will`."""
_REMOVED = """\
removed {{
  from = {address}

  lifecycle {{
    destroy = false
  }}
}}
"""


def removed_blocks(change: HandOver) -> str:
    """`removed` blocks (Terraform 1.7 and newer) that make Terraform forget whole resources.

    Such a block takes no instance key, so a resource of which instances stay has none.
    """
    addresses = dict.fromkeys(instance.resource for instance in change.taken)
    return "\n".join(
        _REMOVED.format(address=address) for address in addresses if address not in change.shared
    )


def state_commands(change: HandOver) -> tuple[str, ...]:
    """`terraform state rm` commands that make it forget everything, instance by instance."""
    return tuple(f"terraform state rm {_quoted(instance.address)}" for instance in change.taken)


def steps(change: HandOver) -> Iterator[str]:
    """The hand-over as lines to print, exact and in order; none where nothing changes hands."""
    if not change.taken:
        return
    yield (
        "\nAfter `tablewright up`, Terraform has to forget what was adopted. Until it has, "
        f"`terraform plan` wants to undo what differs, the tag {OWNER_TAG} first: do not apply it."
    )
    if blocks := removed_blocks(change):
        yield (
            "In its configuration, delete the resource blocks of these (and a module block that "
            "is left with nothing else), put these blocks in their place, and apply; nothing is "
            "destroyed:"
        )
        yield blocks
        yield "or, on its state, and then delete the same resource and module blocks:"
    else:
        yield "On its state:"
    yield from (f"  {line}" for line in state_commands(change))
    yield (
        "Apply only when this ends with `kept`: what else it prints would be destroyed, and of a "
        "plan that failed nobody knows:"
    )
    yield f"  {looked_at('terraform plan -no-color', _LOSS)}"
    yield from _shared_steps(change)
    yield from _listed(
        "Needed by what was adopted, and still Terraform's; do not destroy these:", change.needed
    )
    yield from _listed(
        "These refer to what was adopted; give them its name or ARN as a value or a data source, "
        "or the next plan fails with a reference to an undeclared resource:",
        change.referring,
    )
    for table, region in change.elsewhere:
        yield (
            f"The replica of {table} in {region} is not in this state: where another state holds "
            "it, hand it over there as well."
        )


def _shared_steps(change: HandOver) -> Iterator[str]:
    if not change.shared:
        return
    yield (
        "These have other instances, which stay, and a removed block would forget those as well. "
        "So there is none for them: after `terraform state rm`, take the forgotten instances out "
        "of the for_each or count of the resource, or of its module:"
    )
    counted = {instance.resource for instance in change.taken if isinstance(instance.key, int)}
    for resource in sorted(change.shared):
        note = ", counted: a smaller count renumbers what stays, so switch to for_each first"
        yield f"  {resource}{note if resource in counted else ''}"


def _listed(title: str, instances: Sequence[StateInstance]) -> Iterator[str]:
    if instances:
        yield title
        yield from (f"  {instance.address}" for instance in instances)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
