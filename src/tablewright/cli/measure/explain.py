"""`tablewright explain`: what a field, an error's code or a recommendation means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

import click
from click.core import ParameterSource

from tablewright import error_guide
from tablewright.cli import console
from tablewright.cli.styled import page_width, styled
from tablewright.errors import UsageError
from tablewright.extras import require
from tablewright.manifest.messages import field_help

_CODE = re.compile(r"(?:TW-)?E?(\d{3})", re.IGNORECASE)


def run(thing: str, store: Path, budget: str, price_file: Path | None, pricing: Path | None) -> int:
    """A code reads like `TW-E301`, a field begins with `spec` or `metadata`; all else is a table.

    With `--usage` it is a table whatever it reads like.
    """
    context = click.get_current_context()
    is_table = context.get_parameter_source("store") is ParameterSource.COMMANDLINE
    if not is_table and (code := _CODE.fullmatch(thing)):
        return _show(_code_lines(f"TW-E{code[1]}"))
    if not is_table and field_help.is_field(thing):
        return _show(_field_lines(thing))
    require("optimize")
    from .explain_table import run as explain_table  # noqa: PLC0415 - may not be installed

    return explain_table(thing, store, budget, price_file, pricing)


def _show(lines: Iterator[str]) -> int:
    for line in lines:
        console.data(line)
    return 0


def _code_lines(code: str) -> Iterator[str]:
    guide = error_guide.GUIDES.get(code)
    if guide is None:
        near = ", ".join(error_guide.near(code))
        raise UsageError(f"there is no error {code}", f"there are {near}; docs/errors.md has all")
    yield f"{code}: {guide.title}"
    yield ""
    yield from _wrapped(guide.happened)
    yield ""
    yield from _wrapped(guide.remedy)


def _field_lines(text: str) -> Iterator[str]:
    fields = field_help.find(text)
    if not fields:
        near = field_help.near(text)
        raise UsageError(
            f"no manifest has a field {text}",
            f"did you mean {' or '.join(near)}?" if near else "see docs/manifest-fields.md",
        )
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
