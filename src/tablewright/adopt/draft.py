"""A table on its way to text: what is written of it, and what is said about that. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveTable
from tablewright.manifest.messages.vocabulary import UNREAD

from .advice import Advice
from .demands import Demand
from .destination import has_null
from .document import comments, document
from .replication import Copies
from .specification import Specification


@dataclass(frozen=True)
class Draft:
    """A table on its way to text."""

    live: LiveTable
    copies: Copies
    spec: Specification
    alarms: Mapping[str, LiveAlarm]
    unread: Mapping[str, str]
    left_out: tuple[str, ...]
    stays: frozenset[str]
    advice: tuple[Advice, ...]
    roles: frozenset[str] = frozenset()
    demands: tuple[Demand, ...] = ()
    met: tuple[Demand, ...] = ()

    @property
    def counsel(self) -> tuple[Advice, ...]:
        """The advice, but for what is or was demanded anyway."""
        demanded = {str(demand.path[1]) for demand in (*self.demands, *self.met)}
        return tuple(line for line in self.advice if line.line.partition(":")[0] not in demanded)

    @cached_property
    def text(self) -> str:
        """The document, without comments."""
        return document("Table", self.live.name, self.spec)

    @property
    def checkable(self) -> str:
        """The same without what could not be read, which no manifest may say."""
        if not self.unread:
            return self.text
        return document("Table", self.live.name, _readable(self.spec))


def _readable(value: Any) -> Any:
    """The specification without what is `UNREAD`, at every depth."""
    if isinstance(value, dict):
        return {name: _readable(element) for name, element in value.items() if element != UNREAD}
    return [_readable(element) for element in value] if isinstance(value, list) else value


def commented(draft: Draft, left_out: Sequence[str]) -> str:
    """The document below comments on what is to be known of it.

    Args:
        draft: the table.
        left_out: what is live and is not written down.
    """
    return comments(_comments(draft, left_out)) + draft.text


def _comments(draft: Draft, left_out: Sequence[str]) -> Iterator[str]:
    if has_null(draft.spec):
        yield (
            "`null` keeps a default of the stack away, so that the import changes nothing; remove "
            "such a line to take the default."
        )
    if draft.spec.get("adopt") is False:
        yield "Not in AWS yet: it is created, not imported."
    for path, reason in draft.unread.items():
        yield f"UNREAD {path}: {reason}. Say what it is before you deploy."
    for what in left_out:
        yield f"Left as it is: {what}."
    for demand in draft.met:
        yield f"Not so in AWS yet, and written because {demand.what}: `{demand.line}`."
    for demand in draft.demands:
        yield f"Demanded: {demand.what}{'' if demand.line else f': {demand.fix}'}."
        if demand.line:
            yield f"  {demand.line}"
    for line in draft.counsel:
        yield line.what + (f" Below `{line.below}`:" if line.below else "")
        if line.line:
            yield f"  {line.line}"
