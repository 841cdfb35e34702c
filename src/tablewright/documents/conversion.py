"""A stack written for another tool."""

from __future__ import annotations

from typing import TypedDict


class ConversionDocument(TypedDict):
    """What `convert` has written, in another dialect or for another tool."""

    manifests: list[str]
    """In a dialect: each stack with all its documents, as YAML."""
    files: list[str]
    """For a tool: paths of the files."""
    notCarried: list[str]
    """What has no words there, or cannot be taken over: the resource, the field, why."""
    steps: list[str]
    """Of the hand-over, in order; a line that is indented is a command."""
