"""What an alarm did when what it watches for was made to happen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AlarmTrial:
    """One alarm, tried in a copy of a sandbox.

    Args:
        fired: it went to ALARM.
        back: the state it came to rest in once that was over.
        how: what was made to happen.
        actions: what became of each action on ALARM and on OK, by ARN: empty when it ran.
    """

    fired: bool
    back: str = ""
    how: str = ""
    actions: Mapping[str, str] = field(default_factory=dict)
