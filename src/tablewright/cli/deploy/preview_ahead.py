"""`tablewright preview`, its engine booted before anything of it is imported and read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from importlib import import_module
from typing import Any

from tablewright.deploy.head_start import CommandLine, head_start
from tablewright.deploy.options import Options


def run(
    paths: Sequence[str],
    *,
    environment: str | None,
    stacks: Sequence[str],
    tables: Sequence[str],
    refresh: bool,
    **given: Any,
) -> int:
    """Show what `up` would do with the manifests at PATH; see `preview.run`."""
    chosen = {"environment": environment, "stacks": stacks, "tables": tables, "refresh": refresh}
    if (
        stacks or tables
    ):  # the stack, or what the engine is chosen, is known from the manifests only
        return _preview(paths, **chosen, **given)
    place = {field.name: given[field.name] for field in fields(Options) if field.name in given}
    line = CommandLine(paths, environment, Options(**place))
    with head_start(line, refresh=refresh) as ahead:
        return _preview(paths, line=line, ahead=ahead, **chosen, **given)


def _preview(paths: Sequence[str], **given: Any) -> int:
    """What reads manifests is imported here: that takes as long as the engine takes to boot."""
    status: int = import_module("tablewright.cli.deploy.preview").run(paths, **given)
    return status
