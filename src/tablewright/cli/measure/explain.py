"""`tablewright explain`: what a field, an error's code or a recommendation means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from textwrap import wrap

import click
from click.core import ParameterSource

from tablewright import error_guide
from tablewright.cli import console
from tablewright.cli.styled import page_width, styled
from tablewright.documents.explanation import ExplainedFieldDocument, ExplanationDocument
from tablewright.errors import InputError, UsageError
from tablewright.extras import require
from tablewright.manifest.messages import field_help

_CODE = re.compile(r"(?:TW-)?E?(\d{3})|TW-.*|E?\d+", re.IGNORECASE)
"""A code, or what can be nothing else that was meant."""

_RULE = re.compile(r"TW\d+", re.IGNORECASE)
"""A rule of `verify` or `audit`."""

_CLOSE = 0.8
"""How alike a misspelt field and its name are: `namng`, but not what is likely a table."""


def run(
    thing: str,
    store: Path,
    budget: str,
    price_file: Path | None,
    pricing: Path | None,
    output_format: str,
) -> int:
    """A code reads like `TW-E301`, a field is one of `spec`, or begins so; all else is a table.

    With `--usage` it is a table whatever it reads like.
    """
    context = click.get_current_context()
    is_table = context.get_parameter_source("store") is ParameterSource.COMMANDLINE
    is_json = output_format == "json"
    if not is_table and (code := _CODE.fullmatch(thing)):
        name = f"TW-E{code[1]}" if code[1] else thing.upper()
        guide = _guide(name)
        document = _code_document(name, guide)
        return _print(document) if is_json else _show(_document_lines(document))
    if not is_table and _RULE.fullmatch(thing):
        from .explain_rule import explained  # noqa: PLC0415 - brings botocore with it

        rule = explained(thing.upper())
        return _print(rule) if is_json else _show(_document_lines(rule))
    of_spec = f"spec.{thing}"
    if not is_table and (field_help.is_field(thing) or field_help.find(of_spec)):
        fields = _fields(thing if field_help.is_field(thing) else of_spec)
        return _print(_field_document(fields)) if is_json else _show(_field_lines(fields))
    if is_json:
        raise UsageError(
            "a recommendation is drawn, and has no JSON here", "see `optimize --output json`"
        )
    require("optimize")
    from .explain_table import run as explain_table  # noqa: PLC0415 - may not be installed

    try:
        return explain_table(thing, store, budget, price_file, pricing)
    except InputError as error:
        if is_table:
            raise
        near = [path for path in field_help.near(thing) if _is_close(thing, path)]
        if isinstance(error, UsageError) and not near:  # other tables are measured
            raise
        raise type(error)(
            f"{thing} is no field and no error's code, nor a measured table: {error.message}",
            f"did you mean the field {near[0]}?" if near else error.next_step,
        ) from None


def _is_close(thing: str, path: str) -> bool:
    name = path.rpartition(".")[2].casefold()
    return SequenceMatcher(None, thing.casefold(), name).ratio() >= _CLOSE


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
        near = " or ".join(error_guide.near(code))
        raise UsageError(f"there is no error {code}", f"did you mean {near}?")
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


def _document_lines(document: ExplanationDocument) -> Iterator[str]:
    yield f"{document['code']}: {document['title']}"
    for paragraph in (document["happened"], document["remedy"]):
        yield ""
        yield from _wrapped(paragraph or "")


def _fields(text: str) -> Sequence[field_help.FieldHelp]:
    fields = field_help.find(text)
    if not fields:
        near = field_help.near(text)
        raise UsageError(
            f"no manifest has a field {text}",
            f"did you mean {' or '.join(near)}?" if near else "see `tablewright explain spec`",
        )
    return fields


def _field_lines(fields: Sequence[field_help.FieldHelp]) -> Iterator[str]:
    for place, field in enumerate(fields):
        yield from [""] if place else []
        yield f"KIND:   {field.kind}"
        must = ", required" if field.required else ""
        default = f", default {field.default}" if field.default else ""
        yield from _wrapped(f"FIELD:  {field.path} <{field.type}>{must}{default}", further=" " * 8)
        yield ""
        yield from _wrapped(field.description)
        if field.fields:
            yield from ["", "FIELDS:"]
        for below in field.fields:
            must = " required" if below.required else ""
            yield from _wrapped(f"{below.path} <{below.type}>{must}", "  ", "      ")
            yield from _wrapped(below.description, "    ")


def _wrapped(text: str, indent: str = "", further: str = "") -> Iterator[str]:
    """Lines that fit the page, the later ones of a paragraph further in."""
    width = page_width(styled())
    for paragraph in text.split("\n\n"):
        joined = paragraph if further else " ".join(paragraph.split())
        yield from wrap(
            joined,
            width,
            initial_indent=indent,
            subsequent_indent=further or indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
