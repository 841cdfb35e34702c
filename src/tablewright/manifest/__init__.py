"""What a user writes: models, loading, checking, JSON Schema.

>>> from tablewright import manifest
>>> stacks = manifest.load(["examples/three-tables"], environment={"TEAM": "search"})
>>> [table.metadata.name for table in stacks.tables]
['events', 'sessions', 'users']
>>> stacks.stack.spec.tags["Team"]
'search'

`load` raises `ManifestError` with every problem at once; `validate` returns them. Reading files is
left to `manifest.loader`; everything else is pure.
"""

from __future__ import annotations

from typing import Any

from tablewright.errors import Problem
from tablewright.manifest.service import load, load_all, load_text, validate
from tablewright.manifest.skeleton import skeleton
from tablewright.manifest.stacks import StackManifest

__all__ = [
    "Problem",
    "StackManifest",
    "json_schema",
    "load",
    "load_all",
    "load_text",
    "skeleton",
    "validate",
]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the manifests; see `manifest.schema`."""
    from tablewright.manifest import schema  # noqa: PLC0415 - 0.1 s that only this needs

    return schema.json_schema()
