"""Placeholders stand only where they are filled in; anywhere else AWS would get the braces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tablewright.manifest.documents.node import Path
from tablewright.manifest.models import (
    AccessRole,
    Alarm,
    CsvOptions,
    Dashboard,
    KeyAttribute,
    MetricAlarm,
    Model,
    Projection,
    Stack,
    StackSpec,
    TableSpec,
    TimeToLive,
)
from tablewright.manifest.models.stack import StackEnvironment
from tablewright.manifest.naming import ALARM_WORDS, ROLE_WORDS, TABLE_WORDS, placeholders
from tablewright.manifest.rules.finding import SPEC, Finding, Subject

_WORDS = frozenset({*TABLE_WORDS, *ALARM_WORDS, *ROLE_WORDS})
_FILLED_IN = frozenset({
    (TableSpec, "table_name"), (AccessRole, "role_name"), (AccessRole, "policy_name"),
    (AccessRole, "description"), (Alarm, "name"), (Alarm, "description"),
    (MetricAlarm, "dimensions"), (Dashboard, "name"), (StackSpec, "naming"),
    (StackEnvironment, "naming"),
})  # fmt: skip
"""Fields in which `naming` fills placeholders in; `names` reports the unknown ones."""
_FREE = frozenset({
    (KeyAttribute, "name"), (Projection, "non_key_attributes"), (TimeToLive, "attribute_name"),
    (TableSpec, "resource_policy"), (TableSpec, "stream_resource_policy"),
    (AccessRole, "conditions"), (CsvOptions, "headers"),
})  # fmt: skip
"""Names of attributes, and documents of IAM, in which braces are the user's own."""
_APART = frozenset({(StackSpec, "defaults")})
"""What is looked at as part of each table."""


def placeholders_are_filled_in(subject: Subject) -> Iterator[Finding]:
    """None in a field of the table in which it would be sent as it stands."""
    yield from _below(SPEC, subject.spec)


def stack_placeholders(stack: Stack) -> Iterator[Finding]:
    """The same of the stack itself."""
    yield from _below(SPEC, stack.spec)


def _below(path: Path, value: Any) -> Iterator[Finding]:
    match value:
        case str():
            yield from _text(path, value)
        case Model():
            for name in value.model_fields_set:
                info = type(value).model_fields[name]
                if not _is_exempt(value, name):
                    yield from _below((*path, info.alias or name), getattr(value, name))
        case Mapping():
            for key, item in value.items():
                yield from _below((*path, key), item)
        case tuple() | list():
            for number, item in enumerate(value):
                yield from _below((*path, number), item)


def _is_exempt(holder: Model, name: str) -> bool:
    return any((model, name) in _FILLED_IN | _FREE | _APART for model in type(holder).__mro__)


def _text(path: Path, text: str) -> Iterator[Finding]:
    for word in dict.fromkeys(placeholders(text)):
        if word in _WORDS:
            fix = "write it out, or use a variable of the environment: `${NAME}`"
            yield Finding(path, f"`{{{word}}}` is not filled in here", fix)


RULES = (placeholders_are_filled_in,)
