"""What has the name of a recorded resource and is another one, or another stack's.

A name passes on: somebody deletes a table and makes one of the same name. What AWS gives at a
creation, and never again, tells them apart: a table's id, a role's, the second in which a queue was
made. It is recorded with the outputs, under `__meta` where the SDK has no output for it: the engine
shows and compares nothing that begins so, and Pulumi's own plug-in keeps its own notes there.

So a refresh finds that the recorded one is gone; a change and a deletion are refused, and so are
those of what carries the owner's tag of another stack. Our own commands look before a run begins
(`deploy.ownership`); this is for every other engine as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from tablewright.errors import RefusedError
from tablewright.plan.owner import OWNER_TAG, owner_of
from tablewright.plan.partitions import partition_of_region
from tablewright.provider.resources.resource import Recorded
from tablewright.pulumi_values import urn_stack
from tablewright.resource_kinds import KINDS, Account

if TYPE_CHECKING:
    from tablewright.provider.resources.resource import Bag, ResourceType

    from .operation_context import OperationContext

META: Final = "__meta"
_OURS: Final = "tablewright"
_ANSWERED_WITH_WHAT_IS_THERE: Final = frozenset(
    {
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        "aws:sns/topic:Topic",
        "aws:sqs/queue:Queue",
    }
)
"""Of all others with tags AWS refuses a second one of the name."""
_TOLD: Final = ("uniqueId", "policyId")
"""Outputs of the SDK that are such ids."""


def with_creation_id(outputs: Mapping[str, Any], creation_id: object) -> dict[str, Any]:
    """Outputs with what tells this resource from any other of its name, if AWS told it."""
    if creation_id in (None, ""):
        return dict(outputs)
    return {**outputs, META: json.dumps({_OURS: str(creation_id)})}


def creation_id_of(outputs: Mapping[str, Any]) -> str | None:
    """What tells a resource from others of its name; None where nothing does, or none was kept."""
    for name in _TOLD:
        if isinstance(creation_id := outputs.get(name), str) and creation_id:
            return creation_id
    with suppress(ValueError, TypeError, AttributeError):  # notes of another plug-in
        noted = json.loads(outputs[META]).get(_OURS) if META in outputs else None
        return str(noted) if noted else None
    return None


def is_another(recorded: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
    """Whether what exists was made apart from what is recorded, by these outputs."""
    before, now = creation_id_of(recorded), creation_id_of(live)
    return before is not None and now is not None and before != now


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
