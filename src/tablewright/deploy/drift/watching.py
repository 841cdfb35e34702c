"""What is new from one look for drift to the next, and how looking has gone. Pure.

A look that failed tells nothing of the fields: what was known of them stays, and the stack is
unread until a look succeeds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from .drifted import Drifted, DriftKind, DriftReport

Key = tuple[str, str, str]


class Happening(StrEnum):
    """What has happened between two looks."""

    DRIFTED = "drifted"
    """A field differs, or differs in another way than before."""
    ENDED = "ended"
    """A field does not differ any more, or can be read again."""
    UNREAD = "unread"
    """A field, or the whole stack, could not be read."""
    READ = "read"
    """The whole stack can be read again."""


@dataclass(frozen=True, slots=True)
class DriftEvent:
    """One thing that is new.

    Args:
        when: of the look.
        happening: what has happened.
        field: which field; None where it is the whole stack.
        reason: why the stack is unread.
    """

    when: datetime
    happening: Happening
    field: Drifted | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of a stack that is watched.

    Args:
        report: of the last look that succeeded; None before there was one.
        failure: why the last look failed; empty if it did not.
        succeeded: how many looks did; likewise `failed`.
        last_look: when the last one ended.
        last_success: when the last one ended that succeeded.
        seconds: how long the last look took.
    """

    report: DriftReport | None = None
    failure: str = ""
    succeeded: int = 0
    failed: int = 0
    last_look: datetime | None = None
    last_success: datetime | None = None
    seconds: float = 0.0
    _fields: dict[Key, Drifted] = field(default_factory=dict)

    def looked(
        self, report: DriftReport, now: datetime, seconds: float
    ) -> tuple[Watched, tuple[DriftEvent, ...]]:
        """After a look that succeeded: what is known, and what is new of it."""
        fields = {drifted.key: drifted for drifted in report.fields}
        events = tuple(self._news(fields, now))
        known = replace(
            self,
            report=report,
            failure="",
            succeeded=self.succeeded + 1,
            last_look=now,
            last_success=now,
            seconds=seconds,
            _fields=fields,
        )
        return known, events

    def could_not_look(
        self, reason: str, now: datetime, seconds: float
    ) -> tuple[Watched, tuple[DriftEvent, ...]]:
        """After a look that failed; the same reason is told once."""
        is_new = reason != self.failure
        events = (DriftEvent(now, Happening.UNREAD, reason=reason),) if is_new else ()
        known = replace(
            self, failure=reason, failed=self.failed + 1, last_look=now, seconds=seconds
        )
        return known, events

    def _news(self, fields: dict[Key, Drifted], now: datetime) -> Iterator[DriftEvent]:
        if self.failure:
            yield DriftEvent(now, Happening.READ)
        for key, drifted in fields.items():
            if _values(drifted) != _values(self._fields.get(key)):
                unread = drifted.kind is DriftKind.UNREAD
                yield DriftEvent(now, Happening.UNREAD if unread else Happening.DRIFTED, drifted)
        for key, drifted in self._fields.items():
            if key not in fields:
                yield DriftEvent(now, Happening.ENDED, drifted)


def _values(drifted: Drifted | None) -> object:
    """What makes a field another drift than before; who made it may be known later."""
    return drifted and (drifted.kind, drifted.declared, drifted.recorded, drifted.live)
