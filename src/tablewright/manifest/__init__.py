"""What a user writes: models, loading, checking, JSON Schema.

>>> from tablewright import manifest
>>> stacks = manifest.load(["examples/three-tables"], environment={"TEAM": "search"})
>>> [table.metadata.name for table in stacks.tables]
['events', 'sessions', 'users']
>>> stacks.stack.spec.tags["Team"]
'search'

`load` raises `ManifestError` with every problem at once; `validate` returns them. Reading files is
left to `documents/loader`; everything else is pure. In the order in which data passes:

- `documents/`: files fetched and decoded, variables filled in, composed into nodes that know their
  lines, and edited in place;
- `grouping`, `environments`, `overrides`, `defaults`: which table is of which stack, and what is
  merged over and under it;
- `models/`: what each kind of document may say; `planton/` and `kubernetes/` take
  other dialects in;
- `checking` with `rules/`: what no single field can tell; `messages/` puts it into words;
- `service`: all of that as `load` and `validate`; `reading` and `stacks` are what they hand back;
- `naming`, `tagging`, `windows`: what names, tags and days mean;
- `conversion`, `rendering`, `skeleton`, `schema`: manifests that are written, and their JSON
  Schema.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from tablewright.errors import Problem
from tablewright.manifest.documents.edit import remove_field, set_field
from tablewright.manifest.rendering import document_of, render
from tablewright.manifest.schema import json_schema
from tablewright.manifest.service import (
    examine,
    load,
    load_all,
    load_text,
    survey,
    validate,
)
from tablewright.manifest.skeleton import skeleton
from tablewright.manifest.stacks import StackManifest

if TYPE_CHECKING:
    from tablewright.manifest.conversion import Conversion, convert

__all__ = [
    "Conversion",
    "Problem",
    "StackManifest",
    "convert",
    "document_of",
    "examine",
    "json_schema",
    "load",
    "load_all",
    "load_text",
    "remove_field",
    "render",
    "set_field",
    "skeleton",
    "survey",
    "validate",
]


def __getattr__(name: str) -> Any:
    """Import what few ask for: conversion brings the other dialect with it."""
    if name not in ("Conversion", "convert"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.conversion"), name)
