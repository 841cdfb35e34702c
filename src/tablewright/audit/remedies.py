"""Putting remedies of findings into the text of a manifest; comments and all else stay. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml  # type: ignore[import-untyped]

from tablewright.errors import InputError
from tablewright.manifest.documents.edit import path_parts, set_field
from tablewright.manifest.documents.node import Path

from .audit import AuditFinding

TO_DECIDE = "..."
"""Stands in a remedy for a value that only a person knows."""


def is_written(finding: AuditFinding) -> bool:
    """Whether a line of a manifest fixes it, in which nothing is left to decide."""
    return finding.outcome == "failed" and bool(finding.line) and TO_DECIDE not in finding.line


def with_remedy(
    text: str,
    name: str,
    spec: Mapping[str, Any],
    finding: AuditFinding,
    stack_environment: str,
    environment: Mapping[str, str],
) -> str:
    """A manifest with the line that fixes a finding.

    Args:
        text: of the whole file.
        name: `metadata.name` of the table.
        spec: of the table, defaults and what differs by environment merged.
        finding: with a line.
        stack_environment: of the stack: what its table says for that one alone is changed there.
        environment: variables, for those in the document's name.

    Raises:
        InputError: a field cannot be set by itself.
    """
    below = path_parts(finding.below) if finding.below else ()
    for path, value in _leaves(yaml.safe_load(finding.line)):
        place = _place((*below, *path), spec, stack_environment)
        try:
            text = set_field(text, name, place, value, environment, kind="Table")
        except (KeyError, IndexError, TypeError, StopIteration) as error:
            raise InputError(
                f"`{finding.line}` has no place in the manifest of {name}", "write it by hand"
            ) from error
    return text


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Single values with their paths, so that what stands beside them is kept."""
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from _leaves(below, (*path, key))
    else:
        yield path, value


def _place(path: Path, spec: Mapping[str, Any], stack_environment: str) -> Path:
    """Where a field is said: a table's words for one environment win over its others."""
    overlay = (spec.get("environments") or {}).get(stack_environment) or {}
    if path[0] in overlay:
        return ("spec", "environments", stack_environment, *path)
    return ("spec", *path)
