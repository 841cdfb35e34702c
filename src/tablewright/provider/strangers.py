"""What has the name of a recorded resource and is another one, or another stack's.

A name passes on: somebody deletes a table and makes one of the same name (`creation_id` tells them
apart). So a refresh finds that the recorded one is gone; a change and a deletion are refused, and
so are those of what carries the owner's tag of another stack. Our own commands look before a run
begins (`deploy.ownership`); this is for every other engine as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tablewright.errors import RefusedError
from tablewright.plan.owner import OWNER_TAG, owner_of
from tablewright.plan.partitions import partition_of_region
from tablewright.provider.resources.resource import Recorded
from tablewright.pulumi_values import urn_stack
from tablewright.resource_kinds import KINDS, Account, types

from .creation_id import creation_id_of, is_another

if TYPE_CHECKING:
    from tablewright.provider.configuration import Configuration
    from tablewright.provider.resources.resource import Bag, Live, ResourceType

    from .operation_context import OperationContext

_ANSWERED_WITH_WHAT_IS_THERE: Final = frozenset(
    {types.ALARM, types.COMPOSITE_ALARM, types.TOPIC, types.QUEUE}
)
"""Of all others with tags AWS refuses a second one of the name."""
_WRITTEN_OVER: Final = _ANSWERED_WITH_WHAT_IS_THERE | {
    types.ATTACHMENT,
    types.DASHBOARD,
    types.INSIGHTS,
    types.RESOURCE_POLICY,
    types.ROLE_POLICY,
    types.SCALING_POLICY,
    types.SCHEDULE,
    types.TAG,
    types.TARGET,
}
"""Of which a creation is one with a change: of all others AWS refuses a second one, or names it."""


def refuse_strangers(
    kind: ResourceType, run: OperationContext, recorded: Recorded, urn: str
) -> None:
    """Refuse to change or delete what is not what is recorded, or belongs to another stack.

    Raises:
        RefusedError: that is so; nothing was touched.
    """
    if not (kind.is_tagged or creation_id_of(recorded.outputs)):
        return
    live = kind.evidence(run, recorded.identifier, recorded.outputs)
    if live is None:
        return
    if is_another(recorded.outputs, live):
        raise RefusedError(
            f"{run.subject} is another one than the stack has recorded: that was deleted, and "
            "somebody has made one of the same name since; nothing was touched",
            "read the live resources with `tablewright refresh PATH` or `pulumi refresh`, which "
            "forgets the one that is gone",
        )
    owner = owner_of(live.get("tagsAll") or {})
    if owner and owner not in _own_names(recorded, urn):
        raise RefusedError(
            f"{run.subject} belongs to the stack {owner}, says its tag {OWNER_TAG}; nothing was "
            "touched",
            "change and delete it there; or, if the tag is wrong, take it off first",
        )


def refuse_taking(
    kind: ResourceType, run: OperationContext, inputs: Bag, urn: str, *, is_known: bool
) -> None:
    """Refuse to create over what lives: what another stack's tag is on, or is not as declared.

    Args:
        kind: of the resource.
        run: the request.
        inputs: as declared.
        urn: of the resource.
        is_known: whether it is recorded, or was looked for before the run; then its tag is asked.

    Raises:
        RefusedError: AWS would write over it, or answer with it.
    """
    if kind.tok not in (_ANSWERED_WITH_WHAT_IS_THERE if is_known else _WRITTEN_OVER):
        return
    identifier = KINDS[kind.tok].import_id(inputs, _account(kind, run, inputs))
    live = kind.read(run, identifier, inputs) if identifier else None
    if live is None:
        return
    owner = owner_of(live.outputs.get("tagsAll") or {})
    is_own = owner is not None and owner in _own_names(Recorded("", {}, {}, inputs), urn)
    if owner and not is_own:
        raise RefusedError(
            f"{run.subject} exists already and belongs to the stack {owner}, says its tag "
            f"{OWNER_TAG}; nothing was touched",
            "give it another name here",
        )
    if not (is_known or is_own or is_as_sent(kind, live, inputs, run.configuration)):
        raise RefusedError(
            f"{run.subject} exists already, is not what is declared, and would be written over; "
            "nothing was touched",
            f'give it another name here; or take it over: `import_="{identifier}"` in the options '
            "of the resource, or `aliases` where the program has given it another name",
        )


def is_as_sent(kind: ResourceType, live: Live, inputs: Bag, configuration: Configuration) -> bool:
    """Whether a live resource is what inputs would make."""
    outputs = kind.settle(live.outputs, inputs, {})
    return not kind.diff(Recorded(live.identifier, outputs, inputs, inputs), configuration)


def _account(kind: ResourceType, run: OperationContext, inputs: Bag) -> Account:
    """Where an import would lead; whose account that is, is asked only where ids tell it."""
    region = run.region_of(inputs)
    is_told = "{account}" in KINDS[kind.tok].imported_as
    account = run.identity().account if is_told else ""
    return Account(account, region, partition_of_region(region))


def _own_names(recorded: Recorded, urn: str) -> set[str | None]:
    """How the stack is called, by its URN and by what its program says and said."""
    bags: tuple[Bag, ...] = (recorded.old_inputs, recorded.news)
    return {urn_stack(urn), *(owner_of(bag.get("tags") or {}) for bag in bags)}
