"""Going on after a lost answer: what may have been done is looked at before AWS's no is believed.

A call whose answer is lost is sent again by botocore, or by whoever waits for it, and if the first
was carried out, the second is refused: the table exists already, time to live was changed less
than an hour ago, there is nothing to delete. A verb that fails after a lost call is not over: what
lives is read, and if it is what this request has made, the verb goes on from there. This is so for
all types, because reading, comparing and updating is what each of them can do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from tablewright.errors import TablewrightError
from tablewright.plan.owner import owner_of
from tablewright.plan.partitions import partition_of_region
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.resources.tags import wanted_tags
from tablewright.resource_kinds import KINDS, Account

from .operation_context import OperationContext
from .strangers import is_as_sent, refuse_strangers, refuse_taking

_TRIES: Final = 3
_SLACK: Final = timedelta(minutes=1)
"""By which clocks may differ."""


def make(
    kind: ResourceType, run: OperationContext, inputs: Bag, urn: str, *, is_known: bool
) -> str:
    """Create a resource; answers its identifier.

    Args:
        kind: of the resource.
        run: the request.
        inputs: as declared.
        urn: of the resource.
        is_known: see `refuse_taking`.

    Raises:
        TablewrightError: AWS refused, or it exists and this request has not made it.
    """
    refuse_taking(kind, run, inputs, urn, is_known=is_known)
    began = datetime.now(UTC)
    try:
        return kind.create(run, inputs)
    except TablewrightError as error:
        if not run.lost:
            raise
        try:
            live = _made(kind, run, inputs, began)
        except TablewrightError:
            live = None  # AWS does not tell that either
        if live is None:
            raise error from error.__cause__
    run.record(live.identifier)
    _again(kind.update, run, Recorded(live.identifier, live.outputs, inputs, inputs))
    return live.identifier


def change(kind: ResourceType, run: OperationContext, recorded: Recorded, urn: str) -> None:
    """Update a resource: again where an answer was lost, which sends only what is still due.

    Raises:
        RefusedError: it is another one than is recorded, another stack's, or somebody has changed
            since what this would write over.
    """
    refuse_strangers(kind, run, recorded, urn)
    _again(kind.update, run, recorded)


def remove(kind: ResourceType, run: OperationContext, recorded: Recorded, urn: str = "") -> None:
    """Remove a resource: what is gone by then was removed by the call whose answer was lost.

    Raises:
        RefusedError: it is another one than is recorded, or another stack's.
    """
    refuse_strangers(kind, run, recorded, urn)
    _again(kind.remove, run, recorded)


def _again(
    verb: Callable[[OperationContext, Recorded], None], run: OperationContext, recorded: Recorded
) -> None:
    for attempt in range(1, _TRIES + 1):
        run.lost = False
        try:
            verb(run, recorded)
        except TablewrightError:
            if not run.lost or attempt == _TRIES:
                raise
        else:
            return


def _made(kind: ResourceType, run: OperationContext, inputs: Bag, began: datetime) -> Live | None:
    """What this request has made although it failed; None if it cannot be told from others'."""
    known = KINDS.get(kind.tok)
    region = run.default_region
    account = Account(run.identity().account, region, partition_of_region(region))
    identifier = run.made or (known.import_id(inputs, account) if known else None)
    live = kind.read(run, identifier, inputs) if identifier else None
    if live is None or run.made:
        return live
    if not kind.is_tagged:
        same = is_as_sent(kind, live, inputs, run.configuration)
        return live if same and _is_new(kind, run, live, began) else None
    sent = wanted_tags(run.configuration, {"tags": {}, **inputs}, {}, {})
    has = live.outputs.get("tagsAll") or {}
    if owner := owner_of(sent):
        return live if owner_of(has) == owner and _is_new(kind, run, live, began) else None
    same_tags = isinstance(sent, Mapping) and dict(sent) == dict(has)
    return live if same_tags and _is_new(kind, run, live, began) else None


def _is_new(kind: ResourceType, run: OperationContext, live: Live, began: datetime) -> bool:
    """Whether it was made during this request; what does not tell its age is written anyhow."""
    born = kind.born(run, live)
    return born is None or born >= began - _SLACK
