"""`tablewright explain`: what a field, an error's code or a recommendation means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap

import click
from click.core import ParameterSource

from tablewright import error_guide
from tablewright.cli import console
from tablewright.cli.styled import page_width, styled
from tablewright.documents.explanation import ExplainedFieldDocument, ExplanationDocument
from tablewright.errors import UsageError
from tablewright.extras import require
from tablewright.manifest.messages import field_help

_CODE = re.compile(r"(?:TW-)?E?(\d{3})", re.IGNORECASE)


def run(
    thing: str,
    store: Path,
    budget: str,
    price_file: Path | None,
    pricing: Path | None,
    output_format: str,
) -> int:
    """A code reads like `TW-E301`, a field begins with `spec` or `metadata`; all else is a table.

    With `--usage` it is a table whatever it reads like.
    """
    context = click.get_current_context()
    is_table = context.get_parameter_source("store") is ParameterSource.COMMANDLINE
    is_json = output_format == "json"
    if not is_table and (code := _CODE.fullmatch(thing)):
        name, guide = f"TW-E{code[1]}", _guide(f"TW-E{code[1]}")
        return _print(_code_document(name, guide)) if is_json else _show(_code_lines(name, guide))
    if not is_table and field_help.is_field(thing):
        fields = _fields(thing)
        return _print(_field_document(fields)) if is_json else _show(_field_lines(fields))
    if is_json:
        raise UsageError(
            "a recommendation is drawn, and has no JSON here", "see `optimize --output json`"
        )
    require("optimize")
    from .explain_table import run as explain_table  # noqa: PLC0415 - may not be installed

    return explain_table(thing, store, budget, price_file, pricing)


def _show(lines: Iterator[str]) -> int:
    for line in lines:
        console.data(line)
    return 0


def _print(document: ExplanationDocument) -> int:
    console.data_json(document)
    return 0


def _guide(code: str) -> error_guide.Guide:
    guide = error_guide.GUIDES.get(code)
    if guide is None:
        near = ", ".join(error_guide.near(code))
        raise UsageError(f"there is no error {code}", f"there are {near}; docs/errors.md has all")
    return guide


def _code_document(code: str, guide: error_guide.Guide) -> ExplanationDocument:
    return {
        "code": code,
        "title": guide.title,
        "happened": guide.happened,
        "remedy": guide.remedy,
        "fields": [],
    }


def _field_document(fields: Sequence[field_help.FieldHelp]) -> ExplanationDocument:
    documents = [_field(field) for field in fields]
    return {"code": None, "title": None, "happened": None, "remedy": None, "fields": documents}


def _field(field: field_help.FieldHelp) -> ExplainedFieldDocument:
    return {
        "kind": field.kind,
        "path": field.path,
        "type": field.type,
        "required": field.required,
        "default": field.default,
        "description": field.description,
        "fields": [_field(below) for below in field.fields],
    }


def _code_lines(code: str, guide: error_guide.Guide) -> Iterator[str]:
    yield f"{code}: {guide.title}"
    yield ""
    yield from _wrapped(guide.happened)
    yield ""
    yield from _wrapped(guide.remedy)


def _fields(text: str) -> Sequence[field_help.FieldHelp]:
    fields = field_help.find(text)
    if not fields:
        near = field_help.near(text)
        raise UsageError(
            f"no manifest has a field {text}",
            f"did you mean {' or '.join(near)}?" if near else "see docs/manifest-fields.md",
        )
    return fields


def _field_lines(fields: Sequence[field_help.FieldHelp]) -> Iterator[str]:
    for place, field in enumerate(fields):
        yield from [""] if place else []
        yield f"KIND:   {field.kind}"
        must = ", required" if field.required else ""
        default = f", default {field.default}" if field.default else ""
        yield f"FIELD:  {field.path} <{field.type}>{must}{default}"
        yield ""
        yield from _wrapped(field.description)
        if field.fields:
            yield from ["", "FIELDS:"]
        for below in field.fields:
            yield f"  {below.path} <{below.type}>{' required' if below.required else ''}"
            yield from _wrapped(below.description, "    ")


def _wrapped(text: str, indent: str = "") -> Iterator[str]:
    width = page_width(styled())
    for paragraph in text.split("\n\n"):
        joined = " ".join(paragraph.split())
        yield from wrap(joined, width, initial_indent=indent, subsequent_indent=indent)
