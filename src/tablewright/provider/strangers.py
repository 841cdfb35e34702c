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
from tablewright.resource_kinds import KINDS, Account

from .creation_id import creation_id_of, is_another

if TYPE_CHECKING:
    from tablewright.provider.resources.resource import Bag, ResourceType

    from .operation_context import OperationContext

_ANSWERED_WITH_WHAT_IS_THERE: Final = frozenset(
    {
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        "aws:sns/topic:Topic",
        "aws:sqs/queue:Queue",
    }
)
"""Of all others with tags AWS refuses a second one of the name."""


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


def refuse_taking(kind: ResourceType, run: OperationContext, inputs: Bag, urn: str) -> None:
    """Refuse to create over what carries the owner's tag of another stack.

    Raises:
        RefusedError: AWS would write over it, or answer with it.
    """
    if kind.tok not in _ANSWERED_WITH_WHAT_IS_THERE:
        return
    region = run.region_of(inputs)
    account = Account(run.identity().account, region, partition_of_region(region))
    identifier = KINDS[kind.tok].import_id(inputs, account)
    live = kind.read(run, identifier, inputs) if identifier else None
    owner = owner_of(live.outputs.get("tagsAll") or {}) if live else None
    if owner and owner not in _own_names(Recorded("", {}, {}, inputs), urn):
        raise RefusedError(
            f"{run.subject} exists already and belongs to the stack {owner}, says its tag "
            f"{OWNER_TAG}; nothing was touched",
            "give it another name here",
        )


def _own_names(recorded: Recorded, urn: str) -> set[str | None]:
    """How the stack is called, by its URN and by what its program says and said."""
    bags: tuple[Bag, ...] = (recorded.old_inputs, recorded.news)
    return {urn_stack(urn), *(owner_of(bag.get("tags") or {}) for bag in bags)}
