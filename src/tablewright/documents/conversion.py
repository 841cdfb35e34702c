"""A stack written for another tool."""

from __future__ import annotations

from typing import TypedDict


class ConversionDocument(TypedDict):
    """What `convert` has written for another tool."""

    files: list[str]
    """Paths of the files."""
    notCarried: list[str]
    """What the tool has no words for, or cannot take over: the resource, the field, why."""
    steps: list[str]
    """Of the hand-over, in order; a line that is indented is a command."""
