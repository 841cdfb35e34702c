"""What is known of a request before it is made: condition keys with their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal


class _Undecided(Enum):
    UNDECIDED = "undecided"


UNDECIDED: Final = _Undecided.UNDECIDED
"""Each request says for itself what the value of a key is."""

Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Condition keys in lower case with their values; none of them: the key is absent.

    Args:
        known: what every such request has.
        closed: whether keys that are not in `known` are absent; else they are undecided.
    """

    known: Mapping[str, Values]
    closed: bool = False

    def get(self, key: str) -> Values | Literal[_Undecided.UNDECIDED]:
        """The values of a key, () when it is absent."""
        return self.known.get(key.lower(), () if self.closed else UNDECIDED)
