"""What the engine says of a resource that its declaration protects, in our words. Pure.

Its own advice is `pulumi state unprotect URN`, which knows neither our backend nor our passphrase,
and which the next `up` of an unchanged declaration takes back.
"""

from __future__ import annotations

import re
from typing import Final

from tablewright.pulumi_values import urn_name, urn_type
from tablewright.resource_kinds import KINDS

_SAID: Final = re.compile(
    r'(?s)(?:\w+ failed: )?(?P<replaced>unable to replace )?resource "(?P<urn>urn:pulumi:[^"]+)"'
    r'(?: as part of replacing "(?P<cause>[^"]+)")?\s+'
    r"(?:cannot be deleted\s+because it is protected|as it is currently marked for protection)\..*"
)
PROTECTED: Final = r"is protected, and would be (?:deleted|replaced)"
"""Of what `protected` says."""
UNPROTECT: Final = (
    "with everything else declared as it was, set its `protect` to false and run "
    "`tablewright up PATH`; then make this change again"
)
"""The way out of all of them: what is recorded as protected is neither deleted nor replaced."""


def protected(text: str) -> str:
    """What a refusal of the engine's means; empty for any other text."""
    match = _SAID.fullmatch(text)
    if match is None:
        return ""
    would = "replaced" if match["replaced"] else "deleted"
    cause = f" with {_words(match['cause'])}" if match["cause"] else ""
    return f"{_words(match['urn'])} is protected, and would be {would}{cause}"


def _words(urn: str) -> str:
    type_ = urn_type(urn)
    kind = KINDS.get(type_)
    word = kind.word if kind else type_.rpartition(":")[2].lower()
    return f"{word} {urn_name(urn)}"
