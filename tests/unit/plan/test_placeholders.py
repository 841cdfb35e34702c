"""Placeholders are filled in wherever a user may write them, or refused where they stand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from tests.unit.plan import test_declare_every_field as every

from tablewright import manifest
from tablewright.errors import ManifestError
from tablewright.manifest.documents.node import Path, dotted
from tablewright.manifest.messages.model_introspection import is_list

WORD = "{environment}"
TEXTS = (
    f"a-{WORD}",
    f"arn:aws:sns:eu-west-1:123456789012:a-{WORD}",
    f"arn:aws:iam::123456789012:role/a-{WORD}",
    f"rate(1 day){WORD}",
    {"A": f"a-{WORD}"},
)
FREE = {
    "partitionKey.name": "an attribute may have any name",
    "sortKey.name": "likewise",
    "nonKeyAttributes": "likewise",
    "timeToLive.attributeName": "likewise",
    "csv.headers": "likewise",
    "resourcePolicy": "a document of IAM has variables of its own",
    "streamResourcePolicy": "likewise",
    "conditions": "likewise",
}
"""Where braces are the user's own: sent as they stand, and why that is right."""


def taken(field: FieldInfo) -> Iterator[Any]:
    """A value with a placeholder that the field's own model lets pass, if there is one."""
    whole = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    adapter: TypeAdapter[Any] = TypeAdapter(whole)
    for text in TEXTS:
        value = [text] if is_list(field.annotation) else text
        try:
            adapter.validate_python(tuple(value) if isinstance(value, list) else value, strict=True)
        except ValidationError:
            continue
        yield value
        return


def cases() -> Iterator[Any]:
    for kind, fields in (("Table", every.table_fields()), ("Stack", every.stack_fields())):
        for path, field in fields:
            for value in taken(field):
                yield pytest.param(kind, path, value, id=f"{kind}-{dotted(path)}-{value}")


def problems(stack: dict[str, Any], table: dict[str, Any]) -> list[str]:
    heads = ("Stack", stack), ("Table", table)
    documents = [
        {"apiVersion": "tablewright.dev/v1", "kind": kind, **document} for kind, document in heads
    ]
    try:
        manifest.load_text("\n---\n".join(map(json.dumps, documents)), {})
    except ManifestError as error:
        return [str(problem.path) for problem in error.problems]
    return []


CASES = list(cases())


@pytest.mark.parametrize(("kind", "path", "value"), CASES)
def test_a_placeholder_is_filled_in_or_refused(kind: str, path: Path, value: Any) -> None:
    own = every.without(every.TABLE, *every.hides(path)) if kind == "Table" else every.TABLE
    stack = every.put(every.STACK, path, value) if kind == "Stack" else every.STACK
    table = every.put(own, path, value) if kind == "Table" else own
    if re.sub(r"\[\d+\]", "", dotted(path)).endswith(tuple(FREE)):
        assert WORD in repr(every.declared(stack, table))
        return
    refused = any(one.startswith(dotted(path)) for one in problems(stack, table))
    assert refused or WORD not in repr(every.declared(stack, table)), dotted(path)
    assert not (refused and path[-1] == "dimensions")


def test_a_great_many_fields_are_tried() -> None:
    assert len(CASES) > 150
