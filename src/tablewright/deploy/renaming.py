"""Progress under the names of the preview: physical ones, where the engine tells logical ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tablewright.engine import Progress, StepFailed, StepFinished, StepStarted, StepWaits


@dataclass
class Renamed:
    """A progress function that passes events on with the names of its resources.

    Args:
        tell: told of each event.
        names: by URN; a resource that is not in it keeps its logical name.
    """

    tell: Callable[[Progress], None]
    names: dict[str, str] = field(default_factory=dict)

    def __call__(self, event: Progress) -> None:
        """Pass an event on."""
        if isinstance(event, StepStarted | StepFinished | StepFailed | StepWaits):
            event = replace(event, name=self.names.get(event.urn, event.name))
        self.tell(event)
