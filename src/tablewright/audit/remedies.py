"""Putting remedies of findings into the text of a manifest; comments and all else stay. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml  # type: ignore[import-untyped]

from tablewright.errors import InputError
from tablewright.manifest.documents.edit import path_parts
from tablewright.manifest.documents.node import Path
from tablewright.manifest.placing import Placement, write_field

from .audit import AuditFinding

TO_DECIDE = "..."
"""Stands in a remedy for a value that only a person knows."""


def is_written(finding: AuditFinding) -> bool:
    """Whether a line of a manifest fixes it, in which nothing is left to decide."""
    return finding.outcome == "failed" and bool(finding.line) and TO_DECIDE not in finding.line


def with_remedy(
    text: str,
    position: int,
    spec: Mapping[str, Any],
    finding: AuditFinding,
    placement: Placement,
    environment: Mapping[str, str],
) -> str:
    """A manifest with the line that fixes a finding.

    Args:
        text: of the whole file.
        position: of the table's document in the file.
        spec: of the table, defaults and what differs by environment merged.
        finding: with a line.
        placement: for which environment.
        environment: variables, for those in the document's name.

    Raises:
        InputError: a field cannot be set by itself.
    """
    below = path_parts(finding.below) if finding.below else ()
    for path, value in _leaves(yaml.safe_load(finding.line)):
        place = ("spec", *below, *path)
        try:
            text = write_field(text, position, place, value, spec, placement, environment)
        except (KeyError, IndexError, TypeError, StopIteration) as error:
            raise InputError(
                f"`{finding.line}` has no place in the manifest of {finding.table}",
                "write it by hand",
            ) from error
    return text


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Single values with their paths, so that what stands beside them is kept."""
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from _leaves(below, (*path, key))
    else:
        yield path, value
