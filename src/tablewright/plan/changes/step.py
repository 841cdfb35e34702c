"""The steps of a change: each one call of the DynamoDB API, with its risk and what to wait for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Risk(StrEnum):
    """How much a change asks of its owner, least first."""

    IN_PLACE = "in place"
    LIMITED = "limited"
    """In place, but AWS allows it only so often; `Step.note` says how often."""
    SLOW = "slow"
    """In place, but minutes to hours: index builds, first switch to on demand."""
    REPLACES = "replaces"
    """Only by a new table: items would be lost, so the guard refuses it unless asked by name."""
    DELETES = "deletes"
    """The table goes with all its items, so the guard refuses it unless asked by name."""
    IMPOSSIBLE = "impossible"
    """AWS has no way; `Step.note` says what to do instead."""


class Wait(StrEnum):
    """What must hold before the next step; always also that the table is ACTIVE."""

    TABLE_ACTIVE = "table active"
    INDEX_ACTIVE = "index active"
    INDEX_GONE = "index gone"
    STREAM_SETTLED = "stream settled"
    ENCRYPTION_SETTLED = "encryption settled"
    RECOVERY_SETTLED = "recovery settled"
    TIME_TO_LIVE_SETTLED = "time to live settled"
    ITEMS_LOADED = "items loaded"
    REPLICAS_SETTLED = "replicas settled"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Step:
    """One API call of a change, in the order in which it will happen.

    Args:
        title: what happens, in words a person reads in a preview.
        operation: AWS's name of the call (`UpdateTable`, `UpdateContinuousBackups`, ...); empty for
            a step that no call can do (REPLACES, IMPOSSIBLE).
        request: the members of the call, complete.
        risk: what it asks of the owner.
        properties: the manifest's field paths that cause it (`billingMode`,
            `globalSecondaryIndexes[by-user]`), most important first.
        wait: what must hold before the next step.
        subject: name of the index the wait is about, if it is about one.
        note: limits, side effects, durations; empty when there is nothing to say.
        before: the value of its first property now, in words; empty where it has none.
        after: the same when the step is done.
    """

    title: str
    operation: str
    request: Mapping[str, Any]
    risk: Risk
    properties: tuple[str, ...]
    wait: Wait = Wait.TABLE_ACTIVE
    subject: str = ""
    note: str = ""
    before: str = ""
    after: str = ""
